"""C4 and C4b: which tick the terms select, how old it may be, and both trimmed means, worked out by hand."""

import pytest

from tests.verification.good import ENTRY, EXPIRY, FEED, ROWS, ask, disputed, right, run

FIRST_AFTER = {"exit_rule": "first_after", "exit_tick_at": EXPIRY + 450, "exit_tick_seq": 5,
               "exit_tick_price": "1.08409", "result": "lost", "payout_paid": "0"}  # fmt: skip


def test_the_last_at_or_before_and_the_first_after():
    verdict, figures = ask("C4", right())
    terms = [figures[f"terms_{name}"] for name in ("at", "seq", "price")]
    assert (verdict, terms, figures["stale_ms"]) == ("match", [EXPIRY, 4, "1.08421"], 0)
    verdict, figures = ask("C4", right(**FIRST_AFTER))
    assert (verdict, figures["terms_seq"], figures["stale_ms"]) == ("match", 5, 450)
    # One rule's tick is wrong under the other.
    assert ask("C4", disputed())[0] == "mismatch"
    assert ask("C4", right(exit_rule="first_after"))[1]["reason"] == "other_tick"
    # One millisecond before the tick the one before it counts: sequence 3, half a minute old.
    verdict, figures = ask("C4", right(expiry_at=EXPIRY - 1))
    assert (verdict, figures["terms_seq"], figures["reason"]) == ("mismatch", 3, "other_tick")


@pytest.mark.parametrize(
    "changes",
    [
        {"exit_tick_seq": 3},
        {"exit_tick_at": EXPIRY - 1},
        {"exit_tick_price": "1.08422"},
        {"exit_tick_at": None, "exit_tick_seq": None, "exit_tick_price": "1.08409"},
    ],
)
def test_time_sequence_and_price_have_to_be_those_of_the_tick(changes):
    verdict, figures = ask("C4", right(**changes))
    assert (verdict, figures["reason"]) == ("mismatch", "other_tick")


def test_what_a_source_does_not_say_is_not_compared():
    for told in ({"exit_tick_seq": None}, {"exit_tick_at": None}, {"exit_tick_price": None}):
        assert ask("C4", right(**told))[0] == "match"
    nothing = ask("C4", right(exit_tick_seq=None, exit_tick_at=None, exit_tick_price=None))
    assert (nothing[0], nothing[1]["missing"]) == ("not_determinable", ["exit_tick"])
    # Shown with five decimals, 1.084214 is 1.08421.
    rows = [*ROWS[:3], (FEED, 4, EXPIRY, "", "", "1.084214"), *ROWS[4:]]
    assert ask("C4", right(), rows)[0] == "match"
    assert ask("C4", right(price_decimals=6), rows)[0] == "mismatch"


def test_of_two_ticks_in_one_millisecond_the_sequence_decides():
    twice = [*ROWS[:3], (FEED, 5, EXPIRY, "", "", "1.08430"), (FEED, 4, EXPIRY, "", "", "1.08421"),
             (FEED, 6, EXPIRY + 7, "", "", "1.08440"), (FEED, 7, EXPIRY + 7, "", "", "1.08450")]  # fmt: skip
    assert ask("C4", right(), twice)[1]["terms_seq"] == 5
    late = FIRST_AFTER | {"exit_tick_at": EXPIRY + 7, "exit_tick_seq": 6, "exit_tick_price": "1.0844"}
    assert ask("C4", right(**late), twice)[0] == "match"
    # The same row twice is one row.
    assert ask("C4", right(), [*ROWS, ROWS[3], ROWS[3]]) == ask("C4", right())


