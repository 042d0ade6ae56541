"""C3, C6, C7 and C8 of orders and their fills, against sums worked out by hand."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from helpdesk.verification import records, report
from helpdesk.verification.case import Case
from helpdesk.verification.checks import CHECKS
from helpdesk.verification.checks.fills import Slip, asymmetry, sign_test
from helpdesk.verification.ticks import Tick
from helpdesk.verification.values import EXACT, Refused

T = 1_767_225_600_000  # 2026-01-01 00:00:00.000 UTC


def fill(price, qty, at=T + 100, **more):
    return {"price": price, "qty": qty, "executed_at": at, **more}


def spot(**more):
    """A market order for 2 BTC, filled half at 100 and half at 100.10; 100.05 on average."""
    return {
        "product": "spot", "record_id": "r1", "symbol": "BTCUSDT", "side": "buy", "type": "market",
        "qty": "2", "quote_price": "100", "accepted_at": T, "status": "filled", "account_currency": "USDT",
        "fills": [fill("100", "1", fill_id="a"), fill("100.10", "1", T + 200, fill_id="b")], **more,
    }  # fmt: skip


def tape(*prices, feed="ref", first=T - 1_000, step=100, basis="last"):
    return [Tick(first + n * step, n + 1, feed, **{basis: Decimal(price)}) for n, price in enumerate(prices)]


def ask(code, record, ticks=()):
    with localcontext(EXACT):
        found = CHECKS[code].ask(Case(records.parse(record), ticks))
    return str(found.verdict), found.figures, found.missing


def verdict(code, record, ticks=()):
    return ask(code, record, ticks)[0]


# ---- reading


def test_faults_of_fills_name_row_and_field():
    given = spot(fills=[fill("1", "1"), fill("-1", "x"), "no", {"qty": "1", "odd": 1}])
    with pytest.raises(Refused) as refused:
        records.parse(given)
    assert refused.value.faults == (
        ("fills[1].price", "not_positive"), ("fills[1].qty", "not_a_number"), ("fills[2]", "not_an_object"),
        ("fills[3].price", "missing"),
    )  # fmt: skip
    with pytest.raises(Refused, match="fills: is no list"):
        records.parse(spot(fills={"price": "1"}))
    assert records.parse(spot(fills=[fill("1", "1", odd=1)], odd=2)).unknown == ("fills[].odd", "odd")


# ---- C7


def test_slippage_of_a_market_order():
    # avg = (100 + 100.10)/2 = 100.05; slip = (100.05 − 100)/100·10⁴ = 5 bps; of the second fill 10 bps.
    found, figures, _ = ask("C7", spot())
    assert (found, figures["slip_bps"], figures["worst_slip_bps"]) == ("match", 5, 10)
    # Sold: the same prices are 5 bps in the trader's favour.
    assert ask("C7", spot(side="sell"))[1]["slip_bps"] == -5
    # BTC is a major: 50 bps. 100.5 is exactly 50, 100.51 is 51.
    assert verdict("C7", spot(fills=[fill("100.5", "2")])) == "match"
    assert verdict("C7", spot(fills=[fill("100.5001", "2")])) == "mismatch"
    # Others: 100 bps.
    assert verdict("C7", spot(symbol="ABCUSDT", fills=[fill("101", "2")])) == "match"
    assert verdict("C7", spot(symbol="ABCUSDT", fills=[fill("101.01", "2")])) == "mismatch"
    # The trader's own tolerance replaces it.
    assert verdict("C7", spot(max_slippage_bps="5")) == "match"
    assert verdict("C7", spot(max_slippage_bps="4.99")) == "mismatch"


def test_a_limit_order_slips_by_nothing():
    limit = spot(type="limit", price="100.10")
    assert verdict("C7", limit) == "match"  # −10 and 0 bps
    assert verdict("C7", limit | {"price": "100.09"}) == "mismatch"  # on average better, the second fill not
    assert verdict("C8", limit | {"price": "100.09"}) == "mismatch"
    assert verdict("C7", limit | {"side": "sell", "price": "100"}) == "match"
    assert verdict("C7", limit | {"side": "sell", "price": "100.01"}) == "mismatch"


def test_loss_is_against_the_reference():
    # Bench 99.95 throughout: (100 − 99.95)·1 + (100.10 − 99.95)·1 = 0.05 + 0.15 = 0.20.
    flat = tape(*["99.95"] * 30)
    assert ask("C7", spot(), flat)[1]["loss"] == Decimal("0.2")
    # Sold at 100 and 100.10 above the bench: no loss, and one fill's gain pays for no other's loss.
    assert ask("C7", spot(side="sell"), flat)[1]["loss"] == 0
    assert ask("C7", spot(fills=[fill("99", "1"), fill("100", "1")]), flat)[1]["loss"] == Decimal("0.05")
    # No price was seen: requested is what the market was when it was accepted.
    found, figures, _ = ask("C7", spot(quote_price=None), flat)
    assert (figures["requested_from"], figures["requested"]) == ("reference", Decimal("99.95"))
    # (100.05 − 99.95)/99.95·10⁴ = 10.0050 bps
    assert (found, figures["slip_bps"]) == ("match", Decimal("10.0050"))


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"fills": None}, "fills"), ({"side": None}, "side"), ({"type": None}, "type"),
        ({"type": "iceberg"}, "type_known"), ({"quote_price": None}, "requested_price"),
        ({"type": "limit"}, "requested_price"),
    ],
)  # fmt: skip
def test_slippage_needs(more, missing):
    assert ask("C7", spot(**more))[::2] == ("not_determinable", (missing,))


def test_sign_test_by_hand():
    # 3 of 3: 2·(1/8) = 1/4. 5 of 6: 2·(6 + 1)/64 = 7/32. 3 of 6: 2·(20 + 15 + 6 + 1)/64 > 1.
    assert sign_test(3, 0) == Fraction(1, 4)
    assert sign_test(1, 5) == Fraction(7, 32) == sign_test(5, 1)
    assert sign_test(3, 3) == 1
    # 30 of 30: 2/2³⁰ = 1/536870912 = 1.86264…e-9
    found = asymmetry([Slip("A", T + n, Decimal(1)) for n in range(30)])["A", T]
    assert (str(found.verdict), found.figures["p_value"]) == ("match", Decimal("1.86265E-9"))
    # 29 say nothing, nor do fills without a slip; another minute and another symbol are their own.
    rest = [Slip("A", T + n, Decimal(n < 29)) for n in range(40)] + [Slip("A", T + 60_000, Decimal(-1))]
    found = asymmetry([*rest, Slip("B", T, Decimal(1))])
    assert [str(one.verdict) for one in found.values()] == ["not_determinable"] * 3
    assert found["A", T].figures["n"] == 29
    assert list(found) == [("A", T), ("A", T + 60_000), ("B", T)]


# ---- C8


def test_fills_add_up():
    found, figures, _ = ask("C8", spot())
    assert (found, figures["average"], figures["filled"]) == ("match", Decimal("100.05"), 2)
    assert figures["parts"] == {"quantity": "match", "once": "match", "status": "match"}


@pytest.mark.parametrize(
    ("more", "failed"),
    [
        ({"qty": "1.999999"}, "quantity"),
        ({"qty": None, "quote_qty": "200.09"}, "quantity"),  # 200.10 was spent
        ({"filled_qty": "1"}, "quantity"),
        ({"average_price": "100.06"}, "average"),
        ({"fills": [fill("100", "1", fill_id="a"), fill("100", "1", fill_id="a")]}, "once"),
        ({"status": "new"}, "status"), ({"status": "REJECTED"}, "status"), ({"status": "canceled"}, "status"),
        ({"status": "partially_filled"}, "status"), ({"qty": "3"}, "status"),
        ({"accepted_at": T + 101}, "status"),  # the first fill came at +100
        ({"status_history": [{"status": "FILLED", "at": T + 150}]}, "status"),  # and the second at +200
        ({"status_history": [{"status": "FILLED", "at": T + 300}, {"status": "NEW", "at": T + 301}]},
         "status"),
        ({"status_history": [{"status": "filled", "at": T + 300}, {"status": "expired", "at": T + 300}]},
         "status"),
    ],
)  # fmt: skip
def test_fills_that_do_not(more, failed):
    found, figures, _ = ask("C8", spot(**more))
    assert (found, figures["failed"]) == ("mismatch", [failed])


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"fills": None}, "fills"), ({"qty": None}, "qty"), ({"status": None}, "status"),
        ({"status": "17"}, "status_meaning"), ({"type": None}, "type"), ({"type": "limit"}, "price"),
        ({"type": "limit", "price": "101", "side": None}, "side"), ({"taker_fee_rate": "0.001"}, "fee_asset"),
    ],
)  # fmt: skip
def test_fills_that_cannot_be_added_up(more, missing):
    found, _, lacking = ask("C8", spot(**more))
    assert found == "not_determinable"
    assert missing in lacking


def test_fees_by_schedule():
    def charged(fee, asset="USDT", **more):
        fills = [fill("100", "1", fee=fee, fee_asset=asset, **more)]
        schedule = {"maker_fee_rate": "0.0002", "taker_fee_rate": "0.0005"}
        return spot(qty="1", fills=fills, type="limit", price="100", **schedule)

    # Taker: 100·1·0.0005 = 0.05. USDT has six decimals: less than 0.000001 off is rounding.
    taker = {"liquidity": "taker"}
    assert verdict("C8", charged("0.05", **taker)) == "match"
    assert verdict("C8", charged("0.0500009", **taker)) == "mismatch"  # seven decimals told, 9 units off
    assert verdict("C8", charged("0.050001", **taker)) == "mismatch"
    assert verdict("C8", charged("0.02", liquidity="maker")) == "match"
    # In the base asset: 1·0.0005 BTC.
    assert verdict("C8", charged("0.0005", "BTC", **taker)) == "match"
    # In a third asset its price would be needed; without the role, which rate.
    assert ask("C8", charged("0.0005", "BNB", **taker))[2] == ("price_of_fee_asset",)
    assert ask("C8", charged("0.05"))[2] == ("liquidity",)


def test_each_fill_is_on_the_tape_that_is_named():
    # Own prints: 100 at +100 and 100.10 at +200.
    own = tape("100", "100", "100.10", "100.10", first=T, feed="own")
    told = spot(feed_id="own")
    assert verdict("C8", told, own) == "match"
    moved = told | {"fills": [fill("100", "1"), fill("100.05", "1", T + 200)]}
    assert ask("C8", moved, own)[1]["failed"] == ["tape"]
    assert ask("C3", moved, own)[1]["reason"] == "not_on_tape"
    # A tape that is nobody's own has to know no fill; one that ends too early cannot.
    assert verdict("C8", spot(fills=moved["fills"]), own) == "match"
    assert ask("C8", told, own[:2])[::2] == ("not_determinable", ("ticks_around_fill",))
    # A hole in the sequence around the fill says nothing either.
    holed = [Tick(T + n, s, "own", last=Decimal(100)) for n, s in ((0, 1), (50, 2), (90, 3), (250, 6))]
    assert ask("C8", told, holed)[::2] == ("not_determinable", ("ticks_around_fill",))


# ---- C3 and C6


def test_each_fill_is_near_its_reference():
    # BTC: 20 bps. 100.2 against 100 is exactly 20; five feeds' worth of the same price make no whiskers,
    # so only two ticks (no box) are given.
    flat = [Tick(T, 1, "ref", last=Decimal(100)), Tick(T + 300, 2, "ref", last=Decimal(100))]
    assert verdict("C3", spot(fills=[fill("100.2", "2")]), flat) == "match"
    found, figures, _ = ask("C3", spot(fills=[fill("100", "1"), fill("100.21", "1")]), flat)
    assert (found, figures["reason"], figures["worst_dev_bps"]) == ("mismatch", "over_limit", 21)
    assert figures["each"][0]["fill"] == 1
    assert ask("C3", spot(), ())[::2] == ("not_determinable", ("ticks",))
    # At the fill everybody had been silent for more than five seconds.
    assert ask("C3", spot(fills=[fill("100", "2", T + 5_301)]), flat)[2] == ("reference",)
    assert ask("C3", spot(fills=[{"price": "1", "qty": "1"}]), flat)[2] == ("executed_at",)
    assert ask("C3", spot(fills=None))[2] == ("fills",)
    assert verdict("C3", spot(fills=[])) == "not_applicable"
    # All three prices are given: prints stand beside prints.
    wide = [
        Tick(T, 1, "ref", Decimal(90), Decimal(120), Decimal(100)),
        Tick(T + 300, 2, "ref", Decimal(90), Decimal(120)),
    ]
    assert ask("C3", spot(), wide)[1]["each"][0]["reference"] == 100


def test_execution_takes_a_second_at_most():
    assert verdict("C6", spot(fills=[fill("100", "2", T + 1_000)])) == "match"
    found, figures, _ = ask("C6", spot(fills=[fill("100", "1"), fill("100", "1", T + 1_001)]))
    assert (found, figures["over"], figures["exec_ms"]) == ("mismatch", ["exec"], 1_001)
    # What rests in the book waits for the market; what waits for a trigger begins there.
    late = spot(type="limit", price="100", fills=[fill("100", "2", T + 9_000)])
    assert verdict("C6", late) == "not_determinable"
    assert verdict("C6", late | {"fills": [fill("100", "2", T + 9_000, liquidity="taker")]}) == "mismatch"
    stop = spot(type="stop_market", triggered_at=T + 8_500, fills=late["fills"])
    assert ask("C6", stop)[1]["exec_ms"] == 500


# ---- the answer


def answer(record, ticks=()):
    return report.verify(Case(records.parse(record), ticks))


def test_the_difference_is_what_a_wrong_fill_cost():
    flat = tape(*["100"] * 30)
    right = answer(spot(fills=[fill("100", "2")]), flat)
    assert (right["verdict"], right["difference"]) == ("match", "0.000000")
    # 101 against 100, twice: 2·1 = 2 (100 bps; the limit is 20).
    wrong = answer(spot(fills=[fill("101", "2")]), flat)
    assert (wrong["verdict"], wrong["difference"]) == ("mismatch", "2.000000")
    # Limit 100, filled at 100.10, the market there too: what was promised counts. 0.10·2 = 0.20.
    limit = spot(type="limit", price="100", fills=[fill("100.10", "2")])
    assert answer(limit, tape(*["100.10"] * 30))["difference"] == "0.200000"
    assert answer(limit)["difference"] is None
    assert answer(spot())["verdict"] == "not_determinable"


def _shifted(record, by):
    moved = record | {"accepted_at": record["accepted_at"] + by}
    return moved | {"fills": [one | {"executed_at": one["executed_at"] + by} for one in record["fills"]]}


@pytest.mark.parametrize("price", ["100", "100.10", "101.30"])
@pytest.mark.parametrize("more", [{}, {"type": "limit", "price": "100.05"}, {"side": "sell"}])
def test_splitting_shifting_and_reordering_change_nothing(price, more):
    ticks = tape(*["100", "100.02", "99.99", "100.01"] * 8)
    record = spot(fills=[fill("100", "1.5"), fill(price, "0.5", T + 300)], **more)
    before = answer(record, ticks)

    def same(after):
        assert {code: one["verdict"] for code, one in after["checks"].items()} == {
            code: one["verdict"] for code, one in before["checks"].items()
        }
        assert (after["difference"], after["recomputed"]) == (before["difference"], before["recomputed"])
        for code, names in {"C7": ("slip_bps", "loss", "average"), "C8": ("average",)}.items():
            for name in names:
                one, other = (found["checks"][code]["figures"].get(name) for found in (before, after))
                assert one == other
        for name in ("filled", "spent"):
            one, other = (found["checks"]["C8"]["figures"][name] for found in (before, after))
            assert Decimal(one) == Decimal(other)

    first, second = record["fills"]
    same(answer(record | {"fills": [second, first]}, ticks))
    same(answer(record | {"fills": [first | {"qty": "0.7"}, second, first | {"qty": "0.8"}]}, ticks))
    later = [Tick(t.ts_ms + 86_400_000, t.seq, t.feed_id, last=t.last) for t in ticks]
    same(answer(_shifted(record, 86_400_000), later))


def test_other_products_are_not_asked():
    told = {"product": "deposit", "record_id": "d"}
    assert {verdict(code, told) for code in ("C3", "C6", "C7", "C8")} == {"not_applicable"}
    empty = spot(fills=[], status="new")
    assert (verdict("C7", empty), verdict("C8", empty)) == ("not_applicable", "match")


def test_the_largest_numbers_are_told_and_break_nothing():
    most = "999999999999999999.999999999999999999"
    row = fill(most, most, fee=most, fee_asset="USDT", liquidity="taker")
    record = spot(fills=[row], qty=most, type="limit", price="0.000000000000000001", taker_fee_rate=most)
    found = answer(record, tape(*["0.000000000000000001"] * 30))
    assert found["verdict"] == "mismatch"
    assert answer(record | {"product": "futures", "contract": "linear", "multiplier": most})["checks"]
