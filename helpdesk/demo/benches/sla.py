"""What time costs: an idle tick, a backlog drained, and a steady stream of breaches, beside bare SQL."""

import resource
import statistics
import time
from collections.abc import Callable

from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts.models import Person
from accounts.states import Role
from tickets.operations import breaches

from . import _world
from ._bare import BREAK_BATCH
from ._measure import Options, Report, Row, percentile, row

HELP = "idle tick, drain of a backlog and steady breaches, beside the same rows written by bare SQL"
SHARE_DUE = 0.1  # of the running clocks fall due at once; 100,000 of a million
MOST_DUE = 100_000
STEADY_SECONDS, STEADY_RATE = 60, 50
TICKS = 200


def run(options: Options) -> Report:
    """Idle first, then the backlog by the product and by bare SQL, then the steady stream."""
    running = _one("SELECT count(*) FROM tickets_tickettimer WHERE state = 'running'")
    if running < 1000:
        raise CommandError("Run `manage.py seed_load --tickets 100000 --live 1` first.")
    firsts = "state = 'running' AND metric = 'first_response'"
    waiting = _one(f"SELECT count(*) FROM tickets_tickettimer WHERE {firsts}")  # noqa: S608 – a constant
    due = min(MOST_DUE, int(running * SHARE_DUE), (waiting - STEADY_RATE * STEADY_SECONDS) // 2)
    remarks: list[str] = []
    _nothing_is_due()
    options.report(1, 5)
    rows = [_idle(remarks)]
    options.report(2, 5)
    rows += _drains(due, remarks)
    options.report(4, 5)
    rows.append(_steady(remarks))
    remarks.append(_left_behind())
    options.report(5, 5)
    return Report("sla", rows, _world.facts() | {"running clocks": running, "due at once": due}, remarks)


def _one(sql: str, params: list | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


def _do(sql: str, params: list | None = None) -> int:
    """Prepare the data; at a million clocks that may take longer than any request is given."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            cursor.execute(sql, params)
            return cursor.rowcount
        finally:
            cursor.execute("RESET statement_timeout")


def _nothing_is_due() -> None:
    """The bulk data know no past: whatever should have happened already is moved out of the way."""
    _do(
        "UPDATE tickets_tickettimer SET warn_at = NULL, next_share = NULL,"
        " due_at = greatest(due_at, now() + interval '1 day') WHERE wake_at < now() + interval '6 hours'"
    )
    _do("VACUUM (ANALYZE) tickets_tickettimer")


def _idle(remarks: list[str]) -> Row:
    walls = []
    for _ in range(TICKS):
        start = time.perf_counter()
        breaches.sweep_due()
        walls.append((time.perf_counter() - start) * 1000)
    with connection.cursor() as cursor:
        sql, params = breaches.probe()
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        plan = [line for (line,) in cursor.fetchall()]
    remarks.append("Idle probe: " + "; ".join(line.strip() for line in plan if _telling(line)))
    return row("idle tick", sorted(walls), 1)


def _telling(line: str) -> bool:
    return any(word in line for word in ("Index", "Buffers: shared", "Execution Time"))


def _make_due(count: int, *, seconds_apart: float = 0.0, begin: float = 0.0) -> int:
    """Let so many first answers fall due, all at once or one after the other."""
    return _do(
        "UPDATE tickets_tickettimer t SET due_at = now() + make_interval(secs => %s + %s * d.n),"
        " warn_at = NULL, next_share = NULL"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM tickets_tickettimer"
        "       WHERE state = 'running' AND metric = 'first_response'"
        "       AND wake_at > now() + interval '1 hour' ORDER BY id LIMIT %s) d"
        " WHERE t.id = d.id",
        [begin, seconds_apart, count],
    )


def _drains(due: int, remarks: list[str]) -> list[Row]:
    _make_due(due)
    ours, total = _drain(lambda: breaches.one_batch(breaches.BATCH).broken)
    if total != due:
        raise CommandError(f"{total} of {due} promises broke.")
    tenth = max(1, len(ours) // 10)
    first, last = statistics.fmean(ours[:tenth]), statistics.fmean(ours[-tenth:])
    _make_due(due)
    bare, total = _drain(_bare_batch)
    if total != due:
        raise CommandError(f"Bare SQL broke {total} of {due}.")
    mine, floor = due / sum(ours), due / sum(bare)
    remarks.append(
        f"Drained {due:,} in {sum(ours):.1f} s: {mine:,.0f} a second, {mine / floor:.0%} of bare SQL"
        f" ({floor:,.0f} a second). A batch of the first tenth took {first * 1000:.0f} ms,"
        f" of the last {last * 1000:.0f} ms."
    )
    return [
        row("breaches, a batch of the product", sorted(wall * 1000 for wall in ours), breaches.BATCH),
        row("  the same rows, a batch of bare SQL", sorted(wall * 1000 for wall in bare), breaches.BATCH),
    ]


def _drain(batch: Callable[[], int]) -> tuple[list[float], int]:
    walls: list[float] = []
    total = 0
    while True:
        start = time.perf_counter()
        broken = batch()
        if not broken:
            return walls, total
        walls.append(time.perf_counter() - start)
        total += broken


def _bare_batch() -> int:
    supervisors = list(Person.objects.with_role(Role.SUPERVISOR).values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BREAK_BATCH, {"batch": breaches.BATCH, "supervisors": supervisors})
        return cursor.fetchone()[0]


def _steady(remarks: list[str]) -> Row:
    """Fifty a second for a minute, swept once a second as beat does."""
    count = STEADY_RATE * STEADY_SECONDS
    begun = _one("SELECT coalesce(max(id), 0) FROM tickets_timerevent")
    _make_due(count, seconds_apart=1 / STEADY_RATE, begin=2.0)
    end = time.monotonic() + STEADY_SECONDS + 4
    while time.monotonic() < end:
        tick = time.monotonic()
        breaches.sweep_due()
        time.sleep(max(0.0, tick + 1 - time.monotonic()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM c.detected_at - c.breached_at) FROM tickets_timerevent e"
            " JOIN tickets_tickettimer c ON c.id = e.timer_id WHERE e.id > %s AND e.kind = 'breach'",
            [begun],
        )
        late = sorted(float(seconds) * 1000 for (seconds,) in cursor.fetchall())
    if len(late) != count:
        raise CommandError(f"{len(late)} of {count} promises of the steady stream broke.")
    remarks.append(
        f"Steady {STEADY_RATE} a second for {STEADY_SECONDS} s: lateness p50 {percentile(late, 0.5):.0f} ms,"
        f" p99 {percentile(late, 0.99):.0f} ms, worst {late[-1]:.0f} ms."
    )
    return row("lateness at a steady stream", late, 1)


def _left_behind() -> str:
    """What all this left for the vacuum, and how large the process grew that swept it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_dead_tup::float / greatest(n_live_tup + n_dead_tup, 1)"
            " FROM pg_stat_user_tables WHERE relname = ANY(%s) ORDER BY relname",
            [["tickets_tickettimer", "tickets_ticket", "notify_delivery"]],
        )
        dead = ", ".join(f"{name} {share:.1%}" for name, share in cursor.fetchall())
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # kilobytes on Linux
    return f"Dead rows afterwards: {dead}. This process needed {size} MB at most."
