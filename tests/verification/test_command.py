"""The command at its door: the published example on files, the schemas, refusals, and no database at all."""

import gzip
import io
import json
import os
import resource
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from jsonschema import Draft202012Validator

from helpdesk.verification import report, schema
from helpdesk.verification.records import KINDS
from tests.verification.good import EXPIRY, FEED, ROWS, disputed, right, sheet, verify

ANSWER = Draft202012Validator(schema.answer())
RECORD = Draft202012Validator(schema.record())


def call(*args, **options):
    """(exit code, what was printed, what was complained of)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_trade", *map(str, args), stdout=out, stderr=err, **options)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def on_files(tmp_path):
    """`on_files(record, sheet)`: the answer, or the refusals, of the command with --json."""

    def ask(told, *sheets):
        record = tmp_path / "record.json"
        record.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
        paths = []
        for number, given in enumerate(sheets):
            paths.append(tmp_path / f"ticks{number}.csv")
            paths[-1].write_bytes(given if isinstance(given, bytes) else given.encode())
        code, out, _err = call(record, *[part for path in paths for part in ("--ticks", path)], json=True)
        answer = json.loads(out)
        if code == 0:
            ANSWER.validate(answer)
            return answer
        assert code == 2
        return [(fault["field"], fault["reason"]) for fault in answer["refused"]]

    return ask


def test_the_published_example(on_files):
    answer = on_files(disputed(), sheet())
    assert answer["verdict"] == "mismatch"
    assert answer["recomputed"] == {"result": "won", "payout": "91.00"}
    assert answer["difference"] == "91.00"
    found = {code: one["verdict"] for code, one in answer["checks"].items()}
    assert {code: found[code] for code in ("C1", "C2", "C3", "C4", "C5", "C6", "C16")} == {
        "C1": "match", "C2": "mismatch", "C3": "match", "C4": "mismatch", "C5": "match", "C6": "match",
        "C16": "not_determinable",
    }  # fmt: skip
    told = {code: one["figures"] for code, one in answer["checks"].items()}

    def has(code, **figures):
        assert {name: told[code].get(name) for name in figures} == figures

    has("C1", result="lost", due="0.00", paid="0.00")
    has("C2", strike="1.08415", exit_price="1.08421", exit_by="terms", recomputed="won", recorded="lost")
    has("C3", on_tape=True, dev_bps="0.0000", reference="1.08415")
    # demo-b within 2 s: 1.08414, 1.08415, 1.08415, 1.08416; quarters at 1.0841475 and 1.0841525.
    assert (told["C3"]["box"]["q1"], told["C3"]["box"]["grade"]) == ("1.0841475", "inside_box")
    has("C4", terms_at=EXPIRY, terms_seq=4, terms_price="1.08421", used_at=EXPIRY + 450, used_price="1.08409",
        reason="other_tick")  # fmt: skip
    has("C5", recomputed=EXPIRY, off_ms=0)
    has("C6", age_ms=120, srv_ms=35, settle_ms=610)
    assert answer["missing"] == sorted({"other_contracts", *answer["missing"]})
    # The same by whoever knows the other contracts of that expiry, here as facts in the file itself.
    one = {"symbol": "EURUSD", "feed_id": FEED, "expiry_at": EXPIRY, "exit_rule": "last_at_or_before",
           "exit_price": "1.08421", "exit_seq": 4}  # fmt: skip
    others = [one] * 40 + [one | {"exit_price": "1.08409", "exit_seq": 5}]
    assert on_files(disputed(facts={"peers": others}), sheet())["checks"]["C16"] == {
        "verdict": "mismatch",
        "figures": {"contracts": 41, "exits": 2, "exit_prices": ["1.08409", "1.08421"], "prices": 2},
    }
    # And settled as the terms say it is a match as a whole.
    settled = on_files(right(), sheet())
    assert (settled["verdict"], settled["difference"]) == ("match", "0.00")


def test_it_is_told_in_lines_too(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(disputed()))
    (tmp_path / "t.csv").write_text(sheet())
    code, out, err = call(tmp_path / "r.json", "--ticks", tmp_path / "t.csv")
    assert (code, err, out.splitlines()[0]) == (0, "", "mismatch")
    assert "recomputed: won, 91.00" in out
    assert "difference: 91.00" in out


def test_how_the_files_are_cut_and_packed_changes_nothing(on_files):
    whole = on_files(disputed(), sheet())
    packed = gzip.compress(sheet(ROWS[3:]).encode())
    assert on_files(disputed(), sheet(ROWS[:4]), packed) == whole
    assert on_files(disputed(), "\ufeff" + sheet().replace("\n", "\r\n") + "\r\n") == whole
    other = [*ROWS[:3], (FEED, 4, EXPIRY, "", "", "1.0842100"), *ROWS[4:]]
    assert on_files(disputed(), sheet(other))["inputs"] == whole["inputs"]
    assert on_files(disputed(note="x"), sheet())["inputs"] != whole["inputs"]
    # The last of thirty-six digits is hashed as well.
    one, two = (sheet([(FEED, 4, EXPIRY, "", "", "1" * 18 + "." + "1" * 17 + end)]) for end in "12")
    assert on_files(disputed(), one)["inputs"] != on_files(disputed(), two)["inputs"]


# Half a character, levels without end, names twice, an exponent that would fill the memory.
HALF = b'{"product": "binary", "record_id": "1", "contract_type": "call", "stake": 1, "note": "\\ud800"}'
DEEP = b'{"product": "binary", "raw": ' + b"[" * 600 + b"]" * 600 + b"}"


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        (b"", "record", "not_json"),
        (b"\xff\xfe\x00", "record", "not_json"),
        (b'{"product": NaN}', "record", "not_json"),
        (b"[" * 100_000, "record", "not_json"),
        (b" " * 4_000_001, "record", "too_large"),
        (b"[]", "record", "not_an_object"),
        (b"{}", "product", "missing"),
        (b'{"product": ["binary"]}', "product", "not_a_code"),
        (DEEP, "raw", "too_deep"),
        (HALF, "note", "not_unicode"),
        (b'{"stake": 1, "stake": 1}', "stake", "twice"),
        (b'{"a\\u001b[2J": 1, "a\\u001b[2J": 1}', "a\\u001b[2J", "twice"),
        (json.dumps(right(entry_price="1.2")).encode(), "entry_tick_price", "twice"),
    ],
)
def test_what_cannot_be_judged_is_refused_by_its_field(on_files, given, field, reason):
    assert on_files(given) == [(field, reason)]


def test_numbers_that_would_fill_the_memory_are_kept_as_they_were_written(on_files):
    text = json.dumps(right()).removesuffix("}")
    for number in ("1e999999999", "1E-999999999", "9" * 5_000, "1e99999999999999999999"):
        answer = on_files(f'{text}, "raw": {number}}}'.encode(), sheet())
        assert answer["verdict"] == "match"
        assert on_files(f'{text}, "fee": {number}}}'.encode()) == [("fee", "not_a_number")]


HEAD = "feed_id,seq,ts_ms,bid,ask,last\n"
ROW = f"{FEED},4,{EXPIRY},,,1.08421\n"


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ("", ":1", "header"),
        ("feed,seq\n", ":1", "header"),
        (HEAD.upper(), ":1", "header"),
        (HEAD + "x,1\n", ":2", "columns"),
        (HEAD + ROW + ROW.replace("4,", "-4,"), ":3 seq", "not_whole"),
        (HEAD + ROW.replace("4,", "\u0664,", 1), ":2 seq", "not_whole"),
        (HEAD + ROW.replace("1.08421", "1.08421e0"), ":2 last", "not_a_number"),
        (HEAD + ROW.replace("1.08421", "0"), ":2 last", "not_positive"),
        (HEAD + ROW.replace("1.08421", ""), ":2", "no_price"),
        (HEAD + ROW.replace("000,", ","), ":2 ts_ms", "not_ms"),  # seconds
        (HEAD + ROW + ROW.replace("421", "422"), ":3 seq", "contradiction"),
        (HEAD + ROW.replace("demo", "de\0mo"), ":2 feed_id", "not_text"),
        (HEAD + ROW.replace("demo", "de\u202emo"), ":2 feed_id", "not_text"),
        (HEAD + '"demo', ":2", "not_csv"),
        (HEAD + '"demo\n",1,2,3,4,5\n', ":2", "not_csv"),
        (HEAD.encode() + b"\xff\xff,1\n", ":1", "not_csv"),
        (HEAD + "1" * 5_000, ":2", "too_long"),
        (gzip.compress((HEAD + ROW * 500).encode())[:-9], "", "truncated"),
        (b"\x1f\x8b\x00\x00", "", "truncated"),
    ],
)
def test_a_row_that_is_none_is_refused_by_its_line(on_files, given, field, reason):
    assert on_files(right(), given) == [(f"ticks0.csv{field}", reason)]


def test_two_files_that_contradict_each_other(on_files):
    assert on_files(right(), HEAD + ROW, HEAD + ROW.replace("421", "422")) == [
        (f"ticks {FEED} 4", "contradiction")]  # fmt: skip


def alone(*args):
    """The command as its own process, with every server it could ask behind a closed port."""
    closed = {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}
    return subprocess.run(
        [sys.executable, "manage.py", "verify_trade", *map(str, args)], cwd=settings.ROOT, timeout=120,
        capture_output=True, text=True, env=os.environ | closed, check=False,
    )  # fmt: skip


def test_it_needs_neither_database_nor_redis(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(disputed()))
    (tmp_path / "t.csv").write_text(sheet())
    told = alone(tmp_path / "r.json", "--ticks", tmp_path / "t.csv", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout)["difference"] == "91.00"
    code, out, err = call(tmp_path / "none.json", json=True)
    assert (code, err) == (2, "none.json: cannot be read\n")
    assert json.loads(out)["refused"][0]["reason"] == "unreadable"


@pytest.mark.parametrize("filling", [b"0", b"\n"])
def test_a_gzip_bomb_is_refused_without_filling_the_memory(tmp_path, filling):
    (tmp_path / "r.json").write_text(json.dumps(disputed()))
    with gzip.open(tmp_path / "t.csv.gz", "wb", compresslevel=1) as bomb:
        bomb.write(HEAD.encode())
        for _ in range(200):
            bomb.write(filling * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, out, _err = call(tmp_path / "r.json", "--ticks", tmp_path / "t.csv.gz", json=True)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert (code, json.loads(out)["refused"][0]["reason"]) == (
        2,
        "too_long" if filling == b"0" else "too_many",
    )
    assert grown < 50_000


def test_the_schemas_are_published_as_the_command_prints_them():
    for name, told in [("record", schema.record()), ("answer", schema.answer())]:
        Draft202012Validator.check_schema(told)
        published = settings.ROOT / "docs" / "schemas" / f"trade_{name}.json"
        printed = call("--schema", name)[1]
        again = f"manage.py verify_trade --schema {name} > docs/schemas/trade_{name}.json"
        assert published.read_text() == printed, f"the shape has changed: {again}"


def test_a_good_record_fits_the_schema_and_a_wrong_one_does_not():
    for good in (
        disputed(),
        right(),
        right(payout_rate=None, strike=1),
        right(exit_tick_price=None, exit_price=1),
    ):
        RECORD.validate(good)
    numbers = [
        "1e5",
        "01",
        " 1",
        "+1",
        ".5",
        "1.",
        "NaN",
        "Infinity",
        "\u0661",
        "1" * 19,
        True,
        [],
        {},
        10**19,
    ]
    moments = ["1767225600000", True, -1, 1_767_225_600, 1_767_225_600_000_000, 10**30]
    wrong = {
        "stake": [*numbers, 0, "0", "0.00", "-0", "-1", -1, None],
        "strike": [*numbers, 0, "-1"],
        "payout_paid": [*numbers, "-0.01", -1],
        "payout_rate": [*numbers, "-0.01"],
        "expiry_at": moments, "quote_at": moments,
        "record_id": ["", "x" * 201, "a\x00b", "a\u202eb", None, True, []],
        "product": ["spott", None, 1, []],
        "tie_rule": ["draw", "", 1], "exit_rule": ["random"], "boundary": [True], "result": ["WON"],
        "price_decimals": [-1, 19, "5", True], "entry_tick_seq": [-1, 2**63], "deadtime_s": [-1],
    }  # fmt: skip
    for field, values in wrong.items():
        for value in values:
            told = right() | {field: value}
            assert not RECORD.is_valid(told), (field, value)
    # What the schema lets pass may still contradict itself; what the reader takes, the schema takes.
    assert set(KINDS) == {kind["title"] for kind in RECORD.schema["oneOf"]}


def test_every_answer_fits_the_schema():
    for told in (disputed(), right(), right(result="cancelled"), {"product": "binary", "record_id": 1,
                 "contract_type": "x", "stake": 1}):  # fmt: skip
        for rows in (ROWS, ROWS[:2], []):
            inputs = {
                "record_sha256": report.fingerprint(told),
                "ticks_sha256": report.digest([]),
                "ticks": 0,
            }
            ANSWER.validate(verify(told, rows) | {"inputs": inputs})


def test_the_page_about_it_shows_the_example_that_is_tested():
    page = (settings.ROOT / "docs" / "verify_trade.md").read_text()
    blocks = [" ".join(block.split()) for block in page.split("\n\n")]
    assert next(json.loads(block) for block in blocks if block.startswith('{"product"')) == disputed()
    assert " ".join(sheet().split()) in blocks
