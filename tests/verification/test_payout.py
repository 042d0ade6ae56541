"""C1 and C2: what a contract pays, and who won, each worked out by hand."""

import pytest

from tests.verification.good import ENTRY, EXPIRY, FEED, ROWS, ask, disputed, right, run


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, "91.00"),  # 50 · 1.82
        ({"result": "lost", "payout_paid": "0"}, "0.00"),  # 50 · 0
        ({"result": "lost", "loss_refund_rate": "0.15", "payout_paid": "7.5"}, "7.50"),  # 50 · 0.15
        ({"result": "tie", "tie_rule": "refund", "payout_paid": "50"}, "50.00"),
        ({"result": "tie", "tie_rule": "win", "payout_paid": "91"}, "91.00"),
        ({"result": "tie", "tie_rule": "lose", "payout_paid": "0"}, "0.00"),
        ({"result": "tie", "tie_rule": "lose", "loss_refund_rate": "0.1", "payout_paid": "5"}, "5.00"),
        ({"result": "sold", "sold_at": EXPIRY - 9, "sell_price": "61.37", "payout_paid": "61.37"}, "61.37"),
        # 1234 · 1.855 = 2289.07: no yen has decimals
        ({"account_currency": "JPY", "stake": "1234", "payout_rate": "0.855", "payout_paid": "2289"}, "2289"),
        # 10.005 · 1.777 = 17.778885
        ({"account_currency": "KWD", "stake": "10.005", "payout_rate": "0.777", "payout_paid": "17.779"},
         "17.779"),
        # 0.00012345 · 1.82 = 0.000224679
        ({"account_currency": "BTC", "stake": "0.00012345", "payout_paid": "0.00022468"}, "0.00022468"),
        # 0.123456 · 1.82 = 0.22468992, six decimals by the table, four by the record itself
        ({"account_currency": "usdt", "stake": "0.123456", "payout_paid": "0.224690"}, "0.224690"),
        ({"currency_decimals": 4, "stake": "0.123456", "payout_paid": "0.2247"}, "0.2247"),
        # 10^18 - 1 in cents of cents: 999999999999999999 · 1.82 = 1819999999999999998.18
        ({"stake": "999999999999999999", "payout_paid": None}, "1819999999999999998.18"),
    ],
)  # fmt: skip
def test_what_is_due(changes, due):
    verdict, figures = ask("C1", right(**changes))
    assert figures["due"] == due
    if "payout_paid" in changes and changes["payout_paid"] is None:
        assert (verdict, figures["missing"]) == ("not_determinable", ["payout_paid"])
    else:
        assert verdict == "match"


# 12.50 · 1.85 = 23.125, exactly half a cent: up 23.13, to even 23.12, down 23.12.
# 12.70 · 1.85 = 23.495: up 23.50, to even 23.50, down 23.49.
@pytest.mark.parametrize(
    ("stake", "mode", "paid"),
    [
        ("12.50", "half_up", "23.13"), ("12.50", "half_even", "23.12"), ("12.50", "down", "23.12"),
        ("12.70", "half_up", "23.50"), ("12.70", "half_even", "23.50"), ("12.70", "down", "23.49"),
    ],
)  # fmt: skip
def test_half_a_cent_is_rounded_as_the_terms_say(stake, mode, paid):
    told = right(stake=stake, payout_rate="0.85", rounding=mode, payout_paid=paid)
    assert ask("C1", told)[0] == "match"
    assert ask("C1", told | {"rounding": None})[1]["rounding"] == "half_up"


def test_one_unit_off_is_called_rounding_and_two_are_not():
    told = right(stake="12.50", payout_rate="0.85", rounding="half_up", payout_paid="23.12")
    verdict, figures = ask("C1", told)
    assert (verdict, figures["label"], figures["difference"]) == ("mismatch", "rounding", "0.01")
    assert figures["all_modes"] == {"half_up": "23.13", "half_even": "23.12", "down": "23.12"}
    for paid, difference in [("23.11", "0.02"), ("23.15", "-0.02")]:
        verdict, figures = ask("C1", told | {"payout_paid": paid})
        assert (verdict, figures["difference"]) == ("mismatch", difference)
        assert "label" not in figures
        assert "all_modes" not in figures
    # One unit is one yen, one fils, one satoshi.
    assert ask("C1", right(account_currency="JPY", payout_paid="90"))[1]["label"] == "rounding"
    assert ask("C1", right(account_currency="KWD", payout_paid="90.999"))[1]["label"] == "rounding"
    assert ask("C1", right(account_currency="BTC", payout_paid="91.00000001"))[1]["label"] == "rounding"
    # Less than a unit is no payment that could have been made: 91.004 is 91.00.
    assert ask("C1", right(payout_paid="91.004"))[0] == "match"
    assert ask("C1", right(payout_paid="91.015"))[1].get("label") is None


