"""Records and ticks damaged in every way: an answer of the published shape or a refusal that names the place.

And never a match that the damaged input does not bear out: each one is worked out again here, from the bytes,
by a few lines that share nothing with the product.
"""

import csv
import gzip
import io
import json
from collections import Counter
from decimal import Decimal

from django.core.management import call_command

from helpdesk.verification.values import REASONS
from tests.support.faults import dice, tell, times
from tests.verification.good import EXPIRY, ROWS, disputed, right, sheet
from tests.verification.test_command import ANSWER

NUMBERS = [
    0, -1, 1, 10**18, 10**400, -(10**19), True, "1e9", "-1", "0", "NaN", "Infinity", "1,5", "0x10", ".5",
    "\u0661\u0662", "\uff11", "1" * 5_000, "91.000000000000000000001", "1_000", " 1", "1\n",
]  # fmt: skip
TEXTS = [
    "", " ", "\0", "a\x1b[2Jb", "\u202egnp", "\u200b", "x" * 201, "won ", "WON", "\u0430sk", "won", "lost",
    "tie", "sold", "path", "put", "refund", "last", "mid", "\U0001f4a5", "../../etc/passwd", "'; --",
]  # fmt: skip
MOMENTS = [EXPIRY, EXPIRY + 1, EXPIRY - 1, EXPIRY // 1000, EXPIRY * 1000, -EXPIRY, 0, 2**63, str(EXPIRY)]
SHAPES = [None, [], {}, [1], {"a": 1}, False, [[[]]], {"\x1b": {}}]
HOSTILE = [*NUMBERS, *TEXTS, *MOMENTS, *SHAPES]
RAW = [b"NaN", b"-Infinity", b"1e999999999", b"-0", b"01", b"1.", b"'x'", b'"\\ud800"', b"1E-99", b"\xff",
       b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 40 + b"1" + b"}" * 40]  # fmt: skip
SQUARE = [right(), disputed(), right(barrier="1.08415", strike=None),
          right(expiry_rule="grid", grid_s=60, deadtime_s=30, boundary="inclusive")]  # fmt: skip


def nudged(value, chance):
    """A value of the same kind that is a little off."""
    if isinstance(value, int):
        return value + chance.choice([1, -1, 1_000, -1_000, 60_000])
    try:
        least = Decimal(value)
    except ArithmeticError:
        return value[::-1]
    return f"{least + chance.choice([1, -1]) * Decimal(1).scaleb(least.as_tuple().exponent):f}"


def damaged_record(told, chance):
    """(what was done, bytes)."""
    told, name, other = dict(told), *chance.sample(sorted(told), 2)
    how = chance.choice(
        ["value", "value", "value", "nudge", "drop", "rename", "swap", "double", "raw", "cut", "flip"]
    )
    if how == "value":
        told[name] = chance.choice(HOSTILE)
    elif how == "nudge":
        told[name] = nudged(told[name], chance)
    elif how == "drop":
        del told[name]
    elif how == "rename":
        told[chance.choice([name.upper(), name + " ", name[:-1], "\u202e" + name, "x" * 300])] = told.pop(
            name
        )
    elif how == "swap":
        told[name], told[other] = told[other], told[name]
    text = json.dumps(told).encode()
    if how == "double":
        text = text[:-1] + b", " + json.dumps({name: chance.choice([told[name], told[other]])}).encode()[1:]
    elif how == "raw":
        part = json.dumps({name: told[name]}).encode()[1:-1]
        text = text.replace(part, json.dumps(name).encode() + b": " + chance.choice(RAW), 1)
    elif how == "cut":
        text = text[: chance.randrange(len(text))]
    elif how == "flip":
        text = flipped(text, chance)
    return how, text


def flipped(text, chance):
    found = bytearray(text)
    for _ in range(chance.randint(1, 4)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def damaged_ticks(chance):
    rows = [list(row) for row in ROWS]
    ways = ["cell", "cell", "nudge", "lost", "twice", "swap", "header", "columns", "quote", "cut", "flip"]
    how = chance.choice([*ways, "ends", "packed", "packed cut", "packed flip", "bytes"])
    row, cell = chance.choice(rows), chance.randrange(6)
    if how == "cell":
        row[cell] = chance.choice([each for each in HOSTILE if isinstance(each, int | str)])
    elif how == "nudge":
        row[cell] = nudged(row[cell] or "1.08", chance)
    elif how == "lost":
        rows.remove(row)
    elif how == "twice":
        rows.append([*row[:5], chance.choice([row[5], "1.08499", ""])])
    elif how == "swap":
        other = chance.randrange(6)
        row[cell], row[other] = row[other], row[cell]
    elif how == "columns":
        row[cell:cell] = chance.choice([[], ["1"], ["", ""]])
    text = sheet(rows).encode()
    if how == "header":
        text = text.replace(
            b"feed_id,seq", chance.choice([b"seq,feed_id", b"feed_id;seq", b"feed,seq", b"", b"\0"])
        )
    elif how == "quote":
        text = text.replace(b",", chance.choice([b'"', b'","', b',"', b"\t", b";"]), chance.randint(1, 30))
    elif how == "ends":
        text = b"\xef\xbb\xbf" + text.replace(
            b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b"\x00\n", b"\x85"])
        )
    elif how == "bytes":
        at = chance.randrange(len(text))
        text = (
            text[:at]
            + chance.choice([b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"0" * 5_000, b"\x1f\x8b"])
            + text[at:]
        )
    if "packed" in how:
        text = gzip.compress(text)
    if "cut" in how:
        text = text[: chance.randrange(len(text))]
    return how, flipped(text, chance) if "flip" in how else text


# ---- worked out again, from the bytes


