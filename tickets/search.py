"""Tickets in the search: what goes into the index, and how the kind answers."""

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import Combinable

from helpdesk.search.text import grams


def vector(title: str, body: str) -> Combinable:
    """The search column's value: the title weighs more; Chinese goes in as pairs of signs."""
    return SearchVector(Value(grams(title)), weight="A", config="english") + SearchVector(
        Value(grams(body[:8000])), weight="C", config="english"
    )