def test_a_hole_around_expiry_decides_nothing_but_a_tick_after_it_stays_wrong():
    rows = [row for row in ROWS if row[1] != 4]  # 3 … 5: 4 may lie on either side
    for rule in ({}, FIRST_AFTER):
        verdict, figures = ask("C4", right(**rule), rows)
        assert (verdict, figures["missing"], figures["sequence_gap"]) == (
            "not_determinable", ["ticks_in_sequence"], 1)  # fmt: skip
    assert ask("C2", right(), rows)[1]["missing"] == ["ticks_in_sequence"]
    verdict, figures = ask("C4", disputed(), rows)
    assert (verdict, figures["reason"]) == ("mismatch", "after_expiry")
    # The other way round: what has to come after expiry did not.
    verdict, figures = ask("C4", right(**(FIRST_AFTER | {"exit_tick_at": EXPIRY})), rows)
    assert (verdict, figures["reason"]) == ("mismatch", "not_after_expiry")
    # And so without a single tick.
    assert ask("C4", disputed(), [])[1]["reason"] == "after_expiry"
    # A hole elsewhere is none of its business.
    assert ask("C4", right(), [*ROWS[:1], *ROWS[2:]])[0] == "match"


def test_a_short_extract_with_a_hole_is_no_feed_that_counts_otherwise():
    pair = [(FEED, 3, EXPIRY - 10, "", "", "1.08421"), (FEED, 9, EXPIRY + 10, "", "", "1.08422")]
    told = right(exit_tick_at=EXPIRY - 10, exit_tick_seq=3)
    assert ask("C4", told, pair)[1]["missing"] == ["ticks_in_sequence"]
    # Ten ticks, each seven on from the one before: this feed numbers its ticks so.
    sparse = [(FEED, 7 * n, EXPIRY + 100 * (n - 5), "", "", "1.08421") for n in range(1, 11)]
    assert ask("C4", right(exit_tick_seq=35), sparse)[0] == "match"


def test_ticks_without_a_price_on_the_basis_are_no_hole():
    # Sequence 5 is a trade between two quotes.
    rows = [(FEED, 4, EXPIRY, "1.08420", "1.08422", ""), (FEED, 5, EXPIRY + 1, "", "", "1.08409"),
            *[(FEED, n, EXPIRY + n, "1.08410", "1.08412", "") for n in range(6, 9)]]  # fmt: skip
    verdict, figures = ask("C4", right(price_basis="mid"), rows)
    assert (verdict, figures["terms_price"]) == ("match", "1.08421")  # (1.08420 + 1.08422) / 2
    assert ask("C4", right(price_basis="ask", exit_tick_price="1.08422"), rows)[0] == "match"
    assert ask("C4", right(price_basis="bid", exit_tick_price="1.0842"), rows)[0] == "match"
    gone = [rows[0], *rows[2:]]
    assert ask("C4", right(price_basis="mid"), gone)[1]["missing"] == ["ticks_in_sequence"]


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({}, 5_000),  # EURUSD
        ({"symbol": "EURSEK"}, 5_000),
        ({"symbol": "BTCUSD"}, 2_000),
        ({"symbol": "V75"}, 2_000),
        ({"symbol": "V75", "market": "fx_minor"}, 5_000),
    ],
)
def test_how_old_the_last_tick_may_be(changes, limit):
    for age, verdict in [(limit, "match"), (limit + 1, "mismatch")]:
        rows = [(FEED, 4, EXPIRY - age, "", "", "1.08421"), (FEED, 5, EXPIRY + 450, "", "", "1.08409")]
        found, figures = ask("C4", right(exit_tick_at=EXPIRY - age, **changes), rows)
        assert (found, figures["stale_ms"], figures["stale_limit_ms"]) == (verdict, age, limit)
        assert figures.get("reason") == (None if verdict == "match" else "feed_unreliable_at_expiry")


@pytest.mark.parametrize(
    ("rows", "changes", "missing"),
    [
        ([], {}, "ticks"),
        (ROWS[:3], {}, "ticks_around_expiry"),  # ends half a minute before
        (ROWS[4:6], {}, "ticks_around_expiry"),  # begins after it
        (ROWS[6:], {}, "ticks_of_feed"),  # another feed only
        (ROWS, {"feed_id": None}, "feed_id"),  # two feeds, and nobody says which
        (ROWS, {"price_basis": "bid"}, "ticks_of_feed"),  # no bid anywhere
        ([(FEED, 4, EXPIRY, "1", "2", "")], {"price_basis": None}, "price_basis"),
        (ROWS, {"exit_rule": None}, "exit_rule"),
        (ROWS, {"expiry_at": None}, "expiry_at"),
    ],
)
def test_what_lacks_for_an_exit_is_named(rows, changes, missing):
    verdict, figures = ask("C4", right(**changes), rows)
    assert (verdict, figures["missing"]) == ("not_determinable", [missing])


