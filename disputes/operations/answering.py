"""The trader's answer to the decision. It binds the platform only by this; silence is not acceptance."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict

from .. import access
from ..models import Decision, Dispute, Event, Remedy
from ..states import Actor, LetterKind, State
from . import authorising, lettering, moving, telling
from .case import hold
from .conditions import standing

# By which moves a decision is accepted: with something owed, and without.
_ACCEPTED_AS: dict[str, tuple[str, str]] = {
    State.DECIDED: ("accept_decision", "accept_without_remedy"),
    State.FINAL: ("accept_final", "accept_final_without_remedy"),
}


@transaction.atomic
def accept(dispute: Dispute, *, by: Person) -> Event:
    """The trader accepts: the platform now owes what was decided, or the case is over."""
    dispute, at = hold(dispute), clock.now()
    access.acting(by, dispute, (Actor.TR,))
    decision = standing(dispute)
    if decision is None or dispute.state not in _ACCEPTED_AS:
        raise Conflict(
            _("There is no decision to accept at this stage."), code="dispute_accept_decision_not_open"
        )
    with_remedy, without = _ACCEPTED_AS[dispute.state]
    facts = {"decision": decision.pk, "sha256": decision.sha256}
    if decision.remedy == "none":
        event = moving.apply(dispute, without, by=by, at=at, facts=facts)
        telling.both("dispute.step", dispute, event, step="closed")
        return event
    remedy = owe(dispute, decision)
    event = moving.apply(dispute, with_remedy, by=by, at=at, facts=facts | {"remedy": remedy.pk})
    telling.both("dispute.step", dispute, event, step="accepted")
    announce(dispute, event)
    return event


def owe(dispute: Dispute, decision: Decision) -> Remedy:
    """What a decision or an accepted answer orders, to be approved and carried out."""
    return authorising.owe(
        dispute,
        decision=decision,
        kind=decision.remedy,
        amount=decision.amount,
        currency=decision.currency,
        by=decision.author,
    )


def announce(dispute: Dispute, event: Event) -> None:
    """Those who have to approve what is owed are told; finance, once they have."""
    remedy = dispute.remedies.main().select_related("authority__dispute").latest("id")
    if authorising.recount(remedy.authority, at=event.at).complete:
        telling.people("dispute.task", dispute, event, telling.holders(Role.FINANCE), task="pay_now")
    else:
        authorising.ask(remedy.authority, event)


@transaction.atomic
def decline(dispute: Dispute, *, by: Person) -> Event:
    """The trader does not accept: nobody is bound, and the way outside stays open."""
    return not_accepted(hold(dispute), by=by)


def not_accepted(dispute: Dispute, *, by: Person | None) -> Event:
    """Nobody is bound; what stays open outside is said in a letter. The case is held."""
    event = moving.apply(dispute, "leave_unaccepted", by=by)
    letter = lettering.issue(dispute, LetterKind.RIGHTS, event)
    telling.both("dispute.step", dispute, event, step="declined", letter=letter.number)
    return event


@transaction.atomic
def close_final(dispute: Dispute, *, by: Person | None) -> Event:
    """Close the file of a decision that was not accepted; what stays open outside is said once more."""
    dispute = hold(dispute)
    event = moving.apply(dispute, "close_final", by=by)
    letter = lettering.issue(dispute, LetterKind.RIGHTS, event)
    step = "lapsed" if by is None else "closed"
    telling.both("dispute.step", dispute, event, step=step, letter=letter.number)
    return event
