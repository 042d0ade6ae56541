"""What must not matter does not: when it happened, in which unit prices are told, how the rows are cut."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.verification import records, report, ticks
from helpdesk.verification.case import Case
from tests.support.faults import times
from tests.verification.good import EXPIRY, FEED, verify

often = settings(
    max_examples=times(60, 2_000, "EXAMPLES"),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
DAY = 86_400_000
UNIT = Decimal("0.00001")
PRICED = ("strike", "low_barrier", "high_barrier", "tick_size", "entry_tick_price", "exit_tick_price")


def told(price):
    return f"{price:f}"


@st.composite
def traded(draw):
    """A contract, right or wrong, with some seconds of its tape around it and a second feed now and then."""
    gaps = draw(st.lists(st.integers(0, 1_500), min_size=4, max_size=14))
    levels = draw(st.lists(st.integers(108_400, 108_430), min_size=len(gaps), max_size=len(gaps)))
    hole = draw(st.none() | st.integers(1, len(gaps)))
    at, rows = EXPIRY - draw(st.integers(0, sum(gaps))) - 1, []
    for number, (gap, level) in enumerate(zip(gaps, levels, strict=True), 100):
        at += gap
        seq = number + (hole is not None and number - 100 >= hole)
        rows.append((FEED, seq, at, "", "", told(level * UNIT)))
    rows.append((FEED, rows[-1][1] + 1, max(at, EXPIRY) + 3, "", "", rows[-1][5]))
    entry = draw(st.sampled_from([row for row in rows if row[2] <= EXPIRY] or rows[:1]))
    used = draw(st.sampled_from(rows))
    if draw(st.booleans()):
        rows += [("b", n, row[2] + 7, "", "", row[5]) for n, row in enumerate(rows[::2])]
    kind = draw(st.sampled_from(["call", "put", "touch", "no_touch", "in_range", "out_range", "even", "odd"]))
    level = draw(st.integers(108_400, 108_430))
    record = {
        "product": "binary", "record_id": "1", "contract_type": kind, "symbol": "EURUSD", "feed_id": FEED,
        "account_currency": "USD", "stake": told(draw(st.integers(1, 10**6)) * Decimal("0.01")),
        "payout_rate": told(draw(st.integers(0, 200)) * Decimal("0.005")),
        "tie_rule": draw(st.sampled_from(["refund", "lose", "win"])), "price_basis": "last",
        "strike": told(level * UNIT), "low_barrier": told((level - 5) * UNIT), "price_decimals": 5,
        "high_barrier": told((level + 5) * UNIT), "tick_size": told(UNIT),
        "exit_rule": draw(st.sampled_from(["last_at_or_before", "first_after", "path"])),
        "accepted_at": EXPIRY - 60_000, "duration_value": 60, "duration_unit": "s", "grid_s": 60,
        "deadtime_s": draw(st.integers(0, 60)), "boundary": draw(st.sampled_from(["inclusive", "exclusive"])),
        "expiry_rule": draw(st.sampled_from(["relative", "grid"])), "expiry_at": EXPIRY,
        "entry_tick_at": min(entry[2], EXPIRY), "entry_tick_seq": entry[1], "entry_tick_price": entry[5],
        "exit_tick_at": used[2], "exit_tick_seq": used[1], "exit_tick_price": used[5],
        "settled_at": EXPIRY + draw(st.integers(0, 6_000)), "quote_at": EXPIRY - 60_500,
        "received_at": EXPIRY - 60_000 - draw(st.integers(0, 600)),
        "result": draw(st.sampled_from(["won", "lost", "tie"])),
        "payout_paid": told(draw(st.integers(0, 10**6)) * Decimal("0.01")),
    }  # fmt: skip
    right = verify(record, rows)["recomputed"]
    if draw(st.booleans()) and right["payout"] is not None:  # or hardly any would be right
        record |= {"result": right["result"], "payout_paid": right["payout"]}
    return record, rows


def verdicts(answer):
    found = {code: check["verdict"] for code, check in answer["checks"].items()}
    return answer["verdict"], found, answer["recomputed"], answer["difference"], answer["missing"]


@often
@given(traded(), st.integers(-3_000, 3_000))
def test_when_it_happened(trade, days):
    record, rows = trade
    later = {name: value + days * DAY if name.endswith("_at") else value for name, value in record.items()}
    moved = [(feed, seq, at + days * DAY, *prices) for feed, seq, at, *prices in rows]
    assert verdicts(verify(later, moved)) == verdicts(verify(record, rows))


@often
@given(traded(), st.integers(-6, 5))
def test_in_which_unit_prices_are_told(trade, power):
    record, rows = trade

    def scaled(price):
        return told(Decimal(price).scaleb(power))

    other = {name: scaled(value) if name in PRICED else value for name, value in record.items()}
    other["price_decimals"] = 5 - power
    told_so = [(*row[:5], scaled(row[5])) for row in rows]
    assert verdicts(verify(other, told_so)) == verdicts(verify(record, rows))


def whole(record, *sheets):
    """The whole answer with its hashes, from rows that came in several pieces."""
    lines = [[",".join(ticks.HEADER), *(",".join(map(str, row)) for row in rows)] for rows in sheets]
    found = ticks.merged(tick for sheet in lines for tick in ticks.read(sheet))
    inputs = {"ticks": len(found), "ticks_sha256": report.digest(found)}
    return report.verify(Case(records.parse(record), found)) | inputs


@often
@given(traded(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_how_the_rows_are_ordered_and_cut(trade, chance, files):
    record, rows = trade
    mixed = [*rows, *chance.sample(rows, 2)]  # and two of them twice
    chance.shuffle(mixed)
    names = list(record)
    chance.shuffle(names)
    again = {name: record[name] for name in names}
    assert whole(again, *(mixed[n::files] for n in range(files))) == whole(record, rows)
    assert report.fingerprint(again) == report.fingerprint(record)


@often
@given(traded(), st.integers(1, 30), st.integers(1, 30))
def test_what_the_feed_quoted_long_before_and_long_after(trade, before, after):
    record, rows = trade
    own = sorted((row for row in rows if row[0] == FEED), key=lambda row: row[1])
    # The tape has to reach back behind the entry already, or more of it would rightly tell more.
    rows = [*rows, (FEED, own[0][1] - 1, own[0][2] - 61_000, "", "", "1.08410")]
    first, last = own[0][1] - 1, own[-1]
    early = [(FEED, first - n, own[0][2] - 600_000 - n, "", "", "9.9") for n in range(1, before + 1)]
    late = [(FEED, last[1] + n, last[2] + 600_000 + n, "", "", "0.1") for n in range(1, after + 1)]
    more, less = (verify(record, given)["checks"] for given in ([*early, *rows, *late], rows))
    # A freeze is told by the usual gap of the whole tape: all of it is the window of C14.
    assert {**more, "C14": None} == {**less, "C14": None}
