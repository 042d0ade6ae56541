"""Who is told what about a case. Rows only, in the caller's transaction; both sides in the same one (F14)."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Person
from accounts.states import Role
from helpdesk.notify.send import Row, notify_many

from .. import access
from ..access import grants
from ..models import Dispute, Event
from ..reads import names
from ..reads.before import under_named
from ..states import How

# What people wrote, in a notice.
_CONTENT = ("subject", "line", "reason")


def _context(dispute: Dispute, person: Person, words: dict[str, Any]) -> dict[str, Any]:
    told = {"subject": dispute.subject, **names.told(words, person, dispute)}
    if grants.is_outside(person) and person.pk != dispute.trader_id:
        # A mail stays where it was sent, and opens without a second factor: it has nothing of the case in it.
        told |= {name: "…" for name in _CONTENT if name in told}
    return {"reference": dispute.reference, **told}


def _rows(kind: str, dispute: Dispute, people: Iterable[Person], key: str, more: dict[str, Any]) -> list[Row]:
    # A task may wait on a page of its own; that is its address, not one of its words.
    words = {name: value for name, value in more.items() if name != "url"}
    return [
        Row(kind, person, key, dispute.reference, _address(dispute, person, more),
            _context(dispute, person, words))
        for person in people
    ]  # fmt: skip


def _address(dispute: Dispute, person: Person, more: dict[str, Any]) -> str:
    """Where it leads: the page named, the letter that went out with it, or the person's page of the case."""
    if there := more.get("url"):
        return str(there)
    number = more.get("letter")
    return dispute.letter_url(number) if number else dispute.address_for(person)


def trader_side(dispute: Dispute) -> list[Person]:
    """The trader, and who acts for them today."""
    rows = dispute.representatives.all().with_people()
    return [dispute.trader, *(row.person for row in rows if row.person and row.is_in_force)]


def platform(dispute: Dispute) -> list[Person]:
    """Those who speak for the platform and direct cases; nobody who sits in a neutral seat of this one."""
    seated = dispute.assignments.active().neutral().values_list("user_id", flat=True)
    # A complaint about one of them goes around them (F25).
    named = dispute.involvements.filter(how=How.NAMED).values_list("user_id", flat=True)
    found = Person.objects.with_role(Role.SUPERVISOR).exclude(pk__in=[*seated, *named])
    return [person for person in found if not (named and under_named(dispute, person))]


def platform_in_confidence(dispute: Dispute) -> list[Person]:
    """Those of them who may learn what is said without prejudice: nobody who may still be drawn."""
    return [person for person in platform(dispute) if not access.may_be_drawn(person, dispute)]


def holders(*roles: Role) -> list[Person]:
    """Active people with one of the roles."""
    return list(Person.objects.with_role(*roles))


def trader(kind: str, dispute: Dispute, event: Event, **more: Any) -> None:
    """Tell the trader, and who acts for them, alone."""
    notify_many(_rows(kind, dispute, trader_side(dispute), f"dispute:{event.pk}", more))


def both(kind: str, dispute: Dispute, event: Event, **more: Any) -> None:
    """Tell trader and platform the same thing at the same moment."""
    people = [*trader_side(dispute), *platform(dispute)]
    notify_many(_rows(kind, dispute, people, f"dispute:{event.pk}", more))


def people(kind: str, dispute: Dispute, event: Event, to: Iterable[Person], **more: Any) -> None:
    """Tell these people."""
    notify_many(_rows(kind, dispute, to, f"dispute:{event.pk}:{kind}", more))
