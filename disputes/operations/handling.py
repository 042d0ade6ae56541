"""Who handles the case for the house (T05), and who of the house is named in it (F25)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid

from .. import access
from ..errors import Involved, SeatTaken, UnderNamed, WasOnTicket
from ..models import Assignment, Dispute, Event
from ..reads.before import HANDLED, under_named
from ..states import BARRED, Actor, How, State
from . import chain, involving, moving, telling
from .case import hold


@transaction.atomic
def take(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Assignment:
    """A complaint handler takes a case nobody has."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.CH,))
    _refuse_stage(dispute)
    if access.handler_of(dispute) is not None:
        raise SeatTaken(_("Another handler has this case."))
    return _seat(dispute, by, by=by, at=at)


@transaction.atomic
def assign(dispute: Dispute, *, by: Person, person: str, at: datetime | None = None) -> Assignment:
    """A supervisor gives the case to a handler, named by address, also from one handler to another."""
    dispute, at = hold(dispute), at or clock.now()
    directing(by, dispute)
    _refuse_stage(dispute)
    found = Person.objects.with_role(Role.HANDLER).filter(email=person.strip().lower()).first()
    if found is None:
        raise Invalid(fields={"person": [_("Please choose one of the complaint handlers.")]})
    seat = access.handler_of(dispute)
    if seat is not None and seat.user_id == found.pk:
        raise SeatTaken(_("This handler has the case already."))
    if dispute.decisions.answers().filter(issued_at=None).exclude(submitted_at=None).exists():
        raise Conflict(_("An answer waits for approval. Approve it or send it back first."), code="submitted")
    return _seat(dispute, found, by=by, at=at)


def directing(by: Person, dispute: Dispute) -> Actor:
    """Supervisor in this case: by role, and not one the complaint is about."""
    role = access.acting(by, dispute, (Actor.SU,))
    refuse_named(by, dispute)
    return role


def refuse_named(by: Person, dispute: Dispute) -> None:
    """A complaint about somebody goes around them (F25)."""
    if dispute.involvements.filter(user=by, how=How.NAMED).exists():
        raise Forbidden(_("You are named in this complaint: somebody else has to do this."), code="named")
    if under_named(dispute, by):
        raise Forbidden(
            _("Somebody above you is named in this complaint: somebody else has to do this."),
            code="under_named",
        )


def acting_handler(by: Person, dispute: Dispute) -> None:
    """Only the handler who has the case writes for it (403); asked after the stage."""
    seat = access.handler_of(dispute)
    if seat is None or seat.user_id != by.pk:
        raise Forbidden(_("Another handler has this case, or nobody yet."), code="not_your_case")


def _refuse_stage(dispute: Dispute) -> None:
    if dispute.state not in HANDLED:
        raise Conflict(_("The case needs no handler at this stage."), code="handler_not_open")
    # A proposal that the case has left behind waits for nobody.
    if dispute.state == State.ACKNOWLEDGED and dispute.admissions.filter(ended_at=None).exists():
        raise Conflict(
            _("First a supervisor has to rule on the proposal not to admit the complaint."),
            code="admission_open",
        )


def _seat(dispute: Dispute, person: Person, *, by: Person, at: datetime) -> Assignment:
    involving.gather(dispute)
    if person.pk == dispute.trader_id:
        raise WasOnTicket
    if dispute.involvements.filter(user=person, how__in=BARRED).exists():
        raise WasOnTicket
    if under_named(dispute, person):
        raise UnderNamed
    dispute.assignments.active().filter(role=Actor.CH).update(ended_at=at, end_reason="reassigned")
    seat = Assignment.objects.create(dispute=dispute, role=Actor.CH, user=person, started_at=at)
    facts = {"handler": person.pk, "seat": seat.pk}
    if dispute.state == State.ACKNOWLEDGED:
        event = moving.apply(dispute, "investigate", by=by, at=at, facts=facts)
    else:
        role = access.acting(by, dispute, (Actor.CH, Actor.SU))
        event = chain.add(dispute, "dispute.handler.changed", by=by, role=role, at=at, facts=facts)
    involving.add(dispute, person, How.SUPERVISED, at=at)
    if person.pk != by.pk:
        telling.people("dispute.task", dispute, event, [person], task="handle")
    telling.both("dispute.step", dispute, event, step="handled", name=str(person))
    return seat


NOTED = (How.NAMED, How.DEALT, How.DECLARED)


@transaction.atomic
def name(dispute: Dispute, *, by: Person, person: str, how: str = How.NAMED) -> Event:
    """The complaint is about somebody of the house, or they have to do with it: it goes around them."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.CH, Actor.SU, Actor.CO))
    refuse_named(by, dispute)
    if not dispute.is_open:
        raise Conflict(_("The case is already over."), code="name_not_open")
    found = Person.objects.filter(is_active=True, email=person.strip().lower()).first()
    if found is None or not found.works_here or found.pk == by.pk:
        raise Invalid(fields={"person": [_("Please give the address of somebody else who works here.")]})
    if how not in NOTED:
        raise Invalid(fields={"how": [_("Please choose one of the ways.")]})
    seat = access.handler_of(dispute)
    if seat is not None and seat.user_id == found.pk:
        raise Involved(_("This person handles the case. Please give it to another handler first."))
    involving.add(dispute, found, How(how), at=at)
    if seat is not None and under_named(dispute, seat.user):
        raise UnderNamed(
            _("The handler of this case works under this person. Please give it to another handler first.")
        )
    facts = {"person": found.pk, "how": str(how)}
    return chain.add(dispute, "dispute.named", by=by, role=role, at=at, facts=facts)
