"""C3, C6 and C16: the entry price beside what others quoted, how long things took, one exit for everyone."""

from decimal import Decimal

import pytest

from helpdesk.verification.reference import box
from tests.verification.good import ENTRY, EXPIRY, FEED, ROWS, ask, disputed, peer, right

OWN = [(FEED, 1, ENTRY - 900, "", "", "1.00000"), (FEED, 2, ENTRY, "", "", "1.00000"),
       (FEED, 3, ENTRY + 900, "", "", "1.00000")]  # fmt: skip


def others(*quoted, at=ENTRY):
    """One tick each of feeds a, b, c …: (price, so many ms before the entry)."""
    return [(name, 1, at - age, "", "", price) for name, (price, age) in zip("abcdef", quoted, strict=False)]


def entered(*quoted, **changes):
    told = right(entry_tick_price="1.00000", strike="1.00000", **changes)
    return ask("C3", told, OWN + others(*quoted))


def test_the_median_without_what_is_far_or_old():
    # 1.0001, 1.0003 and 1.05: the median is 1.0003, 1.05 lies 4.97 % off. Left is 1.0002.
    # (1 - 1.0002) / 1.0002 · 10 000 = -1.9996 bps; in points of 0.00001: -20.
    verdict, figures = entered(("1.0001", 0), ("1.0003", 0), ("1.05", 0))
    assert verdict == "match"
    assert (figures["reference"], figures["sources"], figures["reference_grade"]) == (
        "1.0002", ["a", "b"], "composite")  # fmt: skip
    assert (figures["dev_bps"], figures["dev_points"]) == ("-1.9996", "-20.0000")
    # Exactly 3 % off the median 1.0000 stays: (1 + 1 + 1.03) / 3 = 1.01, and 1.0301 goes.
    assert entered(("1", 0), ("1", 0), ("1.03", 0))[1]["reference"] == "1.01"
    assert entered(("1", 0), ("1", 0), ("1.0301", 0))[1]["reference"] == "1"
    # Four of them: the median of 1, 1, 1.02, 1.02 is 1.01, nothing is far.
    assert entered(("1", 0), ("1", 0), ("1.02", 0), ("1.02", 0))[1]["reference"] == "1.01"
    # 5 s old is heard, 5.001 s is not; then there are two, a mean, and weak.
    assert len(entered(("1", 0), ("1", 0), ("1.0004", 5_000))[1]["sources"]) == 3
    figures = entered(("1", 0), ("1.0002", 0), ("1.0004", 5_001))[1]
    assert (figures["reference"], figures["reference_grade"]) == ("1.0001", "weak")
    figures = entered(("1.0001", 0))[1]
    assert (figures["reference"], figures["reference_grade"], figures["sources"]) == (
        "1.0001",
        "single",
        ["a"],
    )
    # Two camps, 3.2 % from their middle: none is near, the middle is weak.
    assert entered(("1", 0), ("1", 0), ("1.066", 0), ("1.066", 0))[1]["reference_grade"] == "weak"


def test_silent_others_leave_its_own_feed():
    figures = entered(("1.2", 5_001), ("1.3", 60_000))[1]
    assert (figures["sources"], figures["reference_grade"], figures["dev_bps"]) == (
        [FEED],
        "single",
        "0.0000",
    )
    # What others quote after the entry does not count.
    assert entered(("1.2", -1))[1]["sources"] == [FEED]


@pytest.mark.parametrize(
    ("symbol", "limit"), [("EUR/USD", 5), ("frxEURSEK", 10), ("BTCUSDT", 20), ("V75", 50)]
)
def test_the_limit_of_each_market(symbol, limit):
    # Against a reference of 1, a price of 1.0005 is 5.0000 bps high; 1.00051 is 5.1.
    for extra, verdict in [("0", "match"), ("1", "mismatch")]:
        price = f"1.{limit:04}{extra}"
        rows = [(FEED, 1, ENTRY, "", "", price), (FEED, 2, ENTRY + 1, "", "", price), *others(("1", 0))]
        told = right(entry_tick_price=price, entry_tick_seq=1, symbol=symbol)
        found, figures = ask("C3", told, rows)
        assert (found, figures["limit_bps"]) == (verdict, str(limit))
        assert figures.get("reason") == (None if verdict == "match" else "over_limit")


