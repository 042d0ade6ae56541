"""What can be searched. Each app registers its kinds; each brings its own rule of who may see what.

    index.register("articles", run=search.find, label=_("Help articles"))

`run(person, query, language, limit, offset)` answers with at most `limit` hits that this person may see.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from helpdesk.core.errors import Invalid

from .query import CANDIDATES, Query, parse

Asker = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Hit:
    """One thing found. `title_html` and `snippet` are escaped and marked; `language` is that of the text."""

    kind: str
    id: str
    title: str
    title_html: SafeString
    url: str
    snippet: SafeString
    language: str
    score: float
    exact: bool = True


class Run(Protocol):
    def __call__(self, person: Any, query: Query, language: str, limit: int, offset: int) -> list[Hit]: ...


@dataclass(frozen=True)
class Source:
    kind: str
    run: Run
    label: str | Promise
    allowed: Callable[[Asker], bool]


@dataclass(frozen=True)
class Found:
    """One page of hits, best first; `cursor` leads to the next page, empty at the end."""

    query: Query
    hits: list[Hit]
    cursor: str


_sources: dict[str, Source] = {}


def register(
    kind: str, run: Run, *, label: str | Promise, allowed: Callable[[Asker], bool] = lambda person: True
) -> None:
    """Make one kind of thing searchable; `allowed` only decides whether the kind is offered at all."""
    _sources[kind] = Source(kind, run, label, allowed)


def kinds(person: Asker) -> dict[str, str | Promise]:
    """The kinds offered to this person, with their labels."""
    return {source.kind: source.label for source in _sources.values() if source.allowed(person)}


def search(
    wanted: Iterable[str], q: str, person: Asker, language: str, cursor: str = "", *, size: int = 20
) -> Found:
    """Search the wanted kinds (all when none is named); unknown kinds and forged cursors are Invalid."""
    offered = kinds(person)
    chosen = list(dict.fromkeys(wanted)) or list(offered)
    if unknown := [kind for kind in chosen if kind not in offered]:
        raise Invalid(fields={"in": [", ".join(unknown)[:80]]}, code="unknown_kind")
    offset = _offset(cursor)
    query = parse(q)
    if not query:
        return Found(query, [], "")
    if len(chosen) == 1:
        hits = _sources[chosen[0]].run(person, query, language, size + 1, offset)
    else:
        # Scores of different kinds are compared, so each kind gives its best up to the end of this page.
        each = [_sources[kind].run(person, query, language, offset + size + 1, 0) for kind in chosen]
        mixed = sorted((hit for found in each for hit in found), key=lambda hit: -hit.score)
        hits = mixed[offset : offset + size + 1]
    more = len(hits) > size and offset + size < CANDIDATES
    return Found(query, hits[:size], str(offset + size) if more else "")


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 4) or int(cursor) > CANDIDATES:
        raise Invalid(fields={"cursor": ["—"]}, code="invalid_cursor")
    return int(cursor)
