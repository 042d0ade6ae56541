"""Which promise a ticket gets, and how promises are set up."""

import pytest
from django.db import DatabaseError

from accounts.models import LegalEntity, TradingAccount
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.timers.models import CalendarVersion
from tests.support.api import Caller
from tests.support.builders import clock, file
from tickets.models import SlaPolicy, SlaPolicyVersion, Ticket
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
        ({"is_default": True}, "is_default"),
        ({"speed": {"gold": 0}}, "speed"),
        ({"speed": {"gold": float("nan")}}, "speed"),
        ({"pauses": {"coffee": 60}}, "pauses"),
        ({"pauses": {"customer": 0}}, "pauses"),
        ({"apology_seconds": 0}, "apology_seconds"),
        ({"ladder": [{"share": 0.5, "tell": ["assignee"]}]}, "ladder"),
        ({"ladder": [{"after": 0, "share": 0.5, "tell": ["assignee"]}]}, "ladder"),
        ({"ladder": [{"after": 0, "tell": ["everybody"]}]}, "ladder"),
        ({"ladder": [{"after": 0}]}, "ladder"),
        (
            {
                "ladder": [
                    {"after": 0, "tell": ["team"], "key": "a"},
                    {"after": 9, "tell": ["team"], "key": "a"},
                ]
            },
            "ladder",
        ),
        ({"ladder": [{"share": 0.5, "apologise": True}, {"after": 0, "tell": ["team"]}]}, "ladder"),
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
    policies.revise_policy(
        policy, by=cast.sun, calendar="24x7", conditions={"category": ["GEN-ASK"]},
        targets=[{"metric": "first_response", "seconds": 7200}], speed={"gold": 2},
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


def test_rungs_are_put_in_order_and_get_their_names(cast):
    rungs = [
        {"after": 1800, "tell": ["duty_lead"]},
        {"after": 0, "tell": ["team"], "apologise": True},
        {"share": 0.9, "tell": ["supervisors", "assignee"]},
        {"share": 0.9, "metric": "resolution", "tell": ["team"]},
    ]
    ladder = make(cast, ladder=rungs).current.ladder
    assert [rung["key"] for rung in ladder] == ["used-90", "used-90-2", "breach", "late-30m"]
    assert ladder[0]["tell"] == ["assignee", "supervisors"]


def test_a_policy_that_no_ticket_would_come_to_is_refused(cast):
    make(cast, "All of it", conditions={"subject": ["GEN"]}, position=1)
    with pytest.raises(Invalid) as refusal:
        make(cast, "Never", conditions={"category": ["GEN-ASK"], "channel": ["chat"]}, position=2)
    assert "All of it" in str(refusal.value.fields["conditions"][0])
    make(cast, "In front", conditions={"category": ["GEN-ASK"], "channel": ["chat"]}, position=0)


def test_several_policies_may_take_everything_together(cast):
    make(cast, "Chat", conditions={"channel": ["chat"]}, position=1)
    make(cast, "One", conditions={"category": ["GEN-ASK"]}, position=2)
    make(cast, "Other", conditions={"category": ["GEN-IDEA"]}, position=3)
    with pytest.raises(Invalid) as refusal:
        make(cast, "Never", conditions={"subject": ["GEN"], "tier": ["gold"]}, position=4)
    assert "One" in str(refusal.value.fields["conditions"][0])


def test_policies_change_places_and_the_default_stays_last(cast):
    one, two = make(cast, "One", position=2), make(cast, "Two", position=1, conditions={"channel": ["chat"]})
    policies.move_policy(one, by=cast.sun, up=True)
    assert [p.name for p in SlaPolicy.objects.in_force()][:2] == ["One", "Two"]
    policies.move_policy(two, by=cast.sun, up=True)
    assert [p.name for p in SlaPolicy.objects.in_force()][:2] == ["Two", "One"]
    default = SlaPolicy.objects.get(is_default=True)
    policies.move_policy(default, by=cast.sun, up=True)
    assert SlaPolicy.objects.in_force().last() == default
    with pytest.raises(Conflict):
        policies.switch_policy(default, by=cast.sun, active=False)
    policies.switch_policy(two, by=cast.sun, active=False)
    assert two not in SlaPolicy.objects.in_force()


def test_the_same_again_is_no_new_version_and_an_old_page_is_told(cast):
    policy = make(cast)
    same = {"calendar": "24x7", "targets": THREE, "conditions": {"category": ["GEN-ASK"]}}
    assert policies.revise_policy(policy, by=cast.sun, seen=1, **same).number == 1
    assert policies.revise_policy(policy, by=cast.sun, seen=1, **same | {"speed": {"gold": 2}}).number == 2
    with pytest.raises(Conflict):
        policies.revise_policy(policy, by=cast.sun, seen=1, **same)


def test_programs_set_everything(cast):
    body = {
        "name": "By script", "position": 1, "calendar": "24x7", "conditions": {"tier": ["gold"]},
        "targets": [{"metric": "periodic_update", "seconds": 3600}], "speed": {"gold": 1.5},
        "ladder": [{"after": 0, "tell": ["supervisors"], "raise_priority": True}],
        "pauses": {"customer": 86400, "third_party": None}, "apology_seconds": 600,
    }  # fmt: skip
    answer = Caller(cast.sun).post("/api/v1/sla-policies/", body)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert told["ladder"][0]["key"] == "breach"
    assert (told["speed"], told["pauses"]["third_party"], told["apology_seconds"]) == (
        {"gold": 1.5},
        None,
        600,
    )
    wrong = Caller(cast.sun).post("/api/v1/sla-policies/", body | {"ladder": [{"after": 0}]})
    assert wrong.status_code == 400
    assert "does nothing" in wrong.json()["errors"]["ladder"][0]
