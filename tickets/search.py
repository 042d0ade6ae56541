"""Tickets in the search: what goes into the index, and how the kind answers."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Visitor
from helpdesk.search import index, text
from helpdesk.search.index import Hit
from helpdesk.search.query import Query, best
from helpdesk.search.text import grams

from . import access
from .models import Ticket


def vector(title: str, body: str) -> Combinable:
    """The search column's value: the title weighs more; Chinese goes in as pairs of signs."""
    return SearchVector(Value(grams(title)), weight="A", config="english") + SearchVector(
        Value(grams(body[:8000])), weight="C", config="english"
    )


def find(person: Visitor, query: Query, language: str, limit: int, offset: int = 0) -> list[Hit]:
    """At most `limit` tickets this person may see; staff all, a trader their own, a stranger none."""
    rows = best(access.tickets_for(person), query).defer("search", "fields")
    return [_hit(row, person, query) for row in rows[offset : offset + limit]]


def _hit(ticket: Ticket, person: Visitor, query: Query) -> Hit:
    exact = bool(getattr(ticket, "exact", True))
    marks = query.terms if exact else query.marks
    return Hit(
        kind="tickets",
        id=ticket.reference,
        title=ticket.subject,
        title_html=text.highlight(ticket.subject, marks),
        url=ticket.address_for(person),
        snippet=text.snippet(ticket.last_line, marks),
        language=ticket.language,
        score=round(float(getattr(ticket, "score", 0)), 4),
        exact=exact,
    )


index.register("tickets", find, label=_("Tickets"), allowed=lambda person: isinstance(person, Person))
