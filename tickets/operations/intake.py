"""Filing a ticket: one operation behind every way in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import entry, record_all
from helpdesk.core import clock, events, refs, richtext
from helpdesk.core.errors import Invalid
from helpdesk.core.text import many_lines, one_line, preview
from helpdesk.notify.send import notify

from ..events import TicketFiled
from ..models import Category, Message, Ticket
from ..search import vector
from ..states import Channel, Kind, Metric, Status
from . import promises, triage
from .attaching import Stored, attach

LONGEST_BODY = 20_000
LONGEST_SUBJECT = 200


def checked_fields(category: Category, values: dict[str, Any]) -> dict[str, str]:
    """The problem type's own fields, cleaned; Invalid names each field that is missing or wrong."""
    clean: dict[str, str] = {}
    wrong: dict[str, list] = {}
    for field in category.fields:
        value = one_line(str(values.get(field["name"]) or ""))
        if not value and field.get("required"):
            wrong[field["name"]] = [_("This is needed to look into your problem.")]
        elif len(value) > 200:
            wrong[field["name"]] = [_("Please shorten this to 200 characters.")]
        elif value and field.get("options") and value not in [o["value"] for o in field["options"]]:
            wrong[field["name"]] = [_("Please choose one of the answers.")]
        elif value:
            clean[field["name"]] = value
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def _checked(subject: str, body: str) -> tuple[str, str]:
    wrong: dict[str, list] = {}
    subject, body = one_line(subject), many_lines(body)
    if not subject:
        wrong["subject"] = [_("Please write in a few words what it is about.")]
    elif len(subject) > LONGEST_SUBJECT:
        wrong["subject"] = [_("Please shorten the subject to 200 characters.")]
    if not body:
        wrong["body"] = [_("Please describe what happened.")]
    elif len(body) > LONGEST_BODY:
        wrong["body"] = [_("Please shorten the text to 20,000 characters, or attach it as a file.")]
    if wrong:
        raise Invalid(fields=wrong)
    return subject, body


@transaction.atomic
def file_ticket(
    requester: Person,
    *,
    category: Category,
    subject: str,
    body: str,
    channel: str = Channel.WEB,
    language: str = "",
    fields: dict[str, Any] | None = None,
    files: Iterable[Stored] = (),
    by: Person | None = None,
    at: datetime | None = None,
) -> Ticket:
    """File a ticket for `requester`: the row, the first message with its files, the promise, the receipt.

    It may start above the priority of its problem type (`triage`); what is promised follows from that.
    `by` is who files it when that is not the requester (an agent on the telephone). Raises Invalid with
    the fields at fault; nothing is kept then.
    """
    subject, body = _checked(subject, body)
    at = at or clock.now()
    answers = checked_fields(category, fields or {}) if fields is not None else {}
    verdict = triage.weigh(requester, category, fields=answers, text=f"{subject}\n{body}", at=at)
    ticket = _new_row(
        requester=requester,
        category=category,
        team_id=category.team_id,
        subject=subject,
        priority=verdict.priority,
        channel=channel,
        language=language or requester.language,
        fields=answers,
        status=Status.NEW,
        created_at=at,
        updated_at=at,
        last_requester_at=at,
        last_line=preview(body),
    )
    message = Message.objects.create(
        ticket=ticket,
        author=requester,
        kind=Kind.PUBLIC,
        channel=channel,
        body=body,
        body_html=richtext.plain(body),
        language=ticket.language,
        created_at=at,
        sent_at=at,
    )
    attach(ticket, message, files, by=by or requester)
    ticket.policy_version = promises.policy_for(ticket)
    timers = promises.start(ticket, [Metric.FIRST_RESPONSE, Metric.RESOLUTION], at=at, by=by or requester)
    promises.refresh(ticket, timers)
    ticket.search = vector(f"{ticket.reference} {subject}", f"{body} {requester.name} {requester.email}")
    ticket.save(update_fields=["policy_version", "search", *promises.PROMISE_FIELDS])
    filed = entry("ticket.filed", subject=ticket.reference, actor=by or requester, channel=channel)
    record_all([filed, *triage.lines(ticket, verdict)])
    notify(
        "ticket.filed",
        to=requester,
        event_id=f"ticket.filed:{ticket.pk}",
        subject_ref=ticket.reference,
        url=ticket.get_absolute_url(),
        context={"reference": ticket.reference, "subject": subject, "due_at": _iso(ticket.promise_due_at)},
    )
    triage.follow(ticket, verdict, at=at)
    events.publish(TicketFiled(ticket.pk, ticket.reference))
    return ticket


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _new_row(**values: Any) -> Ticket:
    """The row under a fresh reference; a clash (one in 729 million per ticket held) draws again."""
    for _attempt in range(5):
        try:
            with transaction.atomic():
                return Ticket.objects.create(reference=refs.ticket_reference(), **values)
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
    raise RuntimeError("No free ticket reference was found in five draws.")
