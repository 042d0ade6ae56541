"""Who acts for a trader (F20): named by the trader, proved by a file, checked by the house, revoked at once.

The door is one: `Dispute.is_represented_by`. It opens when the proof was accepted and the person has joined
with the address that was named, and shuts in the moment of a revocation or after the last day.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.events import AccessChanged
from accounts.models import Person
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Forbidden, Invalid, NotFound
from helpdesk.core.text import many_lines, one_line
from helpdesk.notify.send import mail_to_address
from tickets.operations.attaching import Stored

from .. import access
from ..access import sides as doors
from ..errors import NotWaiting
from ..models import Dispute, Event, Party, Representative
from ..states import Actor, Side
from ..states.fair import Acts, Standing
from . import chain, telling
from .case import hold

CHECKED_BY = (Actor.CH, Actor.SU, Actor.CO)
MOST = 5
_LIVE = (Standing.WAITING, Standing.ACCEPTED)


@transaction.atomic
def name(
    dispute: Dispute,
    files: Iterable[Stored],
    *,
    by: Person,
    named: str,
    email: str,
    kind: str,
    language: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
) -> Representative:
    """The trader names somebody and hands in the proof; they may act when the house has checked it."""
    dispute, at, proof = hold(dispute), clock.now(), list(files)
    role = access.acting(by, dispute, (Actor.TR,))
    if by.pk != dispute.trader_id:
        raise Forbidden(_("Only the trader names who may act for them."), code="trader_alone")
    if not dispute.is_open:
        raise Conflict(_("The case is already over."), code="representative_not_open")
    rows = dispute.representatives.filter(state__in=_LIVE)
    if rows.count() >= MOST:
        raise Conflict(_("Nobody more can be named. Please revoke somebody first."), code="too_many")
    named, email, first = one_line(named)[:120], email.strip(), from_on or at.date()
    wrong = _wrong(dispute, named, email, kind, (first, until_on), at)
    if len(proof) != 1:
        wrong["files"] = [_("Please send one file that shows that they may act for you.")]
    if rows.filter(email__iexact=email).exists():
        wrong["email"] = [_("Somebody with this address is named already.")]
    if wrong:
        raise Invalid(fields=wrong)
    facts = proof[0].facts
    row = Representative.objects.create(
        dispute=dispute, number=(dispute.representatives.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind, name=named, email=email, from_on=first, until_on=until_on, named_by=by, named_at=at,
        language=language if language in dict(settings.LANGUAGES) else by.language,
        proof_name=facts.name, proof_mime=facts.mime, proof_size=facts.size, proof_sha256=facts.sha256,
        storage_key=proof[0].storage_name,
    )  # fmt: skip
    event = _add(row, "named", by, role, at, private={"name": named, "email": email})
    handler = access.handler_of(dispute)
    people = {one.pk: one for one in [*telling.platform(dispute), *([handler.user] if handler else [])]}
    telling.people("dispute.sides", dispute, event, people.values(), step="speaker_named", url=_page(dispute))
    return row


def _wrong(
    dispute: Dispute, named: str, email: str, kind: str, days: tuple[date, date | None], at: datetime
) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    if not named:
        wrong["named"] = [_("Please give the name.")]
    if kind not in Acts.values:
        wrong["kind"] = [_("Please choose what they are.")]
    if days[1] is not None and days[1] < max(days[0], at.date()):
        wrong["until_on"] = [_("The last day lies before the first one, or has passed.")]
    try:
        validate_email(email)
    except ValueError:
        wrong["email"] = [_("Please give an e-mail address.")]
        return wrong
    known = Person.objects.by_email(email).first()
    if known is not None and (known.pk == dispute.trader_id or known.has_desk):
        wrong["email"] = [_("Neither you nor somebody who works here can be named.")]
    return wrong


@transaction.atomic
def accept(dispute: Dispute, number: int, *, by: Person) -> Representative:
    """The house has looked at the proof: they are invited by mail, and may act once they have joined."""
    role, row, at = _one(dispute, number, by, CHECKED_BY)
    if row.state != Standing.WAITING:
        raise NotWaiting
    row.state, row.checked_by, row.checked_at = Standing.ACCEPTED, by, at
    row.save(update_fields=["state", "checked_by", "checked_at"])
    event = _add(row, "accepted", by, role, at)
    telling.both("dispute.sides", row.dispute, event, step="speaker_accepted", name=row.name)
    _write(row, event, "invited", url=reverse("disputes:represent", args=[row.dispute.reference]))
    return row


@transaction.atomic
def refuse(dispute: Dispute, number: int, *, by: Person, reason: str) -> Representative:
    """The proof does not show it, or not any more; the trader reads why, and may name somebody again."""
    role, row, at = _one(dispute, number, by, CHECKED_BY)
    reason = many_lines(reason)[:1000]
    if row.state not in _LIVE:
        raise NotWaiting
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why; the trader reads it.")]})
    was, row.state, row.check_reason, row.checked_by = row.state, Standing.REFUSED, reason, by
    row.checked_at = row.ended_at = at
    row.save(update_fields=["state", "check_reason", "checked_by", "checked_at", "ended_at"])
    event = _add(row, "refused", by, role, at, private={"reason": reason})
    _shut(row)
    more = {"step": "speaker_refused", "name": row.name, "reason": reason}
    telling.both("dispute.sides", row.dispute, event, **more)
    if was == Standing.ACCEPTED:
        _write(row, event, "over")
    return row


@transaction.atomic
def revoke(dispute: Dispute, number: int, *, by: Person) -> Representative:
    """The trader takes it back, or the representative lays it down: the case is shut to them at once."""
    role, row, at = _one(dispute, number, by, (Actor.TR,))
    if by.pk not in {row.dispute.trader_id, row.person_id}:
        raise Forbidden(_("Only the trader names who may act for them."), code="trader_alone")
    if row.state not in _LIVE:
        raise NotWaiting
    was, row.state, row.ended_at = row.state, Standing.REVOKED, at
    row.save(update_fields=["state", "ended_at"])
    event = _add(row, "revoked", by, role, at)
    _shut(row)
    telling.both("dispute.sides", row.dispute, event, step="speaker_revoked", name=row.name)
    if was == Standing.ACCEPTED:
        _write(row, event, "over")
    return row


@transaction.atomic
def join(reference: str, *, by: Person) -> Representative:
    """Whoever was named signs in with that address and says that they act for the trader."""
    found = doors.invitation(by, reference)
    dispute, at = hold(found.dispute), clock.now()
    row = doors.invitation(by, reference)
    row.dispute, row.person, row.joined_at = dispute, by, at
    row.save(update_fields=["person", "joined_at"])
    # The database lets nobody who is a party of a case into a neutral seat of it.
    Party.objects.get_or_create(
        dispute=dispute, person=by,
        defaults={"side": Side.TRADER, "name": row.name, "represents": True, "authority": row.kind},
    )  # fmt: skip
    event = _add(row, "joined", by, Actor.TR, at)
    telling.both("dispute.sides", dispute, event, step="speaker_joined", name=row.name)
    return row


def opened(row: Representative, *, by: Person) -> None:
    """That somebody looked at the proof is written down, once for each."""
    if not _seen(row, by):
        _opened(row, by)


def _seen(row: Representative, by: Person) -> bool:
    looks = row.dispute.events.filter(action="dispute.representative.seen", actor=by)
    return looks.filter(body__contains=f'"representative":{row.number}}}').exists()


@transaction.atomic
def _opened(row: Representative, by: Person) -> None:
    dispute = hold(row.dispute)
    if not _seen(row, by):
        role, facts = access.acting(by, dispute, list(Actor)), {"representative": row.number}
        action = "dispute.representative.seen"
        chain.add(dispute, action, by=by, role=role, facts=facts, handling=False)


def _one(
    dispute: Dispute, number: int, by: Person, actors: tuple[Actor, ...]
) -> tuple[Actor, Representative, datetime]:
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, actors)
    row = dispute.representatives.filter(number=number).first()
    if row is None:
        raise NotFound
    return role, row, at


def _add(
    row: Representative, act: str, by: Person, role: str, at: datetime, private: dict[str, Any] | None = None
) -> Event:
    facts: dict[str, Any] = {"representative": row.number}
    if act == "named":
        facts |= {"kind": row.kind, "proof_sha256": row.proof_sha256, "from": row.from_on.isoformat()}
        facts |= {"until": row.until_on.isoformat()} if row.until_on else {}
    action = f"dispute.representative.{act}"
    return chain.add(row.dispute, action, by=by, role=role, at=at, facts=facts, private=private)


def _shut(row: Representative) -> None:
    """What they have open closes now; the next request finds no case."""
    if row.person_id:
        events.publish(AccessChanged(row.person_id))


def _write(row: Representative, event: Event, what: str, url: str = "") -> None:
    told = {"reference": row.dispute.reference, "trader": str(row.dispute.trader), "name": row.name}
    told |= {"what": what, "last_day": f"{row.until_on:%Y/%m/%d}" if row.until_on else ""}
    key = f"dispute:{event.pk}:speaker"
    mail_to_address("dispute.speaker", row.email, row.language, key, told, url=url)


def _page(dispute: Dispute) -> str:
    return reverse("disputes:representatives", args=[dispute.reference])
