"""What the cover of a file for an outside body says, in the active language."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from ..models import Dispute, Event, ExternalPack
from ..reads import packfile
from ..reads.letters import Row, Value
from ..states import DecisionKind
from . import outside


def cover(dispute: Dispute, _event: Event, *, pack: ExternalPack) -> dict[str, Value]:
    """The case in short, what the file holds and does not, and whom the body can ask."""
    return {
        "body": pack.body_name,
        "their_reference": pack.their_reference,
        "brief": _brief(dispute),
        "contents": contents(pack),
        "left_out": [("–", "", text) for text in packfile.left_out()],
        "handler": _handler(pack),
        "to": pack.body_name,
    }


def _handler(pack: ExternalPack) -> str:
    told = _("%(name)s, complaint handling. Please name %(reference)s when you write.")
    return told % {"name": packfile.handler(pack), "reference": pack.dispute.reference}


def _brief(dispute: Dispute) -> list[Row]:
    account, numbers = dispute.account, dispute.complaints.order_by("number")
    answer = dispute.decisions.issued().order_by("number")
    rows: list[tuple[str, str]] = [
        (_("Complainant"), str(dispute.trader)),
        (_("Account"), account.number if account else ""),
        (_("Number in our register"), ", ".join(numbers.values_list("register_no", flat=True))),
        (_("It happened on"), _day(dispute, dispute.incident_at)),
        (_("Received"), _day(dispute, dispute.received_at)),
        (_("State"), str(dispute.get_state_display())),
        (_("Our outcome"), dispute.outcome_word),
        (_("Last day to go outside"), outside.told(dispute)),
    ]
    for one in answer:
        name = DecisionKind(one.kind).label
        rows.append((str(name), f"{_day(dispute, one.issued_at)} {one.outcome_word}".strip()))
    return [("", title, text) for title, text in rows if text]


def _day(dispute: Dispute, at: datetime | None) -> str:
    return outside.day(dispute, at) if at else ""


def contents(pack: ExternalPack) -> list[Row]:
    """What is in it, by name and number, as the case stands at this moment."""
    items = packfile.items(pack)
    shown = sum(packfile.is_shown(item) for item in items)
    reports, letters = packfile.reports(pack), len(packfile.letters(pack))
    checked = (
        ", ".join(item.index_no for item in reports)
        if reports
        else _("none: no trade of this case was checked")
    )
    held = _("%(n)s as files, %(m)s by summary") % {"n": shown, "m": len(items) - shown}
    rows = [
        (packfile.MAIN, _("every field of the case, for programs")),
        (packfile.INDEX, _("the same to read: points, index, letters, decisions, messages, dates, log")),
        (
            "letters/, paper/",
            _("%(n)s letters, this cover among them") % {"n": letters + (not pack.letter_id)},
        ),
        ("evidence/", held),
        (_("Reports of checked trades"), checked),
        ("terms/", _("the documents in force when it happened, and the figures of the procedure")),
        ("events.jsonl, verify.py", _("the log, and a program that checks that nothing was changed")),
    ]
    return [("", title, text) for title, text in rows]


def contact(pack: ExternalPack) -> dict[str, str]:
    """Whom the body can ask, for programs."""
    case = pack.dispute
    return {
        "name": packfile.handler(pack),
        "company": case.account.entity.name if case.account else "",
        "email": _address(),
        "case": settings.BASE_URL + case.get_desk_url(),
        "reference": case.reference,
    }


def _address() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ")
