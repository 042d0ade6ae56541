"""Asking a side for things by a date. Silence has no consequence but that the case goes on without them.

The clock is `info_request`; its reminders are those of every clock. A document the file already holds is
never asked for: whoever asks points at its number instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.text import many_lines, one_line
from helpdesk.timers.models import State as Ticking
from tickets.operations.attaching import Stored

from .. import access
from ..access import room
from ..models import Dispute, DisputeDeadline, Event, Evidence, InfoItem, InfoRequest
from ..states import HANDLING, EvidenceKind, LetterKind, Waiting
from . import chain, deadlines, evidence, lettering, replying, telling
from .case import hold

KEY, MOST = "info_request", 20
END_OF_DAY = time(23, 59, 59)
# Of these there are many of one kind; only the name can say that the file holds the very one.
_VAGUE = frozenset(
    {EvidenceKind.OTHER, EvidenceKind.STATEMENT, EvidenceKind.SCREENSHOT, EvidenceKind.SCREEN_VIDEO,
     EvidenceKind.CHAT, EvidenceKind.EMAIL}
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """One thing to ask for. `held` is the number under which the file has it already; `differs` says how this
    one is not what is there.
    """

    title: str
    kind: str = EvidenceKind.OTHER
    differs: str = ""
    held: str = ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def alike(dispute: Dispute, wanted: Wanted) -> list[Evidence]:
    """What the file already holds of this: the same name, or the same kind unless it is said what differs."""
    named = _plain(wanted.title)
    return [
        item
        for item in dispute.evidence.shared()
        if named in {_plain(item.title), _plain(item.original_filename)}
        or (item.kind == wanted.kind and wanted.kind not in _VAGUE and not wanted.differs.strip())
    ]


@transaction.atomic
def ask(
    dispute: Dispute,
    side: str,
    wanted: Sequence[Wanted],
    *,
    by: Person,
    until: date | None = None,
    note: str,
    at: datetime | None = None,
) -> InfoRequest:
    """Ask one side for a list of things, in a letter that says what, why, by when and what without it.

    Both sides see the list, the reason and the date.
    """
    dispute, at = hold(dispute), at or clock.now()
    access.require_declared(by, dispute)
    role = access.acting(by, dispute, room.ASKING)
    if side not in room.asks(role):
        raise Forbidden
    if side not in room.may_ask(by, dispute):
        raise Conflict(_("At this stage nothing can be asked for."), code="not_asking_now")
    running = dispute.deadlines.running().filter(metric=KEY)
    if running.filter(waits_for=side).exists():
        told = _("This side is being asked already. Please wait for its answer, or for the date.")
        raise Conflict(told, code="asked_already")
    note, listed = _reason(note), _checked(dispute, by, wanted)
    due = _due(dispute, until, at)
    other = dispute.info_requests.filter(deadline__in=running).first()
    asked = InfoRequest.objects.create(
        dispute=dispute,
        number=(dispute.info_requests.aggregate(last=Max("number"))["last"] or 0) + 1,
        side=side,
        asked_by=by,
        role=role,
        asked_at=at,
        note=note,
        language=by.language,
        deadline=deadlines.put(dispute, KEY, due, side, at=at),
        waited_on=other.waited_on if other else dispute.waiting_on,
    )
    for number, one in enumerate(listed, 1):
        held = [one.held] if one.held else []
        InfoItem.objects.create(
            request=asked,
            number=number,
            kind=one.kind,
            title=one.title,
            differs=one.differs,
            answered_with=held,
            answered_by=by if held else None,
            answered_at=at if held else None,
        )
    dispute.waiting_on = Waiting.BOTH if other else Waiting(side)
    dispute.save(update_fields=["waiting_on"])
    event = chain.add(
        dispute,
        "dispute.info.asked",
        by=by,
        role=role,
        at=at,
        facts={"request": asked.number, "side": str(side), "items": len(listed),
               "clock": deadlines.told_as(_clock(asked))},
        private={"items": [one.title for one in listed], "note": asked.note},
        handling=role in HANDLING,
    )  # fmt: skip
    asked.letter = lettering.issue(dispute, LetterKind.INFO_REQUEST, event, by=by, asked=asked)
    asked.save(update_fields=["letter"])
    telling.both("dispute.step", dispute, event, step="asked", side=str(side), until=due.isoformat(),
                 items="; ".join(one.title for one in listed if not one.held),
                 letter=asked.letter.number)  # fmt: skip
    return asked


def _reason(note: str) -> str:
    """Why it is needed; nobody is asked for anything without that."""
    found = many_lines(note)[:4000]
    if not found:
        raise Invalid(fields={"note": [_("Please say why it is needed. Both sides read it.")]})
    return found


def _clock(asked: InfoRequest) -> DisputeDeadline:
    if asked.deadline is None:
        raise ValueError(f"{asked} has no clock.")
    return asked.deadline


def _checked(dispute: Dispute, by: Person, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The list, cleaned; Invalid (fields `items`, `item_1` …) where it asks for what is there."""
    listed = [
        Wanted(one_line(one.title)[:200], one.kind, many_lines(one.differs)[:500], one.held.strip())
        for one in wanted
    ]
    if not any(one.title for one in listed) or len(listed) > MOST:
        raise Invalid(fields={"items": [_("Please name at least one thing, and at most twenty.")]})
    known = {item.index_no for item in dispute.evidence.shared()}
    wrong: dict[str, list[Any]] = {}
    for number, one in enumerate(listed, 1):
        if told := _fault(dispute, one, known):
            wrong[f"item_{number}"] = [told]
    if wrong:
        raise Invalid(fields=wrong)
    if all(one.held for one in listed):
        told = _("All of this is in the file: %(items)s. There is nothing to ask for.")
        raise Invalid(fields={"items": [told % {"items": ", ".join(one.held for one in listed)}]})
    return listed