def test_the_rate_shown_at_the_click_is_told_beside_the_accepted_one():
    verdict, figures = ask("C1", right(payout_rate_shown="0.85"))  # 50 · 1.85 = 92.50
    assert (verdict, figures["due_at_rate_shown"], figures["rate_shown"]) == ("match", "92.50", "0.85")
    assert "rate_shown" not in ask("C1", right(payout_rate_shown="0.820"))[1]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"payout_rate": None}, "payout_rate"),
        ({"result": None}, "result"),
        ({"result": "tie", "tie_rule": None}, "tie_rule"),
        ({"result": "sold"}, "sell_price"),
        ({"result": "cancelled"}, "terms_of_cancelling"),
        ({"payout_paid": None}, "payout_paid"),
        # 50.01 · 1.82 = 91.0182: 91.02 or 91, by a currency that nobody told.
        ({"stake": "50.01", "account_currency": None, "payout_paid": "91.02"}, "account_currency"),
    ],
)
def test_what_lacks_for_a_payout_is_named(changes, missing):
    verdict, figures = ask("C1", right(**changes))
    assert (verdict, figures["missing"]) == ("not_determinable", [missing])


def test_without_a_currency_only_what_no_rounding_explains_is_decided():
    assert ask("C1", right(account_currency=None))[0] == "match"  # 91.00 to the last digit
    assert ask("C1", right(account_currency=None, payout_paid="88.99"))[0] == "mismatch"
    assert ask("C1", disputed(loss_refund_rate=None))[1]["assumed"] == ["loss_refund_rate"]


def ended(price, **changes):
    """C2 of a contract whose only question is the price at expiry."""
    told = right(strike="1.50", exit_tick_price=None, entry_tick_price="1.50", price_decimals=2, **changes)
    return ask("C2", told, run("1.40", "1.60", price))


@pytest.mark.parametrize(
    ("kind", "lower", "equal", "higher"),
    [("call", "lost", "tie", "won"), ("put", "won", "tie", "lost")],
)
def test_call_and_put(kind, lower, equal, higher):
    for price, result in [("1.49", lower), ("1.50", equal), ("1.51", higher)]:
        assert ended(price, contract_type=kind, result=result)[0] == "match"
        others = {"won", "lost", "tie"} - {result}
        assert {ended(price, contract_type=kind, result=one)[0] for one in others} == {"mismatch"}


def test_equal_where_it_is_shown_and_not_where_it_is_not():
    # 1.504 shows as 1.50, the strike: a tie at two decimals, won unrounded.
    verdict, figures = ended("1.504", result="tie")
    assert verdict == "match"
    assert (figures["rounded_result"], figures["unrounded_result"], figures["price_decimals"]) == (
        "tie", "won", 2)  # fmt: skip
    assert ended("1.504", result="won")[0] == "mismatch"
    assert "unrounded_result" not in ended("1.51", result="won")[1]
    told = right(strike="1.50", price_decimals=None, exit_tick_price=None)
    assert ask("C2", told, run("1.504"))[0] == "match"  # nothing is shown, the price is what it is


@pytest.mark.parametrize(
    ("price", "inside", "outside"),
    # Both barriers are strict: on one of them neither is won.
    [("1.29", "lost", "won"), ("1.30", "lost", "lost"), ("1.31", "won", "lost"), ("1.69", "won", "lost"),
     ("1.70", "lost", "lost"), ("1.71", "lost", "won")],
)  # fmt: skip
def test_ranges(price, inside, outside):
    barriers = {"low_barrier": "1.30", "high_barrier": "1.70"}
    for kind, result in [("in_range", inside), ("out_range", outside)]:
        assert ended(price, contract_type=kind, result=result, **barriers)[0] == "match"
        other = "won" if result == "lost" else "lost"
        assert ended(price, contract_type=kind, result=other, **barriers)[0] == "mismatch"


def test_the_last_digit_is_even_or_odd():
    # Of 1.50 it is 0, of 1.5 at two decimals too; of 1.57 it is 7.
    assert ended("1.5", contract_type="even", result="won")[0] == "match"
    assert ended("1.57", contract_type="even", result="lost")[0] == "match"
    assert ended("1.57", contract_type="odd", result="won")[0] == "match"
    told = right(contract_type="odd", price_decimals=None)
    assert ask("C2", told)[1]["missing"] == ["price_decimals"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"contract_type": "asian_up"}, ["rule_of_contract_type"]),
        ({"contract_type": "in_range"}, ["low_barrier", "high_barrier"]),
        ({"strike": None, "entry_tick_price": None}, ["strike"]),
        ({"exit_rule": None}, ["exit_rule"]),
        ({"expiry_at": None, "settled_at": None}, ["expiry_at"]),
        ({"result": None}, ["result"]),
    ],
)
def test_what_lacks_for_a_result_is_named(changes, missing):
    verdict, figures = ask("C2", right(**changes))
    assert (verdict, figures["missing"]) == ("not_determinable", missing)


def test_without_any_tick_the_recorded_exit_is_judged_and_said_to_be_that():
    verdict, figures = ask("C2", right(), [])
    assert (verdict, figures["exit_by"], figures["recomputed"]) == ("match", "recorded", figures["recorded"])
    assert ask("C2", right(exit_tick_price=None), [])[1]["missing"] == ["ticks"]


