"""C9 and C10 of futures, against sums worked out by hand."""

from decimal import Decimal, localcontext

import pytest

from helpdesk.verification import records, report
from helpdesk.verification.case import Case
from helpdesk.verification.checks import CHECKS
from helpdesk.verification.checks.futures import liquidation_price
from helpdesk.verification.ticks import Tick
from helpdesk.verification.values import EXACT

T = 1_767_225_600_000  # 2026-01-01 00:00:00.000 UTC
HOUR = 3_600_000


def future(**more):
    """Long 2 at 100 with a margin of 20.5 and a maintenance rate of 2.5 %.

    P* = (100·2 − 20.5)/(2·(1 − 0.025)) = 179.5/1.95 = 92.0512820512…; with M = 24.5: 175.5/1.95 = 90 exactly.
    """
    return {
        "product": "futures", "record_id": "f1", "symbol": "BTCUSDT", "account_currency": "USDT",
        "contract": "linear", "margin_mode": "isolated", "position_side": "long", "qty": "2",
        "entry_price": "100", "margin": "24.5", "maintenance_rate": "0.025", **more,
    }  # fmt: skip


# Short: (100·2 + 5)/(2·1.025) = 205/2.05 = 100; with M = 25.5: 225.5/2.05 = 110.
SHORT = {"position_side": "short", "margin": "25.5"}
# Typical mark: median of 90·(1 + 0.01) = 90.9, 90 − 0.5 = 89.5, last 90 → 90.
MARK = {"index_price": "90", "funding_basis": "0.01", "basis_average": "-0.5", "last_price": "90"}
TAKEN = {"liquidated": True, "liquidated_at": T + HOUR}


def ask(code, record, ticks=()):
    with localcontext(EXACT):
        found = CHECKS[code].ask(Case(records.parse(record), ticks))
    return str(found.verdict), found.figures, found.missing


def test_where_a_position_is_liquidated():
    def price(**more):
        with localcontext(EXACT):
            return liquidation_price(records.parse(future(**more)))

    assert price() == 90
    assert price(**SHORT) == 110
    assert price(margin="20.5").quantize(Decimal("1e-9")) == Decimal("92.051282051")
    # A contract of 0.1: Q = 20·0.1 = 2, the same position. What was filled counts, where it is told.
    assert price(qty="20", multiplier="0.1") == 90
    assert price(qty="5", fills=[{"price": "100", "qty": "2"}]) == 90
    # Nothing borrowed: (200 − 200)/1.95 = 0.
    assert price(margin="200") == 0


def test_the_price_shown_is_within_a_thousandth():
    # 90·0.001 = 0.09
    assert ask("C9", future(liq_price_shown="90.09"))[0] == "match"
    assert ask("C9", future(liq_price_shown="89.91"))[0] == "match"
    found, figures, _ = ask("C9", future(liq_price_shown="90.0901"))
    assert (found, figures["liquidation_price"], figures["off_percent"]) == (
        "mismatch", 90, Decimal("0.1001"),
    )  # fmt: skip
    assert ask("C9", future(liq_price_shown="110.11", **SHORT))[0] == "match"
    assert ask("C9", future(liq_price_shown="110.12", **SHORT))[0] == "mismatch"
    # A long that is fully paid cannot be liquidated at any price.
    assert (
        ask("C9", future(margin="200", liq_price_shown="0.01"))[1]["shown_reason"] == "cannot_be_liquidated"
    )


def test_liquidated_when_the_mark_had_crossed():
    found, figures, _ = ask("C9", future(**TAKEN, **MARK))
    assert (found, figures["mark_recomputed"]) == ("match", 90)  # 90 ≤ 90
    above = MARK | {"last_price": "90.01"}
    found, figures, _ = ask("C9", future(**TAKEN, **above))
    assert (found, figures["mark_recomputed"], figures["failed"]) == (
        "mismatch", Decimal("90.01"), ["crossed"],
    )  # fmt: skip
    # Short at 110: median of 110·1.01 = 111.1, 109.5 and the last.
    short = SHORT | TAKEN | MARK | {"index_price": "110"}
    assert ask("C9", future(**short | {"last_price": "110"}))[0] == "match"
    assert ask("C9", future(**short | {"last_price": "109.99"}))[0] == "mismatch"
    # A spike of the last price alone moves no mark: median of 90.9, 89.5 + 1.2 = 90.7, 50 is 90.7.
    assert ask("C9", future(**TAKEN, **MARK | {"basis_average": "0.7", "last_price": "50"}))[0] == "mismatch"
    # Where the terms let the last price trigger, it does.
    assert ask("C9", future(trigger="last", **TAKEN, **MARK | {"basis_average": "0.7"}))[0] == "match"


