"""A question in words becomes one statement: exact hits, or, when there are none, the closest ones.

Only the newest thousand hits are ranked: ranking them all makes a common word fifteen times slower, and
nobody reads past the first few. The list of hits is a MATERIALIZED subquery because the planner otherwise
walks the primary key backwards, which takes a rare word ten times longer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import models
from django.db.models.expressions import RawSQL

from helpdesk.core.text import one_line

from . import text

LONGEST = 200
MOST_TERMS = 12
CANDIDATES = 1000
WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # D, C, B, A
# What stands in every question and says nothing about it.
_CHATTER = (
    "为什么|怎么办|怎么样|是不是|能不能|有没有|要不要|可不可以|多长时间|怎么|什么|怎样|如何|可以|没有|一直|我的|你们|我们|"
    "请问|不能|多久|还没|多少|哪里|是否|需要|这个|那个|一个|现在|已经|时候|[吗呢吧啊的了我]"
)
_SPLIT = re.compile(_CHATTER)
_STOP = frozenset(
    {"a", "an", "and", "are", "can", "do", "does", "did", "for", "how", "i", "in", "is", "it", "me", "my"}
    | {"not", "of", "on", "or", "the", "to", "was", "what", "when", "where", "why", "you", "your"}
)
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Query:
    """What was asked. `terms` are the words and Chinese runs to mark; the rest is PostgreSQL's language."""

    asked: str
    terms: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    loose: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def words(self) -> list[str]:
        """The words that have a spelling, to look up in the vocabulary."""
        return [term for term in self.terms if not text.is_han(term)]

    @property
    def marks(self) -> tuple[str, ...]:
        """What to mark when only some of it was found: whole words and the pairs inside Chinese runs."""
        return (*self.terms, *(pair for run in self.terms if text.is_han(run) for pair in _telling(run)))


def parse(asked: str, *, typing: bool = False) -> Query:
    """Read a question; at most 200 signs and twelve terms of it count.

    `typing` takes the last word for the beginning of one. That is for suggestions: for a common beginning
    the planner may prefer to read the whole table.
    """
    asked = one_line(asked[: LONGEST * 2])[:LONGEST]
    terms = list(dict.fromkeys(text.pieces(asked)))[:MOST_TERMS]
    parts: list[str] = []
    for place, term in enumerate(terms, start=1):
        if text.is_han(term):
            parts += [f"'{pair}'" for pair in text.pairs(term)]
        elif typing and place == len(terms) and len(term) > 1 and asked[-1:].isalnum():
            # The stem's own prefix misses half-typed endings (withdrawa…), the word's own finds them.
            parts.append(f"('{term}' | '{term}':*)")
        else:
            parts.append(f"'{term}'")
    parts = list(dict.fromkeys(parts))[: MOST_TERMS * 2]
    telling = [f"'{pair}'" for run in terms if text.is_han(run) for pair in _telling(run)]
    loose = [
        *(f"'{word}'" for word in terms if not text.is_han(word) and word not in _STOP),
        *telling,
    ] or parts
    return Query(asked, tuple(terms), tuple(parts), tuple(loose[:MOST_TERMS]))


def _telling(run: str) -> list[str]:
    """The pairs of a Chinese run that say what it is about: 我的提现没有到账怎么办 → 提现 到账."""
    rest = [piece for piece in _SPLIT.split(run) if len(piece) > 1]
    return list(dict.fromkeys(pair for piece in rest for pair in text.pairs(piece)))


def best(
    rows: "models.QuerySet[M]",
    query: Query,
    *,
    vector: str = "search",
    among: "models.QuerySet[M] | None" = None,
) -> "models.QuerySet[M]":
    """Those of the rows that answer, best first, annotated with `exact` and `score`; one statement.

    `rows` must already be narrowed to what the asker may see: visibility is part of the same statement.
    `among` is a wider set that is cheaper to walk (no joins); give it where almost all of it is visible
    anyway. What is shown is always taken from `rows`.
    """
    if not query:
        return rows.none()
    strict = SearchQuery(" & ".join(query.parts), config="english", search_type="raw")
    every = " | ".join(query.loose)
    some = SearchQuery(every, config="english", search_type="raw")
    bare = (rows if among is None else among).order_by().select_related(None)
    exact_sql, exact_params = _ids(bare.filter(**{vector: strict}))
    found = f"WITH hits(id) AS MATERIALIZED ({exact_sql})"
    newest = "SELECT id FROM hits ORDER BY id DESC LIMIT %s"
    params: Sequence[object] = [*exact_params, CANDIDATES]
    if len(query.parts) > 1:
        close_sql, close_params = _ids(bare.filter(**{vector: some}))
        found = (
            f"WITH strict(id) AS MATERIALIZED ({exact_sql}), close(id) AS MATERIALIZED ({close_sql}),"  # noqa: S608
            " hits(id) AS (SELECT id FROM strict UNION ALL"
            " SELECT id FROM close WHERE NOT EXISTS (SELECT FROM strict))"
        )
        params = [*exact_params, *close_params, CANDIDATES]
    ids = RawSQL(f"{found} {newest}", params)  # noqa: S611 – texts are parameters, names are the ORM's
    ranked = (
        rows.order_by()
        .filter(pk__in=ids)
        .alias(
            share=_share(query, vector),
            rank=SearchRank(models.F(vector), some, weights=WEIGHTS, normalization=1),
        )
        .annotate(
            exact=models.ExpressionWrapper(models.Q(**{vector: strict}), models.BooleanField()),
            score=models.F("share") + models.F("rank"),
        )
    )
    # A question of many words is not answered by a text that holds one of them.
    return cast("models.QuerySet[M]", ranked.filter(share__gt=0.3).order_by("-score", "-pk"))


def _share(query: Query, vector: str) -> models.Expression:
    """How much of the question a text holds, from 0 to 1."""
    strict = models.Q(**{vector: SearchQuery(" & ".join(query.parts), config="english", search_type="raw")})
    one: models.Expression = models.Value(0.0)
    for part in query.loose:
        held = models.Q(**{vector: SearchQuery(part, config="english", search_type="raw")})
        one = one + models.Case(models.When(held, then=1.0 / len(query.loose)), default=0.0)
    return models.Case(models.When(strict, then=1.0), default=one, output_field=models.FloatField())


def _ids(rows: "models.QuerySet[M]") -> tuple[str, tuple]:
    return rows.values("pk").query.sql_with_params()