def test_the_grades_of_the_box():
    # 10, 20, 30, 40, 50: quarters at 20, 30, 40; whiskers 1.5 · 20 = 30 long, from -10 to 70.
    found = box([Decimal(n) for n in (50, 10, 30, 20, 40)])
    assert found is not None
    grades = {price: found.grade(Decimal(price)) for price in
              ("20", "40", "19.99", "10", "50", "9.99", "-10", "70", "70.01", "-10.01")}  # fmt: skip
    assert grades == {
        "20": "inside_box", "40": "inside_box", "19.99": "inside_range", "10": "inside_range",
        "50": "inside_range", "9.99": "outside_range", "-10": "outside_range", "70": "outside_range",
        "70.01": "outlier", "-10.01": "outlier",
    }  # fmt: skip
    # 1, 2, 3, 4: the first quarter lies at 1 + 3/4, the middle at 2.5, the third at 3.25.
    four = box([Decimal(n) for n in (1, 2, 3, 4)])
    assert four is not None
    assert (four.first, four.middle, four.third) == (Decimal("1.75"), Decimal("2.5"), Decimal("3.25"))
    assert box([Decimal(1)] * 3) is None


def test_an_outlier_cannot_stand_even_within_the_limit():
    # Others within 2 s: 1.00001 … 1.00004, quarters 1.0000175 and 1.0000325, whiskers 0.0000225 long: down to
    # 0.999995. So 1.00000 is outside the range and 0.99999 an outlier, 0.35 bps off.
    around = [("a", n, ENTRY - 100 * n, "", "", f"1.0000{5 - n}") for n in (1, 2, 3, 4)]
    assert ask("C3", right(entry_tick_price="1.00000"), OWN + around)[1]["box"]["grade"] == "outside_range"
    low = [(FEED, 2, ENTRY, "", "", "0.99999"), (FEED, 3, ENTRY + 1, "", "", "1")]
    verdict, figures = ask("C3", right(entry_tick_price="0.99999"), low + around)
    assert (verdict, figures["reason"]) == ("mismatch", "outlier")
    # The window is 2 s to the millisecond.
    edge = [("a", n, ENTRY + off, "", "", "1") for n, off in enumerate((-2_001, -2_000, 2_000, 2_001), 1)]
    assert "box" not in ask("C3", right(entry_tick_price="1.00000"), OWN + edge)[1]


def test_the_entry_is_on_the_tape():
    assert ask("C3", right())[1]["box"]["grade"] == "inside_box"
    for wrong in ({"entry_tick_price": "1.08416"}, {"entry_tick_seq": 3}, {"entry_tick_at": ENTRY + 1}):
        verdict, figures = ask("C3", right(**wrong))
        assert (verdict, figures["reason"], figures["on_tape"]) == ("mismatch", "not_on_tape", False)
    assert ask("C3", right(entry_tick_seq=None))[0] == "match"
    # The middle of 1.08414 and 1.08417 is 1.084155, shown with five decimals as 1.08416.
    quotes = [(FEED, n, ENTRY + n - 2, "1.08414", "1.08417", "") for n in (1, 2, 3)]
    assert ask("C3", right(price_basis="mid", entry_tick_price="1.08416"), quotes)[0] == "match"


@pytest.mark.parametrize(
    ("rows", "changes", "missing"),
    [
        ([], {}, "ticks"),
        (ROWS[2:6], {}, "ticks_around_entry"),
        (ROWS[:1], {}, "ticks_around_entry"),
        (ROWS[6:], {}, "ticks_of_feed"),
        ([ROWS[0], *ROWS[2:6]], {}, "ticks_in_sequence"),  # sequence 2, the entry itself, is lost
        (ROWS, {"entry_tick_at": None}, "entry_tick_at"),
        (ROWS, {"entry_tick_price": None}, "entry_tick_price"),
    ],
)
def test_what_lacks_for_an_entry_is_named(rows, changes, missing):
    verdict, figures = ask("C3", right(**changes), rows)
    assert (verdict, figures["missing"]) == ("not_determinable", [missing])


def test_one_of_two_ticks_in_a_millisecond_may_be_the_lost_one():
    rows = [
        (FEED, 1, ENTRY - 1, "", "", "1.1"),
        (FEED, 3, ENTRY, "", "", "1.1"),
        (FEED, 4, ENTRY + 1, "", "", "1"),
    ]
    assert ask("C3", right(), rows)[1]["missing"] == ["ticks_in_sequence"]


