"""Is the whole product alive? Each check is a small function; probes, metrics and `doctor` share them."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.models.functions import Now
from redis import Redis

from helpdesk.core import redis
from helpdesk.notify.models import Delivery, DeliveryState
from helpdesk.timers import sweeps
from helpdesk.timers.models import Heartbeat

WORKER_SILENT = 30.0  # seconds; it beats every 5
KEEPER_SILENT = 15.0  # it beats every second
CANARY, CANARY_SILENT = "canary", 360.0  # one flies every two minutes
LATE = 120.0  # seconds a promise or a message may wait before this is an alarm


@dataclass(frozen=True)
class Check:
    """One answer: fine or not, why, and the figures behind it."""

    name: str
    ok: bool
    detail: str = ""
    figures: dict[str, float | int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the probe shows; the name is the key it stands under."""
        shown = asdict(self)
        figures = shown.pop("figures")
        del shown["name"]
        return {key: value for key, value in shown.items() if value != ""} | figures


def database() -> Check:
    """It answers a query."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", True, figures={"milliseconds": _milliseconds(began)})


def broker() -> Check:
    """Redis answers PING."""
    began = time.perf_counter()
    ok = bool(redis.attempt(Redis.ping, otherwise=False))
    return Check("redis", ok, "" if ok else "no answer", {"milliseconds": _milliseconds(began)})


def worker() -> Check:
    """Beat, broker and worker reached one another a moment ago."""
    return _heart("worker", WORKER_SILENT)


def timekeeper() -> Check:
    """The second poker of the sweeps lives."""
    return _heart("timekeeper", KEEPER_SILENT)


def sweep_lag() -> Check:
    """Every registered sweep ran within two minutes, and none found work that had waited longer.

    "sweep:<name>" is left by whoever ran it; a sweep may leave "sweep.<name>" with the lag it met itself.
    """
    now, beats = _now(), {beat.name: beat for beat in Heartbeat.objects.filter(name__startswith="sweep")}
    silent = [name for name in sweeps.names() if f"sweep:{name}" not in beats]
    ages = [beat.age(now).total_seconds() for name, beat in beats.items() if name[6:] in sweeps.names()]
    worst = max([0.0, *ages, *(beat.lag_seconds for beat in beats.values())])
    detail = f"never ran: {', '.join(silent)}" if silent else ""
    if worst > LATE:
        detail = f"{worst:.0f} s behind"
    return Check("sweeps", not silent and worst <= LATE, detail, {"lag_seconds": round(worst, 2)})


def canary() -> Check:
    """A real clock broke within the last six minutes, and was noticed at once: breaches still happen."""
    beat = Heartbeat.objects.filter(name=CANARY).first()
    if beat is None:
        return Check(CANARY, False, "never flew", {"age_seconds": None, "lag_seconds": None})
    age, lag = max(0.0, beat.age(_now()).total_seconds()), beat.lag_seconds
    detail = f"noticed {lag:.0f} s late" if lag > LATE else ""
    if age > CANARY_SILENT:
        detail = f"none broke for {age:.0f} s"
    figures: dict[str, float | int | None] = {"age_seconds": round(age, 2), "lag_seconds": round(lag, 3)}
    return Check(CANARY, not detail, detail, figures)


def outbox() -> Check:
    """No message that may be sent has waited longer than two minutes."""
    waiting = Delivery.objects.filter(state__in=[DeliveryState.QUEUED, DeliveryState.SENDING])
    due = waiting.filter(next_attempt_at__lte=Now()).order_by("next_attempt_at")
    oldest = due.values_list("next_attempt_at", flat=True).first()
    age = max(0.0, (_now() - oldest).total_seconds()) if oldest else 0.0
    figures: dict[str, float | int | None] = {"oldest_seconds": round(age, 2), "waiting": waiting.count()}
    return Check("outbox", age <= LATE, f"{age:.0f} s behind" if age > LATE else "", figures)


_CHECKS: list[Callable[[], Check]] = [database, broker, worker, timekeeper, sweep_lag, canary, outbox]


def register(check: Callable[[], Check]) -> None:
    """Add a check of something that stands above the pages."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def examine() -> list[Check]:
    """Every check; one that cannot be made counts as failed and does not hide the others."""
    results = []
    for check in _CHECKS:
        try:
            results.append(check())
        except (DatabaseError, OSError) as error:
            results.append(Check(check.__name__, False, type(error).__name__))
            connection.close()
    return results


def _heart(name: str, silent_after: float) -> Check:
    beat = Heartbeat.objects.filter(name=name).first()
    if beat is None:
        return Check(name, False, "never seen", {"age_seconds": None})
    age = max(0.0, beat.age(_now()).total_seconds())
    detail = f"silent for {age:.0f} s" if age > silent_after else ""
    return Check(name, age <= silent_after, detail, {"age_seconds": round(age, 2)})


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
