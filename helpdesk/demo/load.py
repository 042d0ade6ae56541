"""Bulk data for load tests: the rows a year or two of work leaves behind, written set by set in SQL.

Rows look as if the operations had written them (same texts through the same cleaning and the same search
columns, clocks with their events, the record), but no operation runs: a million tickets would take hours.
Everything follows from the seed and the number of a row, so two runs give the same data.
"""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from accounts.states import Role
from helpdesk.core import refs, richtext
from helpdesk.search.text import grams
from tickets.models import Category, Ticket
from tickets.models.rungs import rungs
from tickets.operations.promises import policy_for
from tickets.states import Metric

from . import load_sql as sql

DATA = Path(__file__).parent / "data" / "load.toml"
BATCH = 20_000
AGENTS = 50
PER_REQUESTER = 20
EMAIL_DOMAIN = "load.test"
# A number becomes a reference by this map of the 729 million onto themselves: it looks drawn, never repeats.
STRIDE = 314_159_263
Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """What to load. `live` is the share of tickets somebody still works on."""

    tickets: int
    articles: int = 0
    seed: int = 1
    live: float = 0.05


def load(plan: Plan, tick: Tick = lambda done, total: None) -> None:
    """Write everything, in batches of their own transactions, and tell the planner about it."""
    now = timezone.now().replace(microsecond=0)
    total, done = plan.tickets + plan.articles, 0
    with _patient() as cursor:
        if plan.tickets:
            _templates(cursor)
            people = _people(cursor, plan, now)
            for size in _batches(plan.tickets):
                with transaction.atomic():
                    _tickets(cursor, plan, people, size, now)
                done += size
                tick(done, total)
        if plan.articles:
            _article_templates(cursor)
            for size in _batches(plan.articles):
                with transaction.atomic():
                    _articles(cursor, size, now)
                done += size
                tick(done, total)
        for table in sql.TABLES:
            cursor.execute(f"ANALYZE {table}")


@contextmanager
def _patient() -> Iterator[CursorWrapper]:
    """A cursor without the limits of a web request; what it writes need not survive a power cut."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off")
        try:
            yield cursor
        finally:
            cursor.execute("RESET statement_timeout; RESET lock_timeout; RESET synchronous_commit")


def _batches(total: int) -> Iterator[int]:
    for first in range(0, total, BATCH):
        yield min(BATCH, total - first)


def _reserve(cursor: CursorWrapper, table: str, count: int) -> int:
    """The first of `count` fresh ids of a table that follow one another."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    (name,) = cursor.fetchone()
    cursor.execute(f"SELECT nextval('{name}')")
    (first,) = cursor.fetchone()
    cursor.execute("SELECT setval(%s, %s)", [name, first + count - 1])
    return int(first)


def stems() -> list[dict[str, Any]]:
    """Each text of the stems: category, language, subject, body, answer."""
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return [
        {"category": stem["category"], "language": language}
        | dict(zip(("subject", "body", "answer"), (t.format(asset=asset) for t in stem[key]), strict=True))
        for stem in words["stem"]
        for key, language in (("zh", "zh-hans"), ("en", "en"))
        for asset in words[f"{key}_assets"]
    ]


def _templates(cursor: CursorWrapper) -> None:
    cursor.execute(sql.TICKET_TEMPLATES)
    categories = {c.code: c for c in Category.objects.select_related("parent")}
    for number, text in enumerate(stems()):
        category = categories[text["category"]]
        sample = Ticket(category=category, priority=category.priority, language=text["language"])
        policy = policy_for(sample)
        if policy is None:
            raise RuntimeError("No SLA policy applies; the reference data are missing.")
        first, solve = policy.target(Metric.FIRST_RESPONSE), policy.target(Metric.RESOLUTION)
        steps = rungs(policy, "")
        last = next((n for n, rung in enumerate(steps) if rung.after), len(steps))
        cursor.execute(
            sql.ADD_TICKET_TEMPLATE,
            {
                **text,
                "i": number,
                "category": category.pk,
                "team": category.team_id,
                "priority": category.priority,
                "policy": policy.pk,
                "calendar": policy.calendar_version_id,
                "first": first.seconds if first else 3600,
                "solve": solve.seconds if solve else 86_400,
                "share": steps[0].share if steps else None,
                "last_rung": last,
                "after": steps[last].after if last < len(steps) else None,
                "body_html": str(richtext.plain(text["body"])),
                "answer_html": str(richtext.message(text["answer"])),
                "title_grams": grams(text["subject"]),
                "body_grams": grams(text["body"]),
            },
        )


def _people(cursor: CursorWrapper, plan: Plan, now: datetime) -> dict[str, int]:
    requesters = max(1, plan.tickets // PER_REQUESTER)
    with transaction.atomic():
        base = _reserve(cursor, "accounts_person", requesters + AGENTS)
        people = {"requester": base, "requesters": requesters, "agent": base + requesters, "agents": AGENTS}
        common: dict[str, Any] = {"domain": EMAIL_DOMAIN, "now": now}
        cursor.execute(
            sql.PEOPLE,
            common | {"base": base, "n": requesters, "who": "trader", "roles": [Role.TRADER.value]},
        )
        agents: dict[str, Any] = {
            "base": people["agent"],
            "n": AGENTS,
            "who": "agent",
            "roles": [Role.AGENT.value],
        }
        cursor.execute(sql.PEOPLE, common | agents)
    return people


def _tickets(cursor: CursorWrapper, plan: Plan, people: dict[str, int], size: int, now: datetime) -> None:
    base = _reserve(cursor, "tickets_ticket", size)
    values: dict[str, Any] = people | {
        "base": base,
        "size": size,
        "seed": plan.seed * 100,
        "now": now,
        "live": int(plan.live * 10_000),
        "stride": STRIDE,
        "alphabet": refs.ALPHABET,
    }
    cursor.execute(sql.TICKET_BATCH, values)
    timers = _reserve(cursor, "tickets_tickettimer", 2 * size)
    for statement in sql.FROM_TICKET_BATCH:
        cursor.execute(statement, {"now": now, "timers": timers, "base": base, "size": size})


def _article_templates(cursor: CursorWrapper) -> None:
    cursor.execute(sql.ARTICLE_TEMPLATES)
    texts = stems()
    pairs = zip(
        (t for t in texts if t["language"] == "zh-hans"),
        (t for t in texts if t["language"] == "en"),
        strict=True,
    )
    for number, both in enumerate(pairs):
        for text in both:
            body = f"## {text['subject']}\n\n{text['body']}\n\n{text['answer']}\n\n1. {text['answer']}\n"
            plain = f"{text['subject']} {text['body']} {text['answer']} {text['answer']}"
            cursor.execute(
                sql.ADD_ARTICLE_TEMPLATE,
                {
                    **text,
                    "i": number,
                    "summary": text["body"],
                    "body": body,
                    "body_html": str(richtext.article(body)),
                    "plain": plain,
                    "title_grams": grams(text["subject"]),
                    "summary_grams": grams(text["body"]),
                    "plain_grams": grams(plain),
                },
            )


def _articles(cursor: CursorWrapper, size: int, now: datetime) -> None:
    base = _reserve(cursor, "faq_article", size)
    cursor.execute(sql.EDITOR, {"domain": EMAIL_DOMAIN, "now": now})
    texts = _reserve(cursor, "faq_translation", 2 * size)
    for statement in sql.ARTICLES:
        cursor.execute(
            statement, {"base": base, "size": size, "texts": texts, "now": now, "domain": EMAIL_DOMAIN}
        )
