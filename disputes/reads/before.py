"""What the pages show of the part before mediation: the handler, the admission, the platform's answer."""

from typing import Any

from accounts.models import Person
from accounts.states import Role

from .. import access
from ..models import Admission, Decision, Dispute
from ..states import BARRED, Actor, How, State

HANDLED = (State.ACKNOWLEDGED, State.INVESTIGATING)


def answer_of(dispute: Dispute) -> Decision | None:
    """The platform's own answer, once it is out."""
    return dispute.decisions.answers().issued().order_by("-number").first()


def answered_late(dispute: Dispute) -> bool:
    """Whether the time for the platform's answer has ended without one."""
    response = dispute.deadlines.filter(metric="response").order_by("-id").first()
    return response is not None and response.is_late


def review_waits(dispute: Dispute) -> bool:
    """Whether the trader has asked for the review of a refusal, and it is still to be decided."""
    found = dispute.admissions.order_by("-id").first()
    return found is not None and found.review_asked_at is not None and found.reviewed_at is None


def may_step_in(dispute: Dispute) -> bool:
    """Whether a supervisor may decide a review: nobody was drawn for it, or whoever was is late."""
    seated = dispute.assignments.active().filter(role=Actor.AR).exists()
    return not seated or not dispute.deadlines.running().filter(metric="decide_appeal").exists()


def page(dispute: Dispute, person: Person) -> dict[str, Any]:
    """What both kinds of page share about it."""
    draft = access.answer_draft_for(person, dispute)
    held = [seat for seat in dispute.assignments.all() if seat.role == Actor.CH and seat.ended_at is None]
    return {
        "admission": access.admission_for(person, dispute),
        "handler": str(held[0].user) if held else "",
        "answer": answer_of(dispute) if dispute.state == State.RESPONSE_ISSUED else None,
        "answer_draft": draft,
    }


def handlers(dispute: Dispute) -> list[Person]:
    """The complaint handlers nothing speaks against."""
    barred = dispute.involvements.filter(how__in=BARRED).values("user_id")
    seated = dispute.assignments.active().values("user_id")
    rows = Person.objects.with_role(Role.HANDLER).exclude(pk__in=barred).exclude(pk__in=seated)
    found = rows.exclude(pk=dispute.trader_id).order_by("name")
    return [person for person in found if not under_named(dispute, person)]


def under_named(dispute: Dispute, person: Person) -> bool:
    """Whether somebody the complaint is about stands above the person (F25)."""
    named = set(dispute.involvements.filter(how=How.NAMED).values_list("user_id", flat=True))
    above, line = set[int](), person.manager_id
    while named and line and line not in above:
        above.add(line)
        line = Person.objects.values_list("manager_id", flat=True).get(pk=line)
    return bool(named & above)


def can(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    """The steps of this part that are open to the person now."""
    if Actor.TR in mine:
        return _trader(dispute)
    known = dispute.state in {*HANDLED, State.INADMISSIBLE}
    if not known or not mine & {Actor.CH, Actor.SU, Actor.CO, Actor.AR}:
        return set()
    ways = set(dispute.involvements.filter(user=person).values_list("how", flat=True))
    found = dispute.admissions.order_by("-id").first()
    if dispute.state == State.INADMISSIBLE:
        return _reviewing(dispute, found, mine, person, ways)
    waits = found is not None and found.ended_at is None
    steps = set() if How.NAMED in ways else {"name"} if mine & {Actor.CH, Actor.SU, Actor.CO} else set()
    if waits and found is not None and dispute.state == State.ACKNOWLEDGED:
        return steps | _approving(found, mine, person, ways)
    return steps | _handling(dispute, found, mine, person, ways) | _answer(dispute, mine, person, ways)


def _trader(dispute: Dispute) -> set[str]:
    found: set[str] = set()
    if dispute.state in HANDLED:
        # Whether the time to close simply is over is for the rules to say (`conditions`).
        found |= {"solve", "escalate" if answered_late(dispute) else "automatic"}
    if dispute.state == State.RESPONSE_ISSUED:
        found |= {"accept_answer", "say_no"}
    refusal = dispute.admissions.order_by("-id").first() if dispute.state == State.INADMISSIBLE else None
    if refusal is not None and refusal.review_asked_at is None:
        found.add("ask_review")
    return found


def _reviewing(
    dispute: Dispute, found: Admission | None, mine: frozenset[str], person: Person, ways: set[str]
) -> set[str]:
    if found is None or found.review_asked_at is None or found.reviewed_at is not None:
        return set()
    if How.NAMED in ways or person.pk in found.hands():
        return set()
    may = Actor.AR in mine or (Actor.SU in mine and may_step_in(dispute))
    return {"review"} if may else set()


def _approving(found: Admission, mine: frozenset[str], person: Person, ways: set[str]) -> set[str]:
    if How.NAMED in ways or person.pk in found.hands():
        return set()
    steps = {"turn_down"} if Actor.SU in mine else set()
    directs = Actor.SU in mine and found.approved_by_id is None
    oversees = Actor.SU not in mine and Actor.CO in mine and found.needs_compliance
    if directs or (oversees and found.seconded_by_id is None):
        steps.add("approve_refusal")
    return steps


def _handling(
    dispute: Dispute, found: Admission | None, mine: frozenset[str], person: Person, ways: set[str]
) -> set[str]:
    steps: set[str] = set()
    seat = access.handler_of(dispute)
    if (Actor.CH in mine and not ways & set(BARRED)) and not under_named(dispute, person):
        steps |= {"take"} if seat is None else set()
        new = dispute.state == State.ACKNOWLEDGED and not (found is not None and found.admitted)
        steps |= {"propose"} if new else set()
    if Actor.SU in mine and How.NAMED not in ways and not under_named(dispute, person):
        steps |= {"assign", "escalate"}
    return steps


def _answer(dispute: Dispute, mine: frozenset[str], person: Person, ways: set[str]) -> set[str]:
    if dispute.state != State.INVESTIGATING:
        return set()
    seat = access.handler_of(dispute)
    draft = dispute.decisions.answers().filter(issued_at=None).first()
    submitted = draft is not None and draft.submitted_at is not None
    steps: set[str] = set()
    if seat is not None and seat.user_id == person.pk and Actor.CH in mine:
        steps.add("answer_waits" if submitted else "write_answer")
    if submitted and draft is not None and Actor.SU in mine and How.NAMED not in ways:
        steps |= {"approve_answer"} if draft.author_id != person.pk else set()
    return steps
