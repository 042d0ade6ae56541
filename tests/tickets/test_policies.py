"""Which promise a ticket gets, and how promises are set up."""

import pytest
from django.db import DatabaseError

from accounts.models import LegalEntity, TradingAccount
from helpdesk.core.errors import Invalid
from helpdesk.timers.models import CalendarVersion
from tests.support.builders import clock, file
from tickets.models import SlaPolicyVersion, Ticket
from tickets.operations import policies, promises

pytestmark = pytest.mark.django_db
THREE = [{"metric": "first_response", "seconds": 3, "mode": "calendar"}]


def make(cast, name="Three seconds", **extra):
    given = {"calendar": "24x7", "targets": THREE, "conditions": {"category": ["GEN-ASK"]}, "position": 1}
    return policies.create_policy(name=name, by=cast.sun, **given | extra)


def accounts(person, *held):
    for number, (tier, company) in enumerate(held):
        entity, _made = LegalEntity.objects.get_or_create(code=company, defaults={"name": company})
        TradingAccount.objects.create(holder=person, entity=entity, number=f"{person.pk}-{number}", tier=tier)


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


def test_a_tier_or_company_of_any_account_fits_and_is_read_once(cast, django_assert_num_queries):
    accounts(cast.mei, ("gold", "hk"), ("standard", "eu"))
    make(cast, "Gold", conditions={"tier": ["gold"]})
    make(cast, "Company", conditions={"entity": ["eu"]}, targets=[{"metric": "first_response", "seconds": 7}])
    assert first(cast) == 3
    assert clock(file(cast.omar, "GEN-ASK"), "first_response").target_seconds == 12 * 3600
    ticket = Ticket.objects.select_related("category__parent").get(pk=file(cast.mei, "GEN-ASK").pk)
    with django_assert_num_queries(2):  # the versions, the accounts
        promises.policy_for(ticket)


def test_a_faster_tier_divides_every_target(cast):
    accounts(cast.mei, ("gold", "hk"), ("standard", "eu"))
    policy = make(cast)
    SlaPolicyVersion.objects.create(
        policy=policy, number=2, calendar_version=policy.current.calendar_version,
        conditions={}, targets=[{"metric": "first_response", "seconds": 7200}], speed={"gold": 2},
    )  # fmt: skip
    assert first(cast) == 3600
    assert clock(file(cast.omar, "GEN-ASK"), "first_response").target_seconds == 7200


@pytest.mark.parametrize("act", ["update", "delete"])
@pytest.mark.parametrize("model", [SlaPolicyVersion, CalendarVersion])
def test_the_database_keeps_versions_as_they_are(model, act):
    with pytest.raises(DatabaseError, match=rf"Cannot update or delete.*{model._meta.db_table}"):
        model.objects.update(number=9) if act == "update" else model.objects.all()._raw_delete("default")


def test_the_seeded_policies_promise_news_and_have_the_ladder_of_their_priority(cast):
    urgent = promises.policy_for(file(cast.mei, "SEC-HACK"))
    low = promises.policy_for(file(cast.mei, "GEN-ASK"))
    assert urgent.target("periodic_update").seconds == 3600
    assert low.target("periodic_update").seconds == 48 * 3600
    assert [rung["key"] for rung in urgent.ladder] == ["used-50", "used-75", "breach", "late-30m"]
    assert "duty_lead" in urgent.ladder[2]["tell"]
    assert [rung["key"] for rung in low.ladder] == ["used-75", "breach", "late-30m"]
    assert low.longest_pause("customer") == 14 * 24 * 3600
    assert low.longest_pause("mediation") is None
