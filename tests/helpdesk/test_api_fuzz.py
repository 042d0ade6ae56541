"""Generated calls against the API's own description: no server error, no answer that it does not name."""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as generation
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support import builders, faults
from tests.support.api import Caller

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = faults.times(6, 30, "FUZZ")


@pytest.fixture(autouse=True)
def one_connection():
    """The calls share the test's transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["mei", "ada", "sun"])
def test_every_call_is_answered_as_described(cast, settings, who):
    settings.API_PER_MINUTE = {"read": 10**6, "write": 10**6, "anonymous": 10**6}
    described = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", WSGIHandler())
    ticket = builders.file(cast.mei)
    builders.answer(ticket, cast.ada)
    caller = Caller(getattr(cast, who))
    wrong, calls = [], 0
    for found in described.get_all_operations():
        operation = found.ok()
        told = _try(operation, {"Authorization": f"Bearer {caller.secret}"}, ticket.reference)
        calls += told[0]
        wrong += told[1]
    assert not wrong, "\n\n".join(wrong)
    assert calls > 100


def _try(operation, headers, reference):
    calls, wrong = 0, []

    @given(case=operation.as_strategy())
    @generation(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def call(case):
        nonlocal calls
        calls += 1
        # Half of the calls meet a ticket that exists; the others meet what the generator makes up.
        if "reference" in (case.path_parameters or {}) and calls % 2:
            case.path_parameters["reference"] = reference
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        call()
    except BaseExceptionGroup as group:
        wrong += [f"{operation.label}: {fault}" for fault in group.exceptions]
    except Exception as fault:
        wrong.append(f"{operation.label}: {type(fault).__name__} {fault}")
    return calls, wrong
