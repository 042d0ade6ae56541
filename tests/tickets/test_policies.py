"""Which promise a ticket gets, and how promises are set up."""

import pytest

from helpdesk.core.errors import Invalid
from tests.support.builders import clock, file
from tickets.operations import policies

pytestmark = pytest.mark.django_db
THREE = [{"metric": "first_response", "seconds": 3, "mode": "calendar"}]


def make(cast, name="Three seconds", **extra):
    given = {"calendar": "24x7", "targets": THREE, "conditions": {"category": ["GEN-ASK"]}, "position": 1}
    return policies.create_policy(name=name, by=cast.sun, **given | extra)


def first(cast, code="GEN-ASK", **extra):
    return clock(file(cast.mei, code, **extra), "first_response").target_seconds


def test_the_first_policy_that_fits_is_the_promise(cast):
    make(cast, "Later", position=5, targets=[{"metric": "first_response", "seconds": 9}])
    make(cast)
    assert first(cast) == 3
    assert first(cast, "GEN-IDEA") == 12 * 3600


def test_every_condition_must_fit(cast):
    make(cast, conditions={"category": ["GEN-ASK"], "channel": ["chat"], "language": ["zh-hans"]})
    assert first(cast, channel="chat") == 3
    assert first(cast, channel="web") == 12 * 3600


def test_a_subject_stands_for_all_its_problem_types(cast):
    make(cast, conditions={"subject": ["GEN"]})
    assert (first(cast), first(cast, "GEN-IDEA")) == (3, 3)


def test_a_new_version_moves_no_promise_already_made_and_the_old_one_is_never_used_again(cast):
    policy = make(cast)
    old = file(cast.mei, "GEN-ASK")
    policies.revise_policy(
        policy, by=cast.sun, calendar="24x7", targets=THREE, conditions={"category": ["GEN-IDEA"]}
    )
    assert clock(old, "first_response").target_seconds == 3
    assert first(cast) == 12 * 3600
    assert first(cast, "GEN-IDEA") == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"targets": []}, "targets"),
        ({"targets": [{"metric": "smile", "seconds": 3}]}, "targets"),
        ({"targets": [{"metric": "resolution", "seconds": 0}]}, "targets"),
        ({"targets": [{"metric": "resolution", "seconds": True}]}, "targets"),
        ({"targets": THREE * 2}, "targets"),
        ({"targets": [{"metric": "resolution", "seconds": 3, "mode": "lunar"}]}, "targets"),
        ({"calendar": "mars"}, "calendar"),
        ({"conditions": {"category": ["NOPE"]}}, "conditions"),
        ({"conditions": {"weather": ["rain"]}}, "conditions"),
        ({"conditions": ["GEN-ASK"]}, "conditions"),
        ({"name": "  "}, "name"),
    ],
)
def test_what_makes_no_promise_is_refused_and_named(cast, wrong, field):
    with pytest.raises(Invalid) as refusal:
        make(cast, **wrong)
    assert list(refusal.value.fields) == [field]
