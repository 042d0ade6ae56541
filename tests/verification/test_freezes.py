"""C14: was it the platform that stood still; C17: on what ground and for how much an account is frozen."""

import random
from decimal import Decimal

import pytest

from helpdesk.verification.ticks import Tick

from .known import DAY, MINUTE, T, ask, without

# The claim lasts from 00:00:10 until 00:01:20: minutes 0 and 1 of the day.
CLAIM = {"from": T + 10_000, "until": T + 80_000}
# The same minutes of the 20 days before had 80 to 99 and 80 to 118 orders: medians 89.5 and 99.
USUAL = [
    row
    for day in range(1, 21)
    for row in (
        {"minute": T - day * DAY, "orders": 79 + day},
        {"minute": T + MINUTE - day * DAY, "orders": 78 + 2 * day},
    )
]
NOW = [{"minute": T, "orders": 90}, {"minute": T + MINUTE, "orders": 100}]
CALM = {"claim": CLAIM, "incidents": [], "orders_per_minute": USUAL + NOW}


def calm(*gone, **changes):
    return without(CALM, *gone, **changes)


def incident(first, last, name="I-1", **more):
    return calm(incidents=[{"id": name, "from": first, "until": last, **more}])


def test_nothing_stood_still():
    assert ask("C14", CALM) == (
        "match",
        {
            "from": T + 10_000, "until": T + 80_000, "incidents": 0, "overlaps": [], "minutes": 2,
            "minutes_compared": 2, "minutes_fallen": 0,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "verdict", "shared"),
    [
        (T, T + 10_000, "match", None),  # over at the very moment at which the claim begins
        (T, T + 10_001, "mismatch", 1),
        (T + 80_000, T + 90_000, "mismatch", 0),  # began at its last moment
        (T + 80_001, T + 90_000, "match", None),
        (T + 20_000, T + 30_000, "mismatch", 10_000),
        (T - DAY, T + DAY, "mismatch", 70_000),
        (T + 70_000, None, "mismatch", 10_000),  # still going on
    ],
)
def test_incidents_that_touch_and_overlap(first, last, verdict, shared):
    found, figures = ask("C14", incident(first, last))
    assert found == verdict
    assert [one["overlap_ms"] for one in figures["overlaps"]] == ([] if shared is None else [shared])


def test_an_incident_of_another_symbol_is_none_of_this():
    assert ask("C14", incident(T, T + DAY, symbol="GBPUSD"))[0] == "match"
    assert ask("C14", incident(T, T + DAY, symbol="EURUSD"))[1]["reasons"] == ["incident"]


@pytest.mark.parametrize(
    ("minute", "orders", "verdict"),
    [
        (T, 18, "match"),  # 18 of 89.5: 17.9 would be a fifth
        (T, 17, "mismatch"),
        (T + MINUTE, 20, "match"),  # a fifth of 99 is 19.8
        (T + MINUTE, 19, "mismatch"),
        (T + MINUTE, 0, "mismatch"),
    ],
)
def test_a_fall_of_more_than_80_per_cent(minute, orders, verdict):
    now = [row | {"orders": orders} if row["minute"] == minute else row for row in NOW]
    found, figures = ask("C14", calm(orders_per_minute=USUAL + now))
    assert found == verdict
    if verdict == "mismatch":
        usual = "89.5" if minute == T else "99"
        assert figures["fallen"] == [{"minute": minute, "orders": orders, "usual": usual}]


def test_exactly_80_per_cent_is_no_fall_over_it():
    before = [{"minute": T - day * DAY, "orders": 100} for day in range(1, 21)]
    claim = {"from": T, "until": T + MINUTE - 1}
    for orders, verdict in ((20, "match"), (19, "mismatch")):
        rows = [*before, {"minute": T, "orders": orders}]
        assert ask("C14", calm(claim=claim, orders_per_minute=rows))[0] == verdict
    # where nobody ever traded at that minute nothing can fall
    rows = [row | {"orders": 0} for row in [*before, {"minute": T, "orders": 0}]]
    assert ask("C14", calm(claim=claim, orders_per_minute=rows))[0] == "match"


@pytest.mark.parametrize(
    ("gone", "missing"),
    [
        (["incidents"], ["incidents"]),
        (["orders_per_minute"], ["orders_per_minute"]),
        (["incidents", "orders_per_minute", "claim"], ["incidents", "orders_per_minute"]),
    ],
)
def test_what_is_missing_is_named(gone, missing):
    verdict, figures = ask("C14", calm(*gone))
    assert (verdict, figures["missing"]) == ("not_determinable", missing)


def test_days_and_minutes_that_are_missing():
    assert ask("C14", calm(orders_per_minute=USUAL + NOW[:1]))[1]["missing"] == ["orders_of_claim"]
    short = [row for row in USUAL if row["minute"] != T - 20 * DAY]
    assert ask("C14", calm(orders_per_minute=short + NOW))[1]["missing"] == ["orders_of_20_days"]
    # but what fell in another minute has fallen
    now = [NOW[0], NOW[1] | {"orders": 1}]
    assert ask("C14", calm(orders_per_minute=short + now))[0] == "mismatch"
    assert ask("C14", calm("claim"), received_at=None, accepted_at=None)[1]["missing"] == ["claim"]


def test_without_a_claim_it_is_the_time_of_the_trade():
    figures = ask("C14", calm("claim"))[1]
    assert (figures["from"], figures["until"]) == (T - 40, T + MINUTE)


def tape(*moments):
    return [Tick(at, seq, "X", last=Decimal("1.1")) for seq, at in enumerate(moments)]


