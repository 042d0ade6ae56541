"""Neutrals: who may be drawn, the draw itself, acceptance with a signed declaration, objection, recusal."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines, one_line

from .. import access
from ..access import grants
from ..errors import NobodyEligible, SeatTaken
from ..models import Assignment, Dispute, Draw, Objection
from ..reads import service
from ..reads.before import review_waits
from ..reads.fairness import pick, replay
from ..reads.service import CAP
from ..states import MEDIATING, NEUTRAL, OPEN, Actor, LetterKind, Side, State, Waiting
from . import chain, deadlines, granting, involving, lettering, moving, telling
from .case import hold

__all__ = ["accept", "candidates", "draw", "object_to", "pick", "recuse", "replace", "replay", "seats"]
SEATS: dict[str, tuple[Role, tuple[State, ...]]] = {
    Actor.ME: (Role.MEDIATOR, (State.MEDIATION_PENDING,)),
    Actor.XM: (Role.EXTERNAL_MEDIATOR, (State.MEDIATION_PENDING,)),
    Actor.DE: (Role.DECIDER, (State.IN_DETERMINATION, State.PROVISIONAL_DECISION)),
    Actor.AR: (Role.APPEAL_REVIEWER, (State.UNDER_APPEAL, State.INADMISSIBLE)),
}
STATEMENTS = ("impartial", "no_interest", "available")


def candidates(dispute: Dispute, role: str) -> tuple[list[list[int]], list[dict[str, Any]]]:
    """The pool as [person, weight] in the order of ids, and everyone excluded with the rules that did it."""
    wanted, _states = SEATS[role]
    involved = involving.ways(dispute)
    former = set(dispute.assignments.neutral().values_list("user_id", flat=True))
    load = dict(
        Assignment.objects.active()
        .neutral()
        .filter(dispute__state__in=OPEN)
        .values_list("user_id")
        .annotate(n=Count("id"))
    )
    pool, excluded, late = [], [], service.late()
    people = list(Person.objects.with_role(wanted).order_by("pk"))
    lines = involving.lines(dispute, (person.pk for person in people))
    for person in people:
        rules = [f"F1:{how}" for how in involved.get(person.pk, [])]
        rules += ["F1:party"] if person.pk == dispute.trader_id else []
        rules += ["F2:former_role"] if person.pk in former else []
        rules += lines[person.pk]
        rules += ["F21:full"] if load.get(person.pk, 0) >= CAP else []
        rules += ["F21:late"] if person.pk in late else []
        if rules:
            excluded.append({"person": person.pk, "rules": rules})
        else:
            pool.append([person.pk, _weight(load.get(person.pk, 0))])
    return pool, excluded


def _weight(load: int) -> int:
    """Twice the work, half the chance."""
    return 1000 // (1 + load)


@transaction.atomic
def draw(dispute: Dispute, role: str, *, by: Person | None, at: datetime | None = None) -> Assignment:
    """Draw a neutral at random from those nothing speaks against, and tell everyone concerned.

    `by` is the supervisor who asked for it, None the system. Nobody picks by hand.
    """
    dispute, at = hold(dispute), at or clock.now()
    acts_as = Actor.SY if by is None else access.acting(by, dispute, (Actor.SU,))
    _refuse_seat(dispute, role)
    involving.gather(dispute)
    pool, excluded = candidates(dispute, role)
    if not pool:
        raise NobodyEligible
    seed = secrets.token_hex(16)
    chosen = Person.objects.get(pk=pick(seed, pool))
    drawn = Draw.objects.create(
        dispute=dispute, role=role, at=at, by=by, seed=seed, pool=pool, excluded=excluded, result=chosen
    )
    seat = Assignment.objects.create(dispute=dispute, role=role, user=chosen, draw=drawn, started_at=at)
    if role == Actor.XM:
        granting.grant(seat, at=at)
    _seat_clocks(dispute, role, at)
    facts = {
        "role": str(role),
        "result": chosen.pk,
        "seed": seed,
        "pool": pool,
        "excluded": excluded,
        "draw": drawn.pk,
    }
    event = chain.add(dispute, "dispute.neutral.drawn", by=by, role=acts_as, at=at, facts=facts)
    telling.people("dispute.task", dispute, event, [chosen], task="accept", role=str(role))
    telling.both("dispute.step", dispute, event, step=f"drawn_{role}", name=chosen, pool=len(pool))
    return seat


def _refuse_seat(dispute: Dispute, role: str) -> None:
    if role not in SEATS:
        raise Invalid(fields={"role": [_("Please choose one of the roles.")]})
    if dispute.state not in SEATS[role][1]:
        raise Conflict(_("Nobody is needed in this role at this stage."), code="seat_not_open")
    if dispute.state == State.INADMISSIBLE and not review_waits(dispute):
        raise Conflict(_("No review has been asked for, or it has been decided."), code="no_review")
    same = MEDIATING if role in MEDIATING else (role,)
    if dispute.assignments.active().filter(role__in=same).exists():
        raise SeatTaken


def _seat_clocks(dispute: Dispute, role: str, at: datetime) -> None:
    if role in MEDIATING:
        deadlines.meet(dispute, ["appoint_mediator"], at=at)
        deadlines.start(dispute, "mediator_accepts", at=at)
        deadlines.start(dispute, "object_mediator", at=at)
        dispute.waiting_on = Waiting.MEDIATOR
        dispute.save(update_fields=["waiting_on"])


def _own_seat(dispute: Dispute, by: Person) -> Assignment:
    seat = access.seat_of(by, dispute)
    if seat is None:
        access.acting(by, dispute, NEUTRAL)  # raises: only whoever sits there may do this
        raise AssertionError("unreachable")
    return seat


@transaction.atomic
def accept(dispute: Dispute, *, by: Person, statements: Sequence[str], interests: str = "") -> Assignment:
    """Accept the seat by signing the declaration; the file opens with it. A mediator starts the mediation."""
    dispute, at = hold(dispute), clock.now()
    seat = _own_seat(dispute, by)
    if seat.declared_at is not None:
        raise Conflict(_("You have already signed."), code="already_declared")
    if seat.role == Actor.XM:
        grants.require_promised(by, dispute)
    if set(statements) != set(STATEMENTS):
        raise Invalid(
            fields={
                "statements": [
                    _("All three statements are needed. If one is not true, please recuse yourself.")
                ]
            }
        )
    interests = many_lines(interests)[:2000]
    seat.declared_at = at
    seat.declaration = chain.canonical(
        {
            "statements": sorted(statements),
            "interests": interests,
            "name": by.own_name,
            "at": chain.moment(at),
        }
    )
    seat.save(update_fields=["declared_at", "declaration"])
    facts = {"seat": seat.pk, "statements": sorted(statements)}
    private = {"declaration": seat.declaration}
    if seat.role in MEDIATING:
        event = moving.apply(dispute, "begin_mediation", by=by, at=at, facts=facts, private=private)
    else:
        event = chain.add(
            dispute, "dispute.neutral.accepted", by=by, role=seat.role, at=at, facts=facts, private=private
        )
    told: dict[str, Any] = {"step": f"accepted_{seat.role}", "name": by, "interests": interests}
    if seat.role in MEDIATING:
        told["letter"] = lettering.issue(
            dispute, LetterKind.APPOINTMENT, event, by=by, seat=seat, interests=interests
        ).number
    telling.both("dispute.step", dispute, event, **told)
    return seat


@transaction.atomic
def recuse(dispute: Dispute, *, by: Person, reason: str) -> None:
    """Step back: before accepting, or whenever something has changed. Somebody else will be drawn."""
    dispute = hold(dispute)
    seat = _own_seat(dispute, by)
    reason = one_line(reason)[:1000]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say in a few words why. Both sides will read it.")]})
    replace(dispute, seat, by=by, reason=reason, why="recused")


def replace(dispute: Dispute, seat: Assignment, *, by: Person | None, reason: str, why: str) -> None:
    """End a neutral's seat; a mediator's case goes back to be appointed. The case is held."""
    at = clock.now()
    facts, private = {"seat": seat.pk, "person": seat.user_id, "why": why}, {"reason": reason}
    if seat.role in MEDIATING:
        # Judged while the seat is still theirs: stepping back is something a mediator does as the mediator.
        event = moving.apply(dispute, "replace_mediator", by=by, at=at, facts=facts, private=private)
    else:
        acts_as = Actor.SY if by is None else access.acting(by, dispute, (seat.role, Actor.SU, Actor.TR))
        event = chain.add(
            dispute, "dispute.neutral.left", by=by, role=acts_as, at=at, facts=facts, private=private
        )
    dispute.assignments.filter(pk=seat.pk).update(ended_at=at, end_reason=reason)
    granting.end(seat, at=at, why=why)
    telling.both("dispute.step", dispute, event, step="neutral_left", name=seat.user, reason=reason)
    task = "draw" if seat.role in MEDIATING else f"draw_{seat.role}"
    telling.people("dispute.task", dispute, event, telling.platform(dispute), task=task)


@transaction.atomic
def object_to(dispute: Dispute, *, by: Person, reason: str = "") -> Objection:
    """A party objects to the mediator in time. The first objection needs no reason and succeeds at once.

    A further one says why and waits for a ruling (`objecting.rule`); the mediator goes on meanwhile.
    """
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU))
    side = Side.TRADER if role == Actor.TR else Side.PLATFORM
    seat = dispute.assignments.active().filter(role__in=MEDIATING).select_related("user").first()
    window = dispute.deadlines.running().filter(metric="object_mediator", waits_for=side)
    if seat is None or not window.filter(due_at__gt=at).exists():
        raise Conflict(_("The time for an objection is over."), code="objection_window_over")
    if seat.objections.filter(side=side).exists():
        raise Conflict(_("You have objected to this person already."), code="objection_made")
    reason, first = many_lines(reason)[:1000], not dispute.objections.filter(side=side).exists()
    if not first and not reason:
        sentence = _("Your objection without a reason is used. Please say why; somebody else rules on it.")
        raise Invalid(fields={"reason": [sentence]})
    found = Objection.objects.create(
        dispute=dispute,
        assignment=seat,
        side=side,
        by=by,
        at=at,
        reason=reason,
        upheld=True if first else None,
    )
    if first:
        replace(dispute, seat, by=by, reason=reason or "objected", why=f"objection:{side}")
        return found
    facts = {"objection": found.pk, "seat": seat.pk, "side": str(side)}
    event = chain.add(
        dispute, "dispute.objection.made", by=by, role=role, at=at, facts=facts, private={"reason": reason}
    )
    telling.both("dispute.step", dispute, event, step=f"objection_{side}", name=str(seat.user), reason=reason)
    telling.people("dispute.task", dispute, event, telling.holders(Role.COMPLIANCE), task="objection")
    return found


def seats(dispute: Dispute) -> list[Assignment]:
    """Everyone who sits or sat in a neutral seat, in order."""
    rows = dispute.assignments.filter(Q(role__in=NEUTRAL)).select_related("user", "draw")
    return list(rows.order_by("id"))
