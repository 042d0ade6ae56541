"""What pages show of a mediator from outside: what opens the case to them, their promise, who knows names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock

from .. import access
from ..access import grants
from ..models import Dispute, Grant, Undertaking, UndertakingText
from ..states import Actor, Side


@dataclass(frozen=True)
class Row:
    """One grant of the case, as both sides and the house read it."""

    pk: int
    name: str
    since: datetime
    until: datetime | None
    past: bool
    revoked_at: datetime | None
    over: bool
    promised: Undertaking | None
    names: bool
    agreed: frozenset[str]


def asked(text: UndertakingText | None = None) -> dict[str, Any]:
    """The words of the promise in the reader's language, with their version."""
    text = text or grants.text_in_force()
    zh = (get_language() or "").startswith("zh")
    return {"promise": text.zh if zh else text.en, "promise_number": text.number}


def rows(dispute: Dispute) -> list[Row]:
    """Every grant, the newest last; no query where nobody from outside was ever drawn."""
    if not any(seat.role == Actor.XM for seat in dispute.assignments.all()):
        return []
    at = clock.now()
    return [_row(one, at) for one in grants.all_for(dispute)]


def _row(one: Grant, at: datetime) -> Row:
    promised = one.undertaking if grants.has_undertaken(one) else None
    agreed, over = frozenset(grants.consents(one)), not one.is_live(at)
    return Row(
        one.pk, str(one.user), one.starts_at, one.until, one.seat.ended_at is not None, one.revoked_at, over,
        promised, grants.names_open(one), agreed,
    )  # fmt: skip


def hides_names(dispute: Dispute) -> bool:
    """Whether somebody reads this case now who is not told the names."""
    return any(not row.over and not row.past and not row.names for row in rows(dispute))


def can(mine: frozenset[str], person: Person, found: list[Row]) -> set[str]:
    """What the person could do about them now."""
    may: set[str] = set()
    if any(not row.over for row in found) and person.has_role(Role.SUPERVISOR, Role.COMPLIANCE):
        may |= {"revoke_grant"} if mine & {Actor.SU, Actor.CO} else set()
    now = next((row for row in found if not row.over and not row.past), None)
    side = Side.TRADER if Actor.TR in mine else Side.PLATFORM if Actor.SU in mine else None
    if now is not None and side is not None and not now.names:
        may.add("keep_names" if side in now.agreed else "agree_names")
    return may


def page(dispute: Dispute, person: Person) -> dict[str, Any]:
    """What the page of a case shows of them."""
    found = rows(dispute)
    return {
        "outsiders": found,
        "hides_names": any(not row.over and not row.past and not row.names for row in found),
        "outside_can": can(access.actors_of(person, dispute), person, found),
        "is_outsider": grants.is_outside(person) and grants.grant_of(person, dispute) is not None,
    }