def test_the_index_is_what_the_feeds_say():
    # Three feeds at 95, 95.2 and 94.8: 95. Mark: median of 95.95, 94.5 and 90 = 94.5 > 90.
    feeds = [
        Tick(T + HOUR - 1_000, 1, feed, last=Decimal(price))
        for feed, price in (("a", "95"), ("b", "95.2"), ("c", "94.8"))
    ]
    found, figures, _ = ask("C9", future(**TAKEN, **MARK), feeds)
    assert (found, figures["index_price"], figures["index_from"], figures["mark_recomputed"]) == (
        "mismatch", 95, "composite", Decimal("94.5"),
    )  # fmt: skip
    # Of five seconds ago they are silent.
    old = [Tick(tick.ts_ms - 4_001, 1, tick.feed_id, last=tick.last) for tick in feeds]
    assert ask("C9", future(**TAKEN, **MARK), old)[1]["index_from"] == "record"


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"contract": "inverse"}, "formula_of_inverse"), ({"margin_mode": "cross"}, "whole_account"),
        ({"contract": None}, "contract"), ({"entry_price": None}, "entry_price"), ({"qty": None}, "qty"),
        ({"maintenance_rate": "1"}, "maintenance_rate_below_one"), ({"funding_basis": None}, "funding_basis"),
        ({"index_price": None}, "index_price"), ({"trigger": "last", "last_price": None}, "last_price"),
    ],
)  # fmt: skip
def test_liquidation_needs(more, missing):
    assert ask("C9", future(**TAKEN, **MARK) | more)[::2] == ("not_determinable", (missing,))


def test_a_recorded_mark_can_condemn_itself():
    bare = future(**TAKEN)
    needs = ("basis_average", "funding_basis", "index_price", "last_price")
    assert ask("C9", bare | {"mark_price": "90"})[::2] == ("not_determinable", needs)
    found, figures, _ = ask("C9", bare | {"mark_price": "90.01"})
    assert (found, figures["crossed_reason"]) == ("mismatch", "recorded_mark_not_crossed")


@pytest.mark.parametrize(
    "trace",
    [
        {"bankruptcy_price": "88"}, {"position_status": "liquidated"}, {"type": "liquidation"},
        {"triggered_at": T}, {"insurance_used": "1"},
    ],
)  # fmt: skip
def test_traces_of_a_liquidation(trace):
    assert ask("C9", future(**trace, **MARK))[0] == "match"
    assert ask("C9", future(**trace, **MARK, liquidated=False))[0] == "not_applicable"


def funded(**more):
    """2·100·0.0001 = 0.02, paid by the long at the stamp of 08:00."""
    told = {
        "funding_rate": "0.0001", "funding_mark_price": "100", "funding_at": T + 8 * HOUR,
        "funding_fee": "0.02", "funding_fee_at": T + 8 * HOUR, "opened_at": T, "position_status": "open",
    }  # fmt: skip
    return future(**told | more)


def test_funding():
    found, figures, _ = ask("C10", funded())
    assert (found, figures["due"]) == ("match", Decimal("0.02"))
    # A short receives; at a rate below nothing it pays.
    assert ask("C10", funded(position_side="short", funding_fee="-0.02"))[0] == "match"
    assert ask("C10", funded(position_side="short", funding_rate="-0.0001"))[0] == "match"
    assert ask("C10", funded(position_side="short"))[1]["reason"] == "sign"
    # USDT has six decimals: less than a millionth is rounding.
    assert ask("C10", funded(funding_fee="0.0200009"))[0] == "match"
    assert ask("C10", funded(funding_fee="0.020001"))[1]["reason"] == "sum"
    # Where nobody tells the currency, the decimals that are written.
    bare = funded(account_currency=None)
    assert ask("C10", bare)[0] == "match"
    assert ask("C10", bare | {"funding_fee": "0.0201"})[1]["reason"] == "sum"
    # Booked within the minute of the stamp.
    assert ask("C10", funded(funding_fee_at=T + 8 * HOUR + 60_000))[0] == "match"
    assert ask("C10", funded(funding_fee_at=T + 8 * HOUR + 60_001))[1]["reason"] == "time"
    assert ask("C10", funded(funding_fee_at=T + 8 * HOUR - 1))[1]["reason"] == "time"


