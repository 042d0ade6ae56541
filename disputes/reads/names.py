"""What people are called to whoever is reading: the only place where pseudonyms are made (F22).

A mediator from outside reads of Trader T and Platform P until both sides let names be spoken.
`Person.__str__` asks the voice that is in force here, so pages, letters, programs and mails cannot forget to.
What people wrote themselves, and what stands in files, is nobody's to change: the pages for it say so.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person, Visitor, call, called, veiled
from accounts.states import Role

from ..access import grants
from ..models import Dispute
from ..states import NEUTRAL, Actor, Side


class Voice:
    """How people of one case are called to a reader who does not know them; the reader keeps their name."""

    def __init__(self, reader: int | None, dispute: Dispute | None) -> None:
        self.reader, self.dispute = reader, dispute

    @cached_property
    def _seats(self) -> dict[int, str]:
        if self.dispute is None:
            return {}
        rows = self.dispute.assignments.all()
        return {row.user_id: str(Actor(row.role).label) for row in rows if row.role in NEUTRAL}

    @cached_property
    def _speakers(self) -> set[int | None]:
        rows = self.dispute.representatives.all() if self.dispute is not None else []
        return {row.person_id for row in rows}

    def __call__(self, person: Person) -> str:
        if person.pk == self.reader:
            return ""
        if self.dispute is not None and person.pk == self.dispute.trader_id:
            return trader()
        if person.pk in self._seats:
            return self._seats[person.pk]
        if not person.works_here:
            return _("Representative of Trader T") if person.pk in self._speakers else _("Somebody")
        role = next((role for role in Role if role in person.roles and role != Role.TRADER), None)
        return f"{platform()} · {Role(role).label}" if role else platform()


def trader() -> str:
    """What the trader is called."""
    return _("Trader T")


def platform() -> str:
    """What the platform is called."""
    return _("Platform P")


def company(dispute: Dispute) -> str:
    """The company the trader's account is with, else the platform under its own name."""
    if veiled():
        return platform()
    return dispute.account.entity.name if dispute.account else _("The platform")


def platforms(dispute: Dispute) -> list[str]:
    """Who stands on the platform's side, as it was noted when the case opened."""
    if veiled():
        return [platform()]
    return [party.name for party in dispute.parties.all() if party.side == Side.PLATFORM and party.name]


def hidden_from(reader: Visitor, dispute: Dispute) -> bool:
    """Whether this reader is not told the names of this case."""
    grant = grants.grant_of(reader, dispute)
    return grants.is_outside(reader) and not (grant is not None and grants.names_open(grant))


def speak_to(reader: Any, reference: str) -> None:
    """From here to the end of the request, people are called what this reader may know."""
    if not isinstance(reader, Person) or not grants.is_outside(reader):
        call(None)
        return
    found = next((row for row in grants.grants_of(reader) if row.dispute.reference == reference), None)
    if found is not None and grants.names_open(found):
        call(None)
        return
    call(Voice(reader.pk, found.dispute if found else None))


@contextmanager
def spoken(voice: Voice | None) -> Iterator[None]:
    """In this voice inside; with None everybody has their own name."""
    with called(voice):
        yield


@contextmanager
def spoken_to(reader: Person, dispute: Dispute) -> Iterator[None]:
    """As this reader of the case may know people."""
    with spoken(Voice(reader.pk, dispute) if hidden_from(reader, dispute) else None):
        yield


def told(words: Mapping[str, Any], reader: Person, dispute: Dispute) -> dict[str, Any]:
    """What a notice says, with everybody in it called what its reader may know them by."""
    with spoken_to(reader, dispute):
        return {name: str(word) if isinstance(word, Person) else word for name, word in words.items()}
