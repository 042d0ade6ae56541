"""Figures for Prometheus: requests of this process, and the health of the whole read at each scrape."""

import os
import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from . import health

disable_created_metrics()
if shared := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.makedirs(shared, exist_ok=True)
REQUESTS = Counter("helpdesk_requests_total", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "helpdesk_request_seconds",
    "Time from the first middleware to the answer.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)


class CountRequests:
    """Counts by route, never by address: references and names stay out of the figures."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "(none)"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        REQUESTS.labels(route or "/", method, str(response.status_code)).inc()
        SECONDS.labels(route or "/").observe(time.perf_counter() - began)
        return response


class HealthCollector:
    """The checks of /readyz as gauges."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("helpdesk_check_ok", "1 when a check of /readyz is green.", labels=["check"])
        value = GaugeMetricFamily(
            "helpdesk_check_value", "Figures behind the checks of /readyz.", labels=["check", "figure"]
        )
        canary = GaugeMetricFamily(
            "helpdesk_canary_lag_seconds", "How late the last canary clock was seen to be broken."
        )
        for check in health.examine():
            if check.name == health.CANARY and (lag := check.figures.get("lag_seconds")) is not None:
                canary.add_metric([], float(lag))
            up.add_metric([check.name], float(check.ok))
            for figure, number in check.figures.items():
                if number is not None:
                    value.add_metric([check.name, figure], float(number))
        yield up
        yield value
        yield canary


def exposition() -> tuple[bytes, str]:
    """The text of one scrape; with PROMETHEUS_MULTIPROC_DIR the requests of all processes together."""
    checks = CollectorRegistry()
    checks.register(HealthCollector())
    requests = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(requests)
    else:
        requests.register(REQUESTS)
        requests.register(SECONDS)
    return generate_latest(checks) + generate_latest(requests), CONTENT_TYPE_LATEST