def test_the_only_feed_and_the_only_price_need_no_name():
    assert ask("C4", right(feed_id=None, price_basis=None), ROWS[:6])[0] == "match"


def test_a_path_ends_where_the_barrier_is_reached_or_at_expiry():
    told = right(contract_type="touch", exit_rule="path", strike="1.08418", entry_tick_price="1.08415")
    reached = told | {"exit_tick_at": EXPIRY - 30_000, "exit_tick_seq": 3, "exit_tick_price": "1.08418"}
    verdict, figures = ask("C4", reached)
    assert (verdict, figures["stale_ms"]) == ("match", 0)
    assert ask("C4", told)[1]["reason"] == "other_tick"
    assert ask("C4", told | {"strike": "1.09"})[0] == "match"  # never reached: the last before expiry
    assert ask("C4", told | {"strike": None})[1]["missing"] == ["strike"]


def mean(prices, used, places=0, step=100, **changes):
    told = right(exit_rule="trimmed_mean", price_decimals=places, exit_tick_price=used, **changes)
    lead = (FEED, 1, EXPIRY - 60_000, "", "", "1")
    return ask("C4b", told, [lead, *run(*map(str, prices), step=step, seq=2)])


def test_futures_the_last_25_without_five_and_five():
    # 1 … 25, 1 s apart: ten of them in ten seconds, so the last 25 count. Without 1–5 and 21–25 there are
    # 6 … 20, fifteen numbers of mean 13. The last ones moved to 1000 change nothing, for they are dropped.
    for prices in ([*range(1, 26)], [*range(1, 21), *[1000] * 5], [999, *range(1, 26)]):
        verdict, figures = mean(prices, "13.0", step=1_000, symbol="US500")
        assert (verdict, figures["ticks"], figures["dropped_each_end"], figures["averaged"]) == (
            "match", 25, 5, 15)  # fmt: skip
        assert figures["recomputed_price"] == "13.0"
    # One decimal more than the market's decides: 13.04 is 13.0, 13.1 is not.
    assert mean(range(1, 26), "13.04", step=1_000, symbol="US500")[0] == "match"
    assert mean(range(1, 26), "13.1", step=1_000, symbol="US500")[0] == "mismatch"


def test_futures_all_of_ten_seconds_without_a_fifth_and_a_fifth():
    # 1 … 27, 100 ms apart: 27 ticks in ten seconds. 27 · 20 % = 5.4: five are dropped at each end. 6 … 22 are
    # seventeen numbers of mean 14.
    verdict, figures = mean(range(1, 28), "14", symbol="US500")
    assert (verdict, figures["ticks"], figures["dropped_each_end"], figures["averaged"]) == (
        "match",
        27,
        5,
        17,
    )
    # 1 … 30: six at each end, 7 … 24, mean 15.5.
    assert mean(range(1, 31), "15.5", symbol="US500")[1]["dropped_each_end"] == 6
    # Ten seconds to the millisecond: 400 ms apart are 24 steps of 9.6 s, 25 ticks; at 417 ms the first of 25
    # lies 10.008 s back, and so the last 25 count, which are the same: 5 each, mean 13.
    for step in (400, 417):
        assert mean(range(1, 26), "13", step=step, symbol="US500")[1]["averaged"] == 15


def fx(prices, used, **changes):
    return mean(prices, used, price_basis="last", market="fx_major", **changes)