def borne_out(record, tape):
    """Whether these bytes really say that everything is right: by nothing but the words of the rules."""
    told = json.loads(record, parse_float=Decimal)
    text = gzip.decompress(tape) if tape[:2] == b"\x1f\x8b" else tape
    rows = [row for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")) if row["seq"]]

    def number(*names):
        found = [Decimal(str(told[name])) for name in names if told.get(name) is not None]
        return found[0] if found else None

    feed, basis = told.get("feed_id") or rows[0]["feed_id"], told.get("price_basis") or "last"
    ticks = sorted({
        (int(row["ts_ms"]), int(row["seq"]), Decimal(row[column])) for row in rows
        if row["feed_id"].strip(" ") == str(feed)
        and row[column := {"index": "last"}.get(basis, basis)].strip(" ")
    })  # fmt: skip
    expiry, decimals = told["expiry_at"], told.get("price_decimals")

    def shown(price):
        return price if decimals is None else round(price + Decimal("1e-18"), decimals)

    def is_one(name, found):
        said = [(f"{name}_tick_at", found[0]), (f"{name}_tick_seq", found[1])]
        price = number(f"{name}_tick_price", f"{name}_price")
        return all(told.get(key) in (None, value) for key, value in said) and (
            price is None or shown(price) == shown(found[2]))  # fmt: skip

    entries = [tick for tick in ticks if tick[0] == told["entry_tick_at"] and is_one("entry", tick)]
    strike = number("strike", "barrier") or number("entry_tick_price", "entry_price")
    kind, rule = told["contract_type"], told["exit_rule"]
    path = [tick for tick in ticks if entries and entries[0] < tick and tick[0] <= expiry]
    above = entries and entries[0][2] < strike
    reached = [
        tick for tick in path if (tick[2] >= strike if above else tick[2] <= strike) or tick[2] == strike
    ]
    before = [tick for tick in ticks if tick[0] <= expiry]
    after = [tick for tick in ticks if tick[0] > expiry]
    end = {"last_at_or_before": before[-1:], "first_after": after[:1], "path": reached[:1] or before[-1:]}[
        rule
    ]
    price, low, high = shown(end[0][2]), number("low_barrier"), number("high_barrier")
    outcomes = {
        "call": lambda: "tie" if price == shown(strike) else "won" if price > shown(strike) else "lost",
        "put": lambda: "tie" if price == shown(strike) else "won" if price < shown(strike) else "lost",
        "touch": lambda: "won" if reached else "lost",
        "no_touch": lambda: "lost" if reached else "won",
        "in_range": lambda: "won" if low < price < high else "lost",
        "out_range": lambda: "won" if price < low or price > high else "lost",
        "even": lambda: "won" if str(price)[-1] in "02468" else "lost",
        "odd": lambda: "won" if str(price)[-1] in "13579" else "lost",
    }
    result = outcomes[kind]()
    paid_as = {"refund": "tie", "lose": "lost", "win": "won"}[told["tie_rule"]] if result == "tie" else result
    due = {"tie": number("stake"), "lost": number("stake") * (number("loss_refund_rate") or 0),
           "won": number("stake") * (1 + (number("payout_rate") or 0))}[paid_as]  # fmt: skip
    unit = Decimal("1e-8") if told.get("currency_decimals") == 8 else Decimal("0.01")
    if told["expiry_rule"] == "grid":
        grid, earliest = told["grid_s"] * 1_000, told["accepted_at"] + told["deadtime_s"] * 1_000
        # The first point of the grid that is not too early; one more where the boundary itself is.
        fits = {max(0, expiry - earliest) // grid == 0 and expiry >= earliest and expiry % grid == 0,
                expiry - earliest == grid and expiry % grid == 0}  # fmt: skip
    else:
        length = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}[told["duration_unit"]]
        fits = {told["accepted_at"] + told["duration_value"] * length == expiry}
    return bool(entries) and is_one("exit", end[0]) and told["result"] == result and True in fits and (
        abs(due - number("payout_paid")) < unit)  # fmt: skip


def asked(record, tape):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_trade", str(record), "--ticks", str(tape), json=True, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_ten_thousand_damaged_inputs(tmp_path):
    chance, ends, ways = dice("trades"), Counter(), Counter()
    record, tape = tmp_path / "record.json", tmp_path / "ticks.csv"
    whole = sheet().encode()
    for number in range(times(400, 10_000, "MUTATIONS")):
        base = chance.choice(SQUARE)
        how, text, sheets = "", json.dumps(base).encode(), whole
        if number % 5 < 3 or number % 50 == 4:
            how, text = damaged_record(base, chance)
        if number % 5 >= 3:
            which, sheets = damaged_ticks(chance)
            how += f"ticks {which}"
        record.write_bytes(text)
        tape.write_bytes(sheets)
        again = f"mutation {number}, {how}: {text[:3_000]!r} with {sheets[:1_500]!r}"
        code, out, err = asked(record, tape)
        answer = json.loads(out)
        if code == 2:
            assert err.replace("\n", "").isprintable(), again
            assert answer["refused"], again
            for fault in answer["refused"]:
                assert fault["field"], again
                assert fault["reason"] in REASONS, again
            ends["refused"] += 1
        else:
            assert (code, err) == (0, ""), again
            assert next(ANSWER.iter_errors(answer), None) is None, again
            ends[answer["verdict"]] += 1
            if answer["verdict"] == "match":
                assert borne_out(text, sheets), again
        ways[how] += 1
    tell(mutations=sum(ends.values()), **ends, ways=len(ways))
    assert ends["refused"] > sum(ends.values()) // 4
    assert min(ends.values()) > 0
    # What bears out a match says so of the untouched ones, and not of what was disputed.
    assert all(borne_out(json.dumps(told).encode(), whole) is (told != disputed()) for told in SQUARE)