@pytest.mark.parametrize(
    ("step", "field", "base", "most"),
    [
        ("age", "quote_at", EXPIRY - 60_035, 1_000),
        ("srv", "received_at", EXPIRY - 60_000, 500),
        ("settle", "settled_at", EXPIRY, 5_000),
    ],
)
def test_each_step_takes_no_longer_than_its_limit(step, field, base, most):
    sign = 1 if step == "settle" else -1
    only = {"quote_at": None, "settled_at": None} if step == "srv" else {}
    for ms, verdict in [(most, "match"), (most + 1, "mismatch")]:
        found, figures = ask("C6", right(**(only | {field: base + sign * ms})))
        assert (found, figures[f"{step}_ms"], figures.get("over")) == (
            verdict, ms, None if verdict == "match" else [step])  # fmt: skip


def test_clocks_that_run_backwards_and_the_clients_own():
    verdict, figures = ask("C6", right(quote_at=EXPIRY - 60_034))
    assert (verdict, figures["missing"], figures["backwards"]) == (
        "not_determinable", ["clocks_that_agree"], ["age"])  # fmt: skip
    assert ask("C6", right(settled_at=EXPIRY - 1))[1]["backwards"] == ["settle"]
    nothing = right(quote_at=None, received_at=None, settled_at=None)
    assert ask("C6", nothing)[1]["missing"] == ["moments"]
    # Clicked at 12:00:03.000 by a clock 2.5 s fast: 500 ms before it was received at 12:00:01.000.
    told = right(clicked_at=EXPIRY - 60_035 + 2_000, clock_offset_ms=2_500, clock_error_ms=40)
    figures = ask("C6", told)[1]
    assert (figures["click_to_server_ms"], figures["click_error_ms"]) == (500, 40)
    assert "click_to_server_ms" not in ask("C6", told | {"clock_offset_ms": None})[1]
    # Sold before expiry, or ended by a barrier: no settlement at expiry to be late.
    assert "settle_ms" not in ask("C6", right(result="sold", settled_at=EXPIRY - 9_000))[1]


def test_one_expiry_has_one_exit_for_everyone():
    same = [peer("1.08421") for _ in range(40)]
    verdict, figures = ask("C16", right(), ROWS, [*same, peer("1.084210")])
    assert verdict == "match"
    assert (figures["contracts"], figures["exits"], figures["exit_prices"]) == (41, 1, ["1.08421"])
    # 41 contracts, one of them at another price.
    verdict, figures = ask("C16", disputed(), ROWS, [*same, peer("1.08409", 5)])
    assert (verdict, figures["contracts"], figures["prices"]) == ("mismatch", 41, 2)
    assert figures["exit_prices"] == ["1.08409", "1.08421"]
    # One price at two ticks is two exits; a contract that does not name its tick is no second one.
    assert ask("C16", right(), ROWS, [*same, peer("1.08421", 3)])[1]["exits"] == 2
    assert ask("C16", right(), ROWS, [*same, peer("1.08421", None)])[0] == "match"
    assert ask("C16", right(exit_tick_seq=None), ROWS, same)[1] == {
        "contracts": 40, "exits": 1, "exit_prices": ["1.08421"], "prices": 1}  # fmt: skip
    # Its own exit belongs to it where the others are told without it.
    assert ask("C16", disputed(), ROWS, same)[0] == "mismatch"
    # Other markets, feeds, moments and rules are other questions.
    strangers = [peer("9", symbol="X"), peer("9", feed_id="x"), peer("9", expiry_at=EXPIRY + 1),
                 peer("9", exit_rule="first_after")]  # fmt: skip
    assert ask("C16", right(), ROWS, [*same, *strangers])[1]["contracts"] == 40


def test_when_the_same_exit_is_no_question_or_has_no_answer():
    assert ask("C16", right())[1] == {"missing": ["other_contracts"]}
    assert ask("C16", right(feed_id=None), ROWS, [])[1]["missing"] == ["feed_id"]
    assert ask("C16", right(exit_tick_price=None), ROWS, [])[1]["missing"] == ["other_contracts"]
    assert ask("C16", right(result="sold"), ROWS, [])[0] == "not_applicable"
    assert ask("C16", right(exit_rule="path"), ROWS, [])[0] == "not_applicable"
