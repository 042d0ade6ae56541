"""C13 against turnovers added up by hand."""

import random

import pytest

from .known import DAY, T, ask, without

# base = bonus: 100 × 30 = 3000; eligible 400 + 250.50 = 650.50; left 2349.50
RULE = {"base": "bonus", "multiplier": "30", "version": "p7", "from": T - DAY, "locks_deposit": False}
STAKES = [
    {"reference": "a", "stake": "400.00", "at": T},
    {"reference": "b", "stake": "250.50", "at": T + 5},
    {"reference": "early", "stake": "1000", "at": T - 1},
    {"reference": "late", "stake": "1000", "at": T + DAY + 1},
]
BONUS = {
    "rule": RULE, "amount": "100.00", "deposit": "200.00", "accepted_at": T, "accepted_version": "p7",
    "until": T + DAY, "stakes": STAKES, "left": "2349.50", "deposit_locked": False,
}  # fmt: skip


def bonus(**changes):
    return {"bonus": BONUS | changes}


def rule(*gone, **changes):
    return without(RULE, *gone, **changes)


def test_what_is_left_by_the_bonus_alone():
    verdict, figures = ask("C13", bonus())
    assert verdict == "match"
    assert figures == {
        "rule_version": "p7", "done": "650.50", "stakes": 4, "in_period": 2, "eligible": 2,
        "not_eligible_sum": "0", "required": "3000.00", "left": "2349.50", "recorded_left": "2349.50",
        "deposit_locked": False,
    }  # fmt: skip


def test_what_is_left_by_deposit_and_bonus():
    # (200 + 100) × 30 = 9000; 9000 − 650.50 = 8349.50
    told = bonus(rule=rule(base="deposit_and_bonus"))
    verdict, figures = ask("C13", told)
    assert (verdict, figures["left"], figures["reasons"]) == ("mismatch", "8349.50", ["other_left"])
    told["bonus"]["left"] = "8349.5"
    assert ask("C13", told)[0] == "match"


@pytest.mark.parametrize(
    ("at", "done"),
    [(T, "651.50"), (T - 1, "650.50"), (T + DAY, "651.50"), (T + DAY + 1, "650.50")],
)
def test_the_period_has_its_first_and_its_last_moment(at, done):
    told = bonus(stakes=[*STAKES, {"reference": "edge", "stake": "1", "at": at}])
    assert ask("C13", told)[1]["done"] == done


def test_an_open_period_and_one_that_begins_before_acceptance():
    assert ask("C13", {"bonus": without(BONUS, "until")})[1]["done"] == "1650.50"  # with "late"
    assert ask("C13", bonus(**{"from": T - 1}))[1]["done"] == "1650.50"  # with "early"


def test_nothing_is_left_below_nothing():
    # 100 × 6.505 = 650.50, just done; × 6 = 600, more than done
    for multiplier in ("6.505", "6"):
        told = bonus(rule=rule(multiplier=multiplier), left="0")
        verdict, figures = ask("C13", told)
        assert (verdict, figures["left"]) == ("match", "0.00")
    # × 6.5051 = 650.51: a cent is left
    assert ask("C13", bonus(rule=rule(multiplier="6.5051"), left="0"))[0] == "mismatch"


@pytest.mark.parametrize(
    ("recorded", "verdict"), [("2349.50", "match"), ("2349.504", "match"), ("2349.51", "mismatch")]
)
def test_both_are_compared_as_money_is_paid(recorded, verdict):
    assert ask("C13", bonus(left=recorded))[0] == verdict


def test_only_stakes_of_the_rule_count():
    # 250.50 is of spot, 400.00 of binary: 3000 − 400 = 2600; a stake of exactly 400 still counts
    stakes = [STAKES[0] | {"product": "binary"}, STAKES[1] | {"product": "spot"}]
    told = bonus(stakes=stakes, rule=rule(products=["binary"]), left="2600")
    verdict, figures = ask("C13", told)
    assert (verdict, figures["not_eligible_sum"], figures["eligible"]) == ("match", "250.50", 1)
    assert ask("C13", bonus(rule=rule(min_stake="400.00"), left="2600"))[0] == "match"
    assert ask("C13", bonus(rule=rule(min_stake="400.01"), left="3000"))[0] == "match"


def test_a_stake_of_unknown_product_decides_nothing():
    told = bonus(rule=rule(products=["binary"]))
    verdict, figures = ask("C13", told)
    assert (verdict, figures["missing"]) == ("not_determinable", ["bonus_stake_product"])
    assert "left" not in figures
    # unless it is said to count, or not to
    said = [STAKES[0] | {"eligible": True}, STAKES[1] | {"eligible": False}]
    assert ask("C13", bonus(rule=rule(products=["binary"]), stakes=said, left="2600"))[0] == "match"
    # said to count although it is too small
    told = bonus(rule=rule(min_stake="300"), stakes=[STAKES[0], STAKES[1] | {"eligible": True}])
    assert ask("C13", told)[1]["missing"] == ["bonus_stakes_that_agree"]


def test_own_money_that_must_not_be_locked():
    assert ask("C13", bonus(deposit_locked=True))[1]["reasons"] == ["deposit_locked"]
    allowed = rule(locks_deposit=True)
    assert ask("C13", bonus(deposit_locked=True, rule=allowed))[0] == "match"
    # allowed until the turnover is done, which it is
    done = bonus(deposit_locked=True, rule=allowed | {"multiplier": "6"}, left="0")
    assert ask("C13", done)[1]["reasons"] == ["deposit_locked_with_nothing_left"]
    told = bonus(deposit_locked=True, rule=rule("locks_deposit"))
    assert ask("C13", told)[1]["missing"] == ["bonus_locks_deposit"]


def test_rules_that_came_after_acceptance():
    assert ask("C13", bonus(rule=rule(**{"from": T})))[0] == "match"  # in the same millisecond
    assert ask("C13", bonus(rule=rule(**{"from": T + 1})))[1]["reasons"] == ["rule_newer_than_acceptance"]
    assert ask("C13", bonus(accepted_version="p6"))[1]["reasons"] == ["other_version"]


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (None, ["bonus"]),
        ({"bonus": without(BONUS, "stakes")}, ["bonus_stakes"]),
        ({"bonus": without(BONUS, "left")}, ["bonus_left"]),
        ({"bonus": without(BONUS, "deposit_locked")}, ["bonus_deposit_locked"]),
        ({"bonus": without(BONUS, "amount")}, ["bonus_amount"]),
        ({"bonus": without(BONUS, "accepted_at")}, ["bonus_accepted_at"]),
        (bonus(rule=rule("base", "multiplier")), ["bonus_base", "bonus_multiplier"]),
        (bonus(rule=rule("version", "from")), ["bonus_acceptance"]),
        ({"bonus": without(BONUS, "deposit") | {"rule": rule(base="deposit_and_bonus")}}, ["bonus_deposit"]),
    ],
)
def test_what_is_missing_is_named(known, missing):
    verdict, figures = ask("C13", known)
    assert (verdict, figures["missing"]) == ("not_determinable", missing)


def test_where_there_was_no_bonus_the_question_does_not_arise():
    assert ask("C13", {"absent": ["bonus"]}) == ("not_applicable", {})


def test_the_order_of_stakes_changes_nothing():
    draw, expected = random.Random(13), ask("C13", bonus())
    for _ in range(8):
        assert ask("C13", bonus(stakes=draw.sample(STAKES + STAKES[:1], 5))) == expected