def _fault(dispute: Dispute, one: Wanted, known: set[str]) -> str:
    if not one.title:
        return _("Please name it.")
    if one.kind not in EvidenceKind.values:
        return _("Please choose one of the kinds.")
    if one.held:
        return "" if one.held in known else _("The file has no %(item)s.") % {"item": one.held}
    if there := alike(dispute, one):
        told = _("The file already holds %(items)s. Point at it, or say how what you ask for differs.")
        return told % {"items": ", ".join(f"{item.index_no} “{item.title}”" for item in there[:5])}
    return ""


def _due(dispute: Dispute, until: date | None, at: datetime) -> datetime:
    policy = dispute.policy_version
    if until is None:
        due = deadlines.due_by(policy, KEY, at)
        if due is None:
            raise Invalid(fields={"until": [_("Please give a day.")]})
        return due
    try:
        due = datetime.combine(until, END_OF_DAY, tzinfo=ZoneInfo(policy.rule["tz"])).astimezone(UTC)
    except OverflowError:
        raise Invalid(fields={"until": [_("Please give a day.")]}) from None
    least = deadlines.due_by(policy, replying.REPLY, at)
    if due <= at or (least is not None and due < least):
        raise Invalid(fields={"until": [_("Please leave at least the time every reply has.")]})
    last = deadlines.last_day(dispute)
    if last is not None and due > last:
        raise Invalid(fields={"until": [_("No date can lie past the last day for our final answer.")]})
    return due


@transaction.atomic
def answer(
    item: InfoItem,
    *,
    by: Person,
    files: Iterable[Stored] = (),
    held: str = "",
    because: str = "",
    at: datetime | None = None,
) -> InfoItem:
    """Answer one thing asked for: with files, with what the file already holds, or with why there is none."""
    asked = item.request
    dispute, at = hold(asked.dispute), at or clock.now()
    role = room.require_answering(by, asked)
    asked = dispute.info_requests.select_related("deadline").get(pk=asked.pk)
    item = InfoItem.objects.get(pk=item.pk)
    if not dispute.is_open or not asked.takes_answers:
        raise Conflict(_("This is no longer asked for."), code="not_asked")
    if item.answered_at:
        raise Conflict(_("This has been answered already."), code="answered")
    files, because, held = list(files), many_lines(because)[:2000], held.strip()
    if sum(map(bool, (files, because, held))) != 1:
        told = _("Please give a file, or point at an item of the file, or say why you do not have it.")
        raise Invalid(fields={"because": [told]})
    if held and held not in {one.index_no for one in dispute.evidence.shared()}:
        raise Invalid(fields={"held": [_("The file has no %(item)s.") % {"item": held}]})
    until = replying.open_for_others(dispute, role, by=by, at=at) if files else None
    new = evidence.admit_files(
        dispute, files, by=by, role=role, at=at, title=item.title, kind=item.kind, until=until
    )
    item.answered_with = [one.index_no for one in new] or ([held] if held else [])
    item.missing_because, item.answered_by, item.answered_at = because, by, at
    item.save()
    chain.add(
        dispute,
        "dispute.info.answered",
        by=by,
        role=role,
        at=at,
        facts={"request": asked.number, "item": item.number, "with": item.answered_with},
        private={"because": because} if because else None,
    )
    if new:
        evidence.entered(dispute, new, by=by, until=until)
    if not asked.items.filter(answered_at=None).exists():
        _complete(dispute, asked, by, role, at)
    return item


def _complete(dispute: Dispute, asked: InfoRequest, by: Person, role: str, at: datetime) -> None:
    asked.complete_at = at
    asked.save(update_fields=["complete_at"])
    deadlines.fulfil([_clock(asked)], at=at)
    _turn_back(dispute, asked)
    event = chain.add(
        dispute, "dispute.info.complete", by=by, role=role, at=at, facts={"request": asked.number}
    )
    others = [*telling.trader_side(dispute), *telling.platform(dispute), asked.asked_by]
    people = {person.pk: person for person in others if person.pk != by.pk}
    telling.people("dispute.step", dispute, event, people.values(), step="info_complete", side=asked.side)


def _turn_back(dispute: Dispute, asked: InfoRequest) -> None:
    """Whoever the case waited for before the question; unless it has moved on, or the other side is asked."""
    sides = set(dispute.deadlines.running().filter(metric=KEY).values_list("waits_for", flat=True))
    if dispute.waiting_on not in {asked.side, Waiting.BOTH}:
        return
    dispute.waiting_on = sides.pop() if sides else asked.waited_on
    dispute.save(update_fields=["waiting_on"])


def lapsed(dispute: Dispute, row: DisputeDeadline, event: Event) -> None:
    """The date has passed: the case goes on with what is in the file, and both sides are told so."""
    asked = InfoRequest.objects.filter(deadline=row).first()
    if asked is None:
        return
    _turn_back(dispute, asked)
    missing = asked.items.filter(answered_at=None).count()
    telling.both("dispute.step", dispute, event, step="info_lapsed", side=asked.side, missing=missing)


def is_waited_for(dispute: Dispute) -> bool:
    """Whether a side is being asked for something now."""
    return dispute.deadlines.filter(metric=KEY, state=Ticking.RUNNING).exists()