def test_a_price_the_terms_cannot_have_selected_decides_nothing():
    """Used 450 ms after expiry, where the last tick before it counts: only the ticks could tell who won."""
    verdict, figures = ask("C2", disputed(), [])
    assert (verdict, figures["missing"]) == ("not_determinable", ["ticks"])
    assert ask("C4", disputed(), [])[0] == "mismatch"


def test_sold_and_cancelled_have_no_result_to_recompute():
    for result in ("sold", "cancelled"):
        assert ask("C2", right(result=result)) == ("not_applicable", {"result": result})
        assert ask("C4", right(result=result)) == ("not_applicable", {"result": result})


def touching(*prices, result, barrier="1.50", entry="1.40", kind="touch", **changes):
    """C2 of a barrier: the entry tick, then the prices 100 ms apart, the last but one at expiry."""
    times = [EXPIRY - 100 * (len(prices) - 2 - n) for n in range(len(prices))]
    rows = [(FEED, n, at, "", "", price) for n, (at, price) in enumerate(zip(times, prices, strict=True), 2)]
    start = times[0] - 100
    told = {
        "contract_type": kind, "strike": barrier, "entry_tick_price": entry, "entry_tick_at": start,
        "entry_tick_seq": 1, "result": result, "price_decimals": 2, "exit_rule": "path",
    }  # fmt: skip
    return ask("C2", right(**(told | changes)), [(FEED, 1, start, "", "", entry), *rows])


def test_touch():
    assert touching("1.45", "1.49", "1.49", result="lost")[0] == "match"
    assert touching("1.45", "1.51", "1.40", "1.40", result="won")[0] == "match"  # from below
    assert touching("1.45", "1.50", "1.40", "1.40", result="won")[0] == "match"  # exactly
    assert touching("1.55", "1.49", "1.60", "1.60", result="won", entry="1.60")[0] == "match"  # from above
    assert touching("1.55", "1.51", "1.60", "1.60", result="lost", entry="1.60")[0] == "match"
    # In the very tick of expiry it counts; one tick later it does not.
    verdict, figures = touching("1.45", "1.50", "1.45", result="won")
    assert (verdict, figures["touched_at"]) == ("match", EXPIRY)
    assert touching("1.45", "1.45", "1.50", result="lost")[0] == "match"
    # The entry tick stands on the barrier: it does not count itself.
    assert touching("1.45", "1.46", "1.45", result="lost", entry="1.50")[0] == "match"
    assert touching("1.50", "1.46", "1.45", result="won", entry="1.50")[0] == "match"
    for prices, result in [(("1.45", "1.45", "1.45"), "won"), (("1.51", "1.45", "1.45"), "lost")]:
        assert touching(*prices, kind="no_touch", result=result)[0] == "match"
        assert touching(*prices, kind="touch", result=result)[0] == "mismatch"


def test_a_hole_on_the_way_could_have_been_the_touch():
    told = right(contract_type="touch", strike="1.50", entry_tick_price="1.40", result="lost")
    path = [
        (FEED, 2, ENTRY, "", "", "1.40"),
        *[(FEED, n, EXPIRY - 900 + n, "", "", "1.45") for n in range(3, 9)],
    ]
    after = (FEED, 9, EXPIRY + 1, "", "", "1.45")
    assert ask("C2", told, [*path, after])[0] == "match"
    for lost in (path[1], path[3], path[-1]):  # after the entry, on the way, before expiry
        verdict, figures = ask("C2", told, [row for row in [*path, after] if row != lost])
        assert (verdict, figures["missing"], figures["sequence_gap"]) == (
            "not_determinable", ["ticks_in_sequence"], 1)  # fmt: skip
    # Reached is reached, whatever else is missing.
    reached = [path[0], *path[2:-1], (FEED, 8, EXPIRY - 1, "", "", "1.51"), after]
    assert ask("C2", told | {"result": "won"}, reached)[0] == "match"
    # But which tick reached it first is not known: C4 stays open.
    assert ask("C4", told | {"result": "won", "exit_rule": "path"}, reached)[1]["missing"] == [
        "ticks_in_sequence"
    ]


def test_two_ticks_in_the_millisecond_of_entry_need_the_sequence():
    told = right(contract_type="touch", strike="1.50", entry_tick_price="1.40", result="won")
    rows = [
        (FEED, 2, ENTRY, "", "", "1.40"),
        (FEED, 3, ENTRY, "", "", "1.50"),
        (FEED, 4, EXPIRY, "", "", "1.45"),
    ]
    assert ask("C2", told, rows)[0] == "match"
    assert ask("C2", told | {"entry_tick_seq": None}, rows)[1]["missing"] == ["entry_tick_seq"]
    # The entry tick is the later one: the touch came before.
    assert ask("C2", told | {"entry_tick_seq": 3, "result": "lost"}, rows)[0] == "match"


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([], "ticks"),
        (ROWS[2:], "ticks_from_entry"),  # begins after entry
        (ROWS[:3], "ticks_around_expiry"),  # ends before expiry
    ],
)
def test_a_path_needs_the_whole_tape(rows, missing):
    verdict, figures = ask("C2", right(contract_type="no_touch", strike="1.09"), rows)
    assert (verdict, figures["missing"]) == ("not_determinable", [missing])
