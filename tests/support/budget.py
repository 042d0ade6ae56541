"""How many queries a page may take. The figures stand in tests/query_budget.json and only go down."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

FIGURES = json.loads((Path(__file__).parents[1] / "query_budget.json").read_text())


@contextmanager
def budget(page: str) -> Iterator[CaptureQueriesContext]:
    """The block may ask the database at most as often as the file says for `page`."""
    with CaptureQueriesContext(connection) as asked:
        yield asked
    statements = [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    told = "\n".join(f"{n:3} {sql[:300]}" for n, sql in enumerate(statements, 1))
    assert len(statements) <= FIGURES[page], (
        f"{page}: {len(statements)} queries, {FIGURES[page]} allowed\n{told}"
    )
