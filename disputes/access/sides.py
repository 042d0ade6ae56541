"""Doors to what keeps both sides equal: held sums, representatives, care, what a side says of a neutral."""

from accounts import access as people
from accounts.access import confirmed_addresses
from accounts.models import Adjustment, CareNote, Person, Visitor
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import NotFound

from ..models import Assignment, Dispute, Representative, SumHold, Survey, SurveyAnswer
from ..states import NEUTRAL, Actor, How, Side
from ..states.fair import Standing
from . import DRAWN, READERS, acting, dispute_for, grants, on_trader_side, reads_as

_SUMS = {Actor.TR, *READERS, *NEUTRAL}


def sums_for(person: Visitor, dispute: Dispute) -> list[SumHold]:
    """What is or was held, for all in the case; what was only proposed or wished is between the two sides."""
    mine = reads_as(person, dispute)
    rows = dispute.sum_holds.select_related("proposed_by", "agreed_by").order_by("-id")
    rows = grants.then(rows, "proposed_at", person, dispute)
    if not mine & _SUMS:
        return []
    return [_held(row) for row in rows if row.started_at] if mine <= set(NEUTRAL) else list(rows)


def _held(row: SumHold) -> SumHold:
    """What of it is no word or wish of one side to the other; never to be saved."""
    row.note, row.end_side, row.end_asked_at = "", "", None
    return row


def speakers_for(person: Visitor, dispute: Dispute) -> list[Representative]:
    """Who was named to act for the trader: for both sides and overseers; neutrals know whom they hear."""
    mine, rows = reads_as(person, dispute), list(dispute.representatives.all())
    if not mine & _SUMS:
        return []
    return [row for row in rows if row.person_id] if mine <= set(NEUTRAL) else rows


def speakers_page(person: Person, dispute: Dispute) -> Actor:
    """The capacity in which somebody opens the page with the proofs: the two sides and who oversees them."""
    return acting(person, dispute, (Actor.TR, *READERS))


def proof_for(person: Person, dispute: Dispute, number: int) -> Representative:
    """One proof, for the trader and for those who check it; a representative reads their own alone."""
    speakers_page(person, dispute)
    row = dispute.representatives.filter(number=number).first()
    mine = row is not None and (person.pk in {dispute.trader_id, row.person_id} or person.has_desk)
    if row is None or not mine:
        raise NotFound
    return row


def invitation(person: Visitor, reference: str) -> Representative:
    """The invitation to act for a trader that waits for this person; for everybody else there is none."""
    if not isinstance(person, Person) or not person.is_active or person.has_desk:
        raise NotFound
    rows = Representative.objects.filter(
        dispute__reference=reference, dispute__purged_at=None, state=Standing.ACCEPTED, person=None
    )
    mine, today = confirmed_addresses(person), clock.now().date()
    for row in rows.select_related("dispute", "dispute__trader"):
        known = row.email.lower() in mine and row.dispute.trader_id != person.pk
        if known and (row.until_on is None or today <= row.until_on):
            return row
    raise NotFound


def dispute_open_to(person: Person, reference: str) -> bool:
    """Whether the person may know of the case now."""
    return Dispute.objects.visible_to(person).filter(reference=reference).exists()


def asked_of_platform(dispute: Dispute) -> list[Person]:
    """Who answers a survey for the platform: its handler, else who directed the case, else supervisors."""
    seat = dispute.assignments.filter(role=Actor.CH).order_by("-started_at", "-id").first()
    if seat is not None and seat.user.is_active:
        return [seat.user]
    hands = dispute.involvements.filter(how=How.SUPERVISED).values("user_id")
    speakers = Person.objects.with_role(Role.SUPERVISOR, Role.HANDLER)
    return list(speakers.filter(pk__in=hands)) or list(Person.objects.with_role(Role.SUPERVISOR))


def asked(survey: Survey) -> list[Person]:
    """Who is asked for the platform; nobody answers about themselves."""
    people = asked_of_platform(survey.dispute)
    return [person for person in people if person.pk != survey.seat.user_id]


def require_asked(person: Visitor, survey: Survey) -> None:
    """Whoever the survey is put to; for everybody else it does not exist (404)."""
    theirs = on_trader_side(person, survey.dispute)
    if survey.side == Side.PLATFORM:
        theirs = not theirs and person.pk in {one.pk for one in asked(survey)}
    if not theirs:
        raise NotFound


def surveys_for(person: Visitor, dispute: Dispute) -> list[Survey]:
    """The surveys that still wait for this person."""
    waiting = dispute.surveys.filter(answer=None, closes_at__gt=clock.now())
    found = [] if not reads_as(person, dispute) & _SUMS else list(waiting.select_related("seat__user"))
    return [row for row in found if _is_asked(person, row, dispute)]


def _is_asked(person: Visitor, survey: Survey, dispute: Dispute) -> bool:
    survey.dispute = dispute
    try:
        require_asked(person, survey)
    except NotFound:
        return False
    return True


def survey_for(person: Visitor, reference: str, number: int) -> Survey:
    """One survey, through the door of its case, for the side it is put to."""
    dispute = dispute_for(person, reference)
    found = dispute.surveys.filter(number=number).select_related("seat__user").first()
    if found is None:
        raise NotFound
    found.dispute = dispute
    require_asked(person, found)
    return found


def is_open(survey: Survey) -> bool:
    """Whether it may still be answered."""
    return clock.now() < survey.closes_at and not SurveyAnswer.objects.filter(survey=survey).exists()


_NEEDS_SEEN_BY = {Actor.CH, Actor.SU, Actor.CO, Actor.ME, Actor.DE, Actor.AR}
CARES = (Actor.CH, Actor.SU, Actor.CO)


def needs_for(person: Visitor, dispute: Dispute) -> list[Adjustment]:
    """What is done differently for the trader: for the house in the case; outside what is needed there."""
    mine = reads_as(person, dispute)
    if not mine & (_NEEDS_SEEN_BY | {Actor.XM}):
        return []
    rows = people.adjustments(dispute.trader)
    return rows if mine & _NEEDS_SEEN_BY else [row for row in rows if row.in_hearings]


def judges(reader: Person, person: Person) -> bool:
    """Whether the reader sits in a neutral seat of a case of this trader: tickets tell no reasons then."""
    if not reader.has_role(*DRAWN):
        return False
    return Assignment.objects.active().neutral().filter(user=reader, dispute__trader=person).exists()


def care_for(person: Visitor, dispute: Dispute) -> list[CareNote]:
    """Why the trader needs care: for who handles and directs the case and compliance, for no neutral."""
    return people.care_notes(dispute.trader) if reads_as(person, dispute) & set(CARES) else []