def test_funding_only_of_an_open_position():
    stamp = T + 8 * HOUR
    closed = funded(position_status="closed", closed_at=stamp - 1)
    found, figures, _ = ask("C10", closed)
    assert (found, figures["reason"], figures["difference"]) == ("mismatch", "not_open", Decimal("-0.02"))
    assert ask("C10", closed | {"funding_fee": "0"})[0] == "match"
    assert ask("C10", closed | {"closed_at": stamp})[0] == "match"
    assert ask("C10", funded(opened_at=stamp))[0] == "match"
    assert ask("C10", funded(opened_at=stamp + 1))[1]["reason"] == "not_open"
    # Its first fill opened it, but for an order that only reduces.
    fills = [{"price": "100", "qty": "2", "executed_at": T}]
    assert ask("C10", funded(opened_at=None, fills=fills))[0] == "match"
    assert ask("C10", funded(opened_at=None, fills=fills, reduce_only=True))[2] == ("opened_at",)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"funding_at": None}, "funding_at"), ({"funding_fee": None}, "funding_fee"),
        ({"funding_rate": None}, "funding_rate"), ({"funding_mark_price": None}, "funding_mark_price"),
        ({"opened_at": None}, "opened_at"), ({"position_status": None}, "closed_at"),
        ({"contract": "inverse"}, "formula_of_inverse"), ({"position_side": None}, "position_side"),
        ({"qty": None}, "qty"),
    ],
)  # fmt: skip
def test_funding_needs(more, missing):
    assert ask("C10", funded(**more))[::2] == ("not_determinable", (missing,))


def test_the_answer_and_the_invariances():
    fill = {"price": "100", "qty": "1.5", "executed_at": T + 10}
    given = funded(**TAKEN | {"liquidated_at": T + 9 * HOUR}, **MARK, fills=[fill, fill | {"qty": "0.5"}])
    given |= {"side": "buy", "type": "market", "status": "filled", "quote_price": "100", "accepted_at": T}

    def told(record):
        answer = report.verify(Case(records.parse(record)))
        verdicts = {code: one["verdict"] for code, one in answer["checks"].items()}
        return verdicts, answer["recomputed"], answer["difference"]

    before = told(given)
    assert (before[0]["C9"], before[0]["C10"], before[2]) == (
        "match",
        "match",
        None,
    )  # no ticks, no benchmark
    assert before[1]["liquidation_price"] == "90"
    assert (
        told(given | {"fills": [fill | {"qty": "0.5"}, fill | {"qty": "0.5"}, fill | {"qty": "1"}]}) == before
    )
    moments = ("funding_at", "funding_fee_at", "opened_at", "liquidated_at", "accepted_at")
    moved = given | {name: given[name] + 86_400_000 for name in moments}
    assert (
        told(moved | {"fills": [one | {"executed_at": T + 86_400_010} for one in given["fills"]]}) == before
    )
    ticks = [Tick(T + n, n + 1, "x", last=Decimal(100)) for n in (0, 10, 20)]
    answer = report.verify(Case(records.parse(given), ticks))
    assert answer["difference"] == "0.000000"
    wrong = report.verify(Case(records.parse(given | {"liq_price_shown": "95"}), ticks))
    assert (wrong["verdict"], wrong["difference"]) == ("mismatch", None)


def test_other_products_are_not_asked():
    spot = {"product": "spot", "record_id": "s"}
    assert {ask(code, spot)[0] for code in ("C9", "C10")} == {"not_applicable"}
    assert {ask(code, future())[0] for code in ("C9", "C10")} == {"not_applicable"}


def test_the_largest_numbers_break_nothing():
    most, least = "999999999999999999.999999999999999999", "0.000000000000000001"
    for rate in (least, "0.999999999999999999", most):
        for name in ("qty", "multiplier", "margin", "entry_price"):
            record = funded(
                **MARK, liq_price_shown=most, liquidated=True, qty=least, multiplier=least, margin=least,
                entry_price=most, funding_rate=most, funding_mark_price=most,
            )  # fmt: skip
            assert report.verify(Case(records.parse(record | {name: most, "maintenance_rate": rate})))
