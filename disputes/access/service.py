"""Whose service level a person may read: those who direct cases all, a neutral of the house their own."""

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core.errors import Forbidden, NotFound

from . import has_returns, require_returns

# An external mediator sees their case and nothing beside it (F22).
_OWN = (Role.MEDIATOR, Role.DECIDER, Role.APPEAL_REVIEWER)


def serves(person: object) -> bool:
    """Whether they are a neutral of the house."""
    return isinstance(person, Person) and person.has_role(*_OWN)


def only(person: Visitor) -> Person | None:
    """None where all may be read, else the person themselves; for everybody else there is no such page."""
    if isinstance(person, Person) and not has_returns(person) and serves(person):
        return person
    require_returns(person)
    return None


def neutral(email: str) -> Person:
    """The person with this address."""
    found = Person.objects.filter(email=email).first()
    if found is None:
        raise NotFound
    return found


def require_clearing(person: Person) -> None:
    """Only a supervisor says who may be drawn again (403)."""
    if not person.has_role(Role.SUPERVISOR):
        raise Forbidden
