"""What opens a case to a mediator from outside: given with the seat, and ended at once or by itself."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Forbidden

from .. import access
from ..access import grants
from ..events import GrantEnded
from ..models import Assignment, Dispute, Grant, NameConsent, Undertaking
from ..models.grants import KEPT_AFTER
from ..reads import verifier
from ..states import Actor, Side
from . import chain, telling
from .case import hold

_SPEAKS_FOR = {Actor.TR: Side.TRADER, Actor.SU: Side.PLATFORM}


def grant(seat: Assignment, *, at: datetime) -> Grant:
    """With the seat comes what opens the case, in the same transaction. The case is held."""
    return Grant.objects.create(dispute=seat.dispute, user=seat.user, seat=seat, starts_at=at)


def end(seat: Assignment, *, at: datetime, why: str) -> None:
    """Nothing opens any more: stepped back, objected to, replaced or too late. The case is held."""
    stop(Grant.objects.filter(seat=seat), at=at, why=why)


def run_out(dispute: Dispute, *, at: datetime) -> None:
    """The case is over: what is open closes by itself when its time has passed. The case is held.

    The first closing says when. A case that is taken up again neither shortens nor lengthens that: whoever
    mediated before it was closed has no part in what follows, and what follows is not shown to them.
    """
    dispute.grants.filter(until=None, revoked_at=None).update(until=at + KEPT_AFTER)


def stop(rows: "QuerySet[Grant]", *, at: datetime, why: str, by: Person | None = None) -> None:
    """End these grants now; open streams close with them. The case is held."""
    people = list(rows.filter(revoked_at=None).values_list("user_id", flat=True))
    rows.filter(revoked_at=None).update(revoked_at=at, revoked_by=by, revoked_why=why)
    for person in people:
        events.publish(GrantEnded(person))


@transaction.atomic
def promise(dispute: Dispute, *, by: Person, number: int) -> Undertaking:
    """Promise to keep the case to oneself, in the words that were shown (`number` is their version)."""
    dispute, at = hold(dispute), clock.now()
    found = grants.grant_of(by, dispute)
    if found is None or found.seat.ended_at is not None:
        raise Forbidden
    if grants.has_undertaken(found):
        raise Conflict(_("You have promised that already."), code="already_promised")
    text = grants.text_in_force()
    if number != text.number:
        newer = _("The words have changed in the meantime. Please read them again.")
        raise Conflict(newer, code="undertaking_changed")
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    words = text.zh if language == "zh-hans" else text.en
    made = Undertaking.objects.create(
        grant=found, text=text, language=language, sha256=verifier.sha(words), at=at
    )
    facts = {"grant": found.pk, "version": text.number, "language": language, "sha256": made.sha256}
    event = chain.add(dispute, "dispute.grant.promised", by=by, role=Actor.XM, at=at, facts=facts)
    telling.both("dispute.step", dispute, event, step="outside_promised", name=by)
    return made


@transaction.atomic
def let_names_be_known(dispute: Dispute, *, by: Person) -> NameConsent:
    """One side agrees that the mediator from outside is told the names; they are, when both have."""
    dispute, at = hold(dispute), clock.now()
    role, found = _side(dispute, by)
    side = _SPEAKS_FOR[role]
    if side in grants.consents(found):
        raise Conflict(_("Your side has agreed already."), code="names_agreed")
    made = NameConsent.objects.create(grant=found, side=side, by=by, at=at)
    both = NameConsent.objects.filter(grant=found, taken_back_at=None).count() == len(_SPEAKS_FOR)
    facts = {"grant": found.pk, "side": str(side), "both": both}
    event = chain.add(dispute, "dispute.names.agreed", by=by, role=role, at=at, facts=facts)
    telling.both("dispute.step", dispute, event, step="names_known" if both else f"names_{side}")
    return made


@transaction.atomic
def keep_names(dispute: Dispute, *, by: Person) -> None:
    """Take the agreement back, as long as the other side has not agreed too."""
    dispute, at = hold(dispute), clock.now()
    role, found = _side(dispute, by)
    given = grants.consents(found)
    if _SPEAKS_FOR[role] not in given:
        raise Conflict(_("Your side has not agreed."), code="names_not_agreed")
    if grants.names_open(found):
        known = _("Both sides have agreed: the mediator knows the names. That cannot be taken back.")
        raise Conflict(known, code="names_known")
    side = _SPEAKS_FOR[role]
    found.consents.filter(side=side, taken_back_at=None).update(taken_back_at=at)
    facts = {"grant": found.pk, "side": str(side)}
    chain.add(dispute, "dispute.names.taken_back", by=by, role=role, at=at, facts=facts)


def _side(dispute: Dispute, by: Person) -> tuple[Actor, Grant]:
    role = access.acting(by, dispute, tuple(_SPEAKS_FOR))
    found = grants.current(dispute)
    if found is None:
        raise Conflict(_("There is no mediator from outside in this case now."), code="no_outsider")
    return role, found
