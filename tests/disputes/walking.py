"""Walking a case through its pages: each person at their own door."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from disputes.models import BLOCKS, DisputeDeadline
from disputes.operations import sweeping

SIGN = {"statements": ["impartial", "no_interest", "available"]}


class At:
    """`At(cast.mei).post("appeal", case, ground="procedure")`, as that person, at their own pages."""

    def __init__(self, person):
        self.person, self.client = person, Client()
        self.client.force_login(person)

    def url(self, name, case):
        return reverse(f"disputes:{name}", args=[case.reference])

    def get(self, name, case, status=200):
        answer = self.client.get(self.url(name, case))
        assert answer.status_code == status, (name, answer.status_code, answer.content[:2000])
        return answer.content.decode()

    def post(self, name, case, status=302, **data):
        answer = self.client.post(self.url(name, case), data)
        assert answer.status_code == status, (name, answer.status_code, answer.content.decode()[:6000])
        case.refresh_from_db()
        return answer.content.decode()


def decision(case, **changes):
    """Everything a decision needs, as a browser sends it."""
    values = {name: f"The {name}." for name in BLOCKS}
    for point in case.points.all():
        values |= {f"point_{point.number}": "Answered.", f"point_{point.number}_finding": "upheld"}
    values |= {"outcome": "upheld", "root_cause": "RC-DELAY", "remedy": "payment", "do": "issue"}
    return values | {"amount": "91.00", "currency": "USD", "evidence": ["P-1", "T-1"]} | changes


def lapse(case, *keys, **only):
    """Time has passed for these clocks, and the sweep has come by."""
    for key in keys:
        clocks = DisputeDeadline.objects.filter(dispute=case, metric=key, state="running", **only)
        assert clocks.update(due_at=F("started_at") - timedelta(minutes=1), warned_at=F("started_at")), key
    sweeping.sweep_due()
    case.refresh_from_db()


def second(cast, name, role):
    """One more person with this role."""
    person = getattr(cast, name)
    person.roles = [role]
    person.save()
    return person


@pytest.fixture
def two_deciders(cast):
    """Eva can decide, too."""
    return second(cast, "eva", Role.DECIDER)
