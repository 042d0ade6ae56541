"""C15: versions of the terms, their acceptance, and the clause relied on."""

import random

import pytest

from .known import DAY, T, ask, without

TERMS = [
    {"version": "v1", "from": T - 300 * DAY, "to": T - 100 * DAY, "clauses": ["1", "2"]},
    {"version": "v2", "from": T - 100 * DAY, "clauses": ["1", "2", "9.4"]},  # until the next one begins
    {"version": "v3", "from": T + 10 * DAY, "clauses": ["1", "9.4", "12"]},
]
ACCEPTED = [{"version": "v1", "at": T - 200 * DAY}, {"version": "v2", "at": T - 50 * DAY}]
KNOWN = {"terms": TERMS, "acceptances": ACCEPTED, "clause": {"clause": "9.4"}}


def asked(*gone, code="C15", ticks=(), record=None, **changes):
    return ask(code, without(KNOWN, *gone, **changes), ticks, **(record or {}))


def test_in_force_accepted_and_standing_in_it():
    verdict, figures = asked(record={"terms_version": "v2"})
    assert verdict == "match"
    assert figures == {
        "act_at": T, "in_force": "v2", "in_force_from": T - 100 * DAY, "accepted": "v2",
        "accepted_at": T - 50 * DAY, "clause": "9.4",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("act", "version"),
    [
        (T - 100 * DAY - 1, "v1"),  # v1 ends before this moment at which v2 begins
        (T - 100 * DAY, "v2"),
        (T + 10 * DAY - 1, "v2"),
        (T + 10 * DAY, "v3"),
        (T - 300 * DAY, "v1"),
        (T - 300 * DAY - 1, None),
    ],
)
def test_which_version_is_in_force(act, version):
    verdict, figures = asked(act_at=act)
    assert figures.get("in_force") == version
    if version is None:
        assert (verdict, figures["missing"]) == ("not_determinable", ["version_in_force"])


def test_two_versions_at_once_decide_nothing():
    terms = [TERMS[0] | {"to": T + 1}, *TERMS[1:]]
    verdict, figures = asked(terms=terms)
    assert (verdict, figures["versions"]) == ("not_determinable", ["v1", "v2"])
    assert asked(terms=[TERMS[0] | {"to": T}, *TERMS[1:]])[0] == "match"  # it touches the act, no more


@pytest.mark.parametrize(
    ("acceptances", "verdict", "reason"),
    [
        ([{"version": "v2", "at": T}], "match", None),
        ([{"version": "v2", "at": T + 1}], "mismatch", "accepted_after_the_act"),
        (
            [{"version": "v1", "at": T - 9}, {"version": "v2", "at": T + 1}],
            "mismatch",
            "accepted_after_the_act",
        ),
        ([{"version": "v1", "at": T - 9}], "mismatch", "other_version_accepted"),
        ([{"version": "v1", "at": T + 9}], "mismatch", "never_accepted"),
        ([], "mismatch", "never_accepted"),
    ],
)
def test_accepted_before_the_act(acceptances, verdict, reason):
    found, figures = asked(acceptances=acceptances)
    assert (found, figures.get("reasons")) == (verdict, reason and [reason])


def test_the_record_was_made_under_other_terms():
    verdict, figures = asked(record={"terms_version": "v1"})
    assert (verdict, figures["reasons"], figures["applied"]) == ("mismatch", ["other_version_applied"], "v1")


@pytest.mark.parametrize(
    ("clause", "verdict"),
    [
        ({"clause": "12"}, "mismatch"),  # came with v3
        ({"clause": "9.4", "since": T}, "match"),
        ({"clause": "9.4", "since": T + 1}, "mismatch"),
        (None, "match"),
    ],
)
def test_the_clause_existed_at_the_act(clause, verdict):
    assert asked(clause=clause)[0] == verdict


def test_a_version_whose_clauses_nobody_told():
    terms = [TERMS[0], without(TERMS[1], "clauses"), TERMS[2]]
    verdict, figures = asked(terms=terms)
    assert (verdict, figures["missing"]) == ("not_determinable", ["clauses_of_version"])
    assert asked(terms=terms, clause={"clause": "12", "since": T - 1})[0] == "match"


@pytest.mark.parametrize(
    ("gone", "missing"),
    [(["terms"], ["terms"]), (["acceptances"], ["acceptances"]), (list(KNOWN), ["terms", "acceptances"])],
)
def test_what_is_missing_is_named(gone, missing):
    verdict, figures = asked(*gone)
    assert (verdict, figures["missing"]) == ("not_determinable", missing)


def test_a_moment_is_needed_and_a_clause_can_be_too_young_by_itself():
    moments = {"accepted_at": None, "received_at": None}
    assert asked(record=moments)[1]["missing"] == ["moment_of_act"]
    assert asked("terms", clause={"clause": "9.4", "since": T + 1})[0] == "mismatch"


def test_the_order_of_versions_and_acceptances_changes_nothing():
    draw = random.Random(15)
    for act in (T - 150 * DAY, T, T + 11 * DAY):
        expected = asked(act_at=act)
        for _ in range(6):
            mixed = {
                "terms": draw.sample(TERMS + TERMS[:1], 4), "acceptances": draw.sample(ACCEPTED * 2, 4),
            }  # fmt: skip
            assert asked(act_at=act, **mixed) == expected
