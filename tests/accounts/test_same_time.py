"""Whether an address is known here cannot be told: the same answer, after the same time.

FAULTS=full takes 500 samples of each side (SAMPLES sets another number) and is as strict as promised.
"""

import math
import statistics
import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Person
from helpdesk.settings import base
from tests.support import faults

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLES = faults.times(5, 500, "SAMPLES")
WARM_UPS = 3 if faults.FULL else 1
PASSWORD = "correct-horse-2026"
FORMS = {
    "sign-in": ("/accounts/login/", lambda mail: {"login": mail, "password": "not-the-password"}),
    "reset": ("/accounts/password/reset/", lambda mail: {"email": mail}),
    "sign-up": (
        "/accounts/signup/",
        lambda mail: {"name": "Lee", "email": mail, "password1": "quite-A-long-one-77"},
    ),
}


def beyond(shifted):
    """The probability that the asymptotic Kolmogorov distribution exceeds a value."""
    if shifted < 0.2:
        return 1.0
    terms = (2 * (-1) ** (k - 1) * math.exp(-2 * (k * shifted) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, sum(terms)))


def kolmogorov_smirnov(one, other):
    """(D, p) of the two-sample test, by the asymptotic formula with the correction for small samples.

    Press et al., Numerical Recipes, 3rd edition, 14.3.3, equations 14.3.17 to 14.3.19 (after Stephens 1970).
    """
    distance = max(
        abs(sum(x <= at for x in one) / len(one) - sum(x <= at for x in other) / len(other))
        for at in (*one, *other)
    )
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    return distance, beyond((size + 0.12 + 0.11 / size) * distance)


def test_the_judge_judges():
    assert abs(beyond(1.358) - 0.05) < 0.0002, "the critical values of every table"
    assert abs(beyond(1.628) - 0.01) < 0.0002
    even = [n / 100 for n in range(100)]
    assert kolmogorov_smirnov(even, even) == (0, 1)
    assert kolmogorov_smirnov(even, [x + 0.4 for x in even])[1] < 1e-6


@pytest.fixture
def known(settings):
    """So many people with an account; the password storage is that of a real installation."""
    settings.UNHURRIED_SECONDS = base.UNHURRIED_SECONDS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    stored = make_password(PASSWORD)
    addresses = [f"known{n:04}@example.org" for n in range(SAMPLES + WARM_UPS)]
    people = Person.objects.bulk_create(
        Person(email=address, name="Known", password=stored, roles=["trader"]) for address in addresses
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    return addresses


@pytest.mark.parametrize("form", FORMS)
def test_known_or_not_takes_the_same_time(form, known):
    dice = faults.dice(form)
    path, filled = FORMS[form]
    spans, answers = {"known": [], "unknown": []}, {"known": set(), "unknown": set()}

    def ask(side, mail, number):
        # Every visitor has an address of its own, so no limit is reached and none is switched off.
        visitor = Client(REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        began = time.perf_counter()
        answer = visitor.post(path, filled(mail))
        spans[side].append(time.perf_counter() - began)
        said = answer.content.decode().replace(mail, "")
        answers[side].add((answer.status_code, answer.get("Location"), len(said.partition("<main")[2])))

    for number, address in enumerate(known):
        turns = [("known", address), ("unknown", f"nobody{number:04}@example.org")]
        dice.shuffle(turns)
        for turn, (side, mail) in enumerate(turns):
            ask(side, mail, number * 2 + turn)
    one, other = spans["known"][WARM_UPS:], spans["unknown"][WARM_UPS:]
    medians = [statistics.median(one) * 1000, statistics.median(other) * 1000]
    distance, p = kolmogorov_smirnov(one, other)
    faults.tell(
        promise="E2", form=form, samples=SAMPLES, median_ms=[round(m, 2) for m in medians],
        difference_ms=round(medians[0] - medians[1], 3), distance=round(distance, 4), p=round(p, 4),
        known=faults.percentiles(one, 5, 95), unknown=faults.percentiles(other, 5, 95),
    )  # fmt: skip
    assert answers["known"] == answers["unknown"]
    # A handful of samples beside other tests says little about medians, but the quickest answers agree.
    assert abs(min(one) - min(other)) <= 0.025
    assert p > (0.01 if faults.FULL else 1e-6)
    assert abs(medians[0] - medians[1]) <= 5 or not faults.FULL