def test_fx_all_of_ten_seconds_or_the_last_ten_without_thirty_per_cent():
    # 1 … 12 in 1.1 s: 12 · 30 % = 3.6, three at each end: 4 … 9, mean 6.5.
    verdict, figures = fx(range(1, 13), "6.5")
    assert (verdict, figures["ticks"], figures["dropped_each_end"], figures["averaged"]) == (
        "match",
        12,
        3,
        6,
    )
    # 2 s apart five are in ten seconds, so the last ten count: 3 … 12 without 3–5 and 10–12: 6 … 9, mean 7.5.
    verdict, figures = fx(range(1, 13), "7.5", step=2_000)
    assert (verdict, figures["ticks"], figures["averaged"]) == ("match", 10, 4)
    assert fx(range(1, 13), "7.6", step=2_000)[0] == "mismatch"


def test_fx_leaves_out_quotes_wider_than_ten_pips():
    # Midpoints 1.10, 1.11 … 1.21; all 10 pips wide (0.0010) but the last, of 11 pips: eleven count, of them
    # three are dropped at each end: 1.13 … 1.17, mean 1.15.
    def quotes(half, last):
        rows = [(FEED, 1, EXPIRY - 60_000, "1", "1.0001", "")]
        for n, off in enumerate([half] * 11 + [last]):
            middle = 11_000 + 100 * n
            bid, ask = f"1.{middle - off - 10_000:04}", f"1.{middle + off - 10_000:04}"
            rows.append((FEED, n + 2, EXPIRY - (11 - n) * 100, bid, ask, ""))
        return [*rows, (FEED, 14, EXPIRY + 1, "1", "1.0001", "")]

    told = right(exit_rule="trimmed_mean", price_basis="mid", price_decimals=4, exit_tick_price="1.15000")
    verdict, figures = ask("C4b", told, quotes(5, 6))
    assert (verdict, figures["ticks"], figures["averaged"]) == ("match", 11, 5)
    # All narrow: twelve, 1.13 … 1.18, mean 1.155. In yen a pip is a hundred times that.
    assert ask("C4b", told | {"exit_tick_price": "1.155"}, quotes(5, 5))[0] == "match"
    assert ask("C4b", told | {"exit_tick_price": "1.155", "symbol": "USDJPY"}, quotes(5, 6))[0] == "match"
    assert ask("C4b", told | {"symbol": None}, quotes(5, 5))[1]["missing"] == ["symbol"]


def test_what_lacks_for_a_mean_is_named():
    told = right(exit_rule="trimmed_mean", symbol="US500", price_decimals=0, exit_tick_price="13")
    whole = run(*map(str, range(1, 26)), step=400)
    # The tape begins inside the ten seconds: there may have been more.
    assert ask("C4b", told, whole)[1]["missing"] == ["ticks_for_mean"]
    before = (FEED, 0, EXPIRY - 10_000, "", "", "1")
    assert ask("C4b", told, [before, *whole])[0] == "match"
    assert ask("C4b", told, whole[:20])[1]["missing"] == ["ticks_around_expiry"]
    assert ask("C4b", told, [before, *whole[12:]])[1]["missing"] == ["ticks_for_mean"]  # 14 of 25
    for lost in (1, 9, 24):  # the first, one inside, the last
        rows = [before, *whole[: lost - 1], *whole[lost:]]
        assert ask("C4b", told, [*rows, (FEED, 0, EXPIRY - 10_000, "", "", "1")])[0] == "not_determinable"
    assert ask("C4b", told | {"price_decimals": None}, whole)[1]["missing"] == ["price_decimals"]
    assert ask("C4b", told | {"exit_tick_price": None}, [before, *whole])[1]["missing"] == ["exit_tick_price"]
    assert ask("C4b", told, [])[1]["missing"] == ["ticks"]
    assert ask("C4", told) == ("not_applicable", {"see": "C4b"})
    assert ask("C4b", right()) == ("not_applicable", {})
    assert ask("C4b", told | {"result": "sold"})[0] == "not_applicable"


def test_entry_before_the_tape_is_no_matter_of_the_exit():
    assert ask("C4", right(entry_tick_at=ENTRY - 500_000))[0] == "match"