@pytest.mark.parametrize(("wait", "gaps"), [(10_000, 0), (10_001, 1)])
def test_a_gap_of_more_than_ten_usual_ones(wait, gaps):
    # every second until 00:00:30, then silence, then every second again: the median is 1000 ms
    first = list(range(T, T + 30_001, 1_000))
    ticks = tape(*first, *(first[-1] + wait + 1_000 * n for n in range(60)))
    verdict, figures = ask("C14", CALM, ticks)
    assert (verdict, figures["tick_gaps"], figures["longest_gap_ms"]) == ("match", gaps, wait)
    assert figures.get("first_gap_at") == (T + 30_000 if gaps else None)
    assert (figures["gap_limit_ms"], figures["tape_covers"]) == (10_000, True)
    # the same silence after the claim's last moment is none of it
    early = calm(claim={"from": T + 1_000, "until": T + 30_000}, orders_per_minute=USUAL + NOW)
    assert ask("C14", early, ticks)[1]["tick_gaps"] == 0
    # other limits may stand in their place, and are named
    mild = calm(tolerances={"name": "thin", "version": "3", "gap_factor": 11})
    figures = ask("C14", mild, ticks)[1]
    assert (figures["gap_limit_ms"], figures["limits"]) == (11_000, {"name": "thin", "version": "3"})


@pytest.mark.parametrize(
    ("sessions", "where"),
    [
        ({"before": 100, "during": 19, "own_lost": True}, "server_wide"),
        ({"before": 100, "during": 20, "own_lost": True}, "one_client"),
        ({"before": 100, "during": 20, "own_lost": False}, None),
        ({"before": 0, "during": 0, "own_lost": True}, None),
    ],
)
def test_whether_everyone_was_cut_off(sessions, where):
    assert ask("C14", calm(sessions=sessions))[1].get("sessions_lost") == where


def test_the_order_of_incidents_and_minutes_changes_nothing():
    draw = random.Random(14)
    met = [{"id": f"I-{n}", "from": T + n * 7_000, "until": T + n * 9_000} for n in range(12)]
    rows = [*USUAL, NOW[0] | {"orders": 3}, NOW[1]]
    expected = ask("C14", calm(incidents=met, orders_per_minute=rows))
    assert expected[1]["incidents"] == 10  # 2 to 11: the one before is over at 9000, before 10000
    for _ in range(6):
        mixed = {"incidents": draw.sample(met, 12), "orders_per_minute": draw.sample(rows + rows[:3], 45)}
        assert ask("C14", calm(**mixed)) == expected


FREEZE = {
    "reason_code": "AML-3", "legal_basis": "law", "by": "compliance", "at": T, "review_at": T + 14 * DAY,
    "balance": "1000.00", "held": "200.00", "disputed": "200.00", "undisputed_released": "800.00",
}  # fmt: skip


def frozen(*gone, as_of=T + DAY, **changes):
    return ask("C17", {"as_of": as_of, "freeze": without(FREEZE, *gone, **changes)})


def test_a_freeze_with_a_ground():
    verdict, figures = frozen()
    assert verdict == "match"
    assert (figures["held_beyond"], figures["author_told"], figures["released"]) == ("0", True, "800.00")
    assert "compliance" not in str(figures)


def test_a_freeze_without_a_code():
    assert frozen("reason_code")[1]["reasons"] == ["no_code"]


@pytest.mark.parametrize(
    ("as_of", "lifted", "verdict"),
    [
        (T + 14 * DAY, None, "match"),  # the day itself is in time
        (T + 14 * DAY + 1, None, "mismatch"),
        (T + 99 * DAY, T + 14 * DAY, "match"),  # lifted in time
        (None, T + 14 * DAY, "match"),
        (T + 99 * DAY, T + 14 * DAY + 1, "mismatch"),
    ],
)
def test_a_review_that_has_passed(as_of, lifted, verdict):
    found, figures = frozen(as_of=as_of, lifted_at=lifted)
    assert found == verdict
    assert figures.get("reasons") == (["review_passed"] if verdict == "mismatch" else None)


@pytest.mark.parametrize(
    ("held", "disputed", "reason", "beyond"),
    [
        ("1000", "200", "whole_balance_held", "800"),  # 1000 − 200
        ("200.01", "200.00", "more_held_than_disputed", "0.01"),
        ("200.00", "200", None, "0"),
        ("150", "200", None, "0"),
        ("1000", "1000", None, "0"),
    ],
)
def test_what_is_held_beyond_the_disputed_part(held, disputed, reason, beyond):
    verdict, figures = frozen(held=held, disputed=disputed)
    assert figures.get("reasons") == (reason and [reason])
    assert figures["held_beyond"].removesuffix(".00") == beyond
    assert verdict == ("mismatch" if reason else "match")


@pytest.mark.parametrize("name", ["legal_basis", "by", "at", "review_at", "held", "disputed"])
def test_what_a_freeze_does_not_say_is_named(name):
    verdict, figures = frozen(name)
    assert (verdict, figures["missing"]) == ("not_determinable", [f"freeze_{name}"])


def test_no_clock_no_freeze_and_none_at_all():
    assert frozen(as_of=None)[1]["missing"] == ["as_of"]
    assert ask("C17")[1]["missing"] == ["freeze"]
    assert ask("C17", {"absent": ["freeze"]}) == ("not_applicable", {})
    # three faults at once are all named
    reasons = frozen("reason_code", as_of=T + 15 * DAY, held="1000")[1]["reasons"]
    assert reasons == ["no_code", "review_passed", "whole_balance_held"]
