"""Facts are read as strictly as records: wrong ones are refused by their place, unknown names are told."""

import copy
import json
import random
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from helpdesk.verification import facts, records, report, schema
from helpdesk.verification.case import Case
from helpdesk.verification.management.commands.verify_trade import answer_for
from helpdesk.verification.ticks import Tick
from helpdesk.verification.values import Refused

from . import test_bonus, test_freezes, test_ledger, test_terms
from .known import MINUTE, T, ask, contract

PEER = {
    "symbol": "EURUSD", "feed_id": "X", "expiry_at": T + MINUTE, "exit_rule": "last_at_or_before",
    "exit_price": "1.08421", "exit_seq": 4,
}  # fmt: skip
FULL = {
    "as_of": T + MINUTE, "absent": [], **test_ledger.facts(acts=[{"kind": "bonus", "reference": "B-1"}]),
    **test_bonus.bonus(), **test_freezes.incident(T, T + 5_000), **test_terms.KNOWN,
    "sessions": {"before": 9, "during": 8, "own_lost": True}, "freeze": test_freezes.FREEZE,
    "peers": [PEER, PEER | {"exit_price": "1.08409", "exit_seq": 5}],
    "tolerances": {"name": "house", "version": "4", "srv_ms": 40},
}  # fmt: skip


def file(known):
    return records.load(json.dumps(contract() | {"facts": known}))


def refused(known, **changes):
    with pytest.raises(Refused) as caught:
        Case.of(contract(**changes) | {"facts": known})
    return caught.value.faults


def test_everything_is_read_by_its_type():
    case = Case.of(file(FULL))
    assert case.facts.ledger[1].amount == Decimal("91.00")
    assert (case.facts.bonus.rule.multiplier, case.facts.terms[0].until_at) == (30, T - 100 * 86_400_000)
    assert case.peers == case.facts.peers
    assert len(case.peers) == 2
    assert Case.of(contract()).peers is None
    assert (
        Case.of(contract() | {"facts": None}).facts
        == Case.of(contract() | {"facts": {}}).facts
        == facts.Facts()
    )


@pytest.mark.parametrize(
    ("known", "place", "reason"),
    [
        ([], "facts", "not_an_object"),
        ("x", "facts", "not_an_object"),
        (False, "facts", "not_an_object"),
        ({"ledger": {}}, "facts.ledger", "not_a_list"),
        ({"ledger": [None]}, "facts.ledger[0]", "not_an_object"),
        ({"ledger": [*test_ledger.LINES[:3], {"seq": 1, "kind": "fee", "amount": 1.5}]},
         "facts.ledger[3].amount", "not_a_number"),
        ({"ledger": [{"seq": 1, "kind": "fee"}]}, "facts.ledger[0].amount", "missing"),
        ({"ledger": [{"seq": True, "kind": "fee", "amount": "1"}]}, "facts.ledger[0].seq", "not_whole"),
        ({"ledger": [{"seq": 1, "kind": "gift", "amount": "1"}]}, "facts.ledger[0].kind", "not_a_code"),
        ({"ledger": [{"seq": 1, "kind": "fee", "amount": "1"}, {"seq": 1, "kind": "fee", "amount": "2"}]},
         "facts.ledger[1].seq", "contradiction"),
        ({"balance": {"from": T, "until": T - 1}}, "facts.balance.until_at", "order"),
        ({"balance": {"from": T, "from_at": T + 1}}, "facts.balance.from_at", "twice"),
        ({"balance": {"opening": "1e3"}}, "facts.balance.opening", "not_a_number"),
        ({"bonus": {"rule": {"multiplier": "-1"}}}, "facts.bonus.rule.multiplier", "negative"),
        ({"bonus": {"rule": {"products": ["spot", 1.0]}}}, "facts.bonus.rule.products[1]", "not_text"),
        ({"bonus": {"stakes": [{"reference": "a", "stake": "0", "at": T}]}}, "facts.bonus.stakes[0].amount",
         "not_positive"),
        ({"bonus": {"stakes": [{"reference": "a", "stake": "1", "at": T},
                               {"reference": "a", "stake": "1", "at": T + 1}]}},
         "facts.bonus.stakes[1].reference", "contradiction"),
        ({"bonus": {"deposit_locked": "no"}}, "facts.bonus.deposit_locked", "not_yes_or_no"),
        ({"claim": {"from": T, "until": T - 1}}, "facts.claim.until_at", "order"),
        ({"incidents": [{"id": "1", "from": T // 1_000}]}, "facts.incidents[0].from_at", "not_ms"),
        ({"orders_per_minute": [{"minute": T + 1, "orders": 1}]}, "facts.orders_per_minute[0].minute",
         "not_a_minute"),
        ({"orders_per_minute": [{"minute": T, "orders": -1}]}, "facts.orders_per_minute[0].orders",
         "not_whole"),
        ({"terms": [{"version": "1", "from": T}, {"version": "1", "from": T + 1}]}, "facts.terms[1].version",
         "contradiction"),
        ({"freeze": {"held": "2", "balance": "1"}}, "facts.freeze.held", "more_than_all"),
        ({"freeze": {"at": T, "review_at": T - 1}}, "facts.freeze.review_at", "order"),
        ({"freeze": {"legal_basis": "because"}}, "facts.freeze.legal_basis", "not_a_code"),
        ({"peers": [PEER | {"exit_price": None}]}, "facts.peers[0].exit_price", "missing"),
        ({"tolerances": {"name": "x", "version": "1", "window_ms": 10**9}}, "facts.tolerances.window_ms",
         "not_whole"),
        ({"tolerances": {"srv_ms": 1}}, "facts.tolerances.name", "missing"),
        ({"absent": ["freeze"], "freeze": {}}, "facts.absent[0]", "contradiction"),
        ({"absent": ["ledger"]}, "facts.absent[0]", "not_a_code"),
        ({"as_of": str(T)}, "facts.as_of", "not_ms"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_place(known, place, reason):
    assert (place, reason) in refused(known)


def test_faults_of_record_and_facts_are_told_together_and_are_bounded():
    found = refused({"ledger": [{}], "freeze": {"at": "x"}}, stake="-1")
    assert found[0] == ("stake", "not_positive")
    assert [place for place, _reason in found[1:]] == [
        "facts.ledger[0].seq", "facts.ledger[0].kind", "facts.ledger[0].amount", "facts.freeze.at",
    ]  # fmt: skip
    assert len(refused({"ledger": [{}] * 9_000, "peers": [{}] * 9_000})) <= 50


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("ledger", 100_000),
        ("peers", 100_000),
        ("orders_per_minute", 100_000),
        ("incidents", 10_000),
        ("terms", 500),
    ],
)
def test_lists_are_bounded(name, most):
    assert refused({name: [None] * (most + 1)}) == ((f"facts.{name}", "too_large"),)
    assert refused({name: [None] * most})[0] == (f"facts.{name}[0]", "not_an_object")


@pytest.mark.parametrize("depth", [20, 300, 20_000])
def test_what_is_nested_without_end_is_refused_or_told(depth):
    text = json.dumps(contract())[:-1] + ', "facts": {"ledger": ' + "[" * depth + "]" * depth + "}}"
    with pytest.raises(Refused):
        Case.of(records.load(text))


def test_names_that_no_rule_knows_are_told():
    known = copy.deepcopy(FULL) | {"weather": 1}
    known["ledger"][0]["amout"] = known["ledger"][1]["amout"] = "1"
    known["bonus"]["rule"]["by"] = {"deep": []}
    answer = report.verify(Case.of(file(known)))
    assert answer["unknown_fields"] == ["facts.bonus.rule.by", "facts.ledger[].amout", "facts.weather"]


def test_peers_give_c16_what_it_asks_for():
    known = {"peers": [PEER] * 40 + [PEER | {"exit_price": "1.08409", "exit_seq": 5}]}
    verdict, figures = ask("C16", known, exit_tick_price="1.08421", exit_tick_seq=4)
    assert (verdict, figures["contracts"], figures["prices"]) == ("mismatch", 41, 2)
    assert ask("C16", {"peers": known["peers"][:40]})[0] == "match"
    assert ask("C16", {"peers": []})[1]["missing"] == ["other_contracts"]
    assert ask("C16", {"peers": known["peers"][::-1]}) == ask("C16", known)


def limits(**told):
    return {"tolerances": {"name": "house", "version": "4", **told}}


def test_tolerances_stand_in_the_place_of_the_limits_and_are_named():
    # accepted 40 ms after it was received, settled 500 ms after expiry
    assert "limits" not in ask("C6")[1]
    for most, verdict in ((40, "match"), (39, "mismatch")):
        found, figures = ask("C6", limits(srv_ms=most))
        assert (found, figures["srv_limit_ms"], figures["settle_limit_ms"]) == (verdict, most, 5_000)
        assert figures["limits"] == {"name": "house", "version": "4"}
    # 10⁴ · (1.1000 − 1.1011) / 1.1011 = −9.9900 bps: over 5, the limit of EURUSD, over 9.98, not over 9.99
    entry = {"entry_tick_at": T, "entry_tick_seq": 2, "entry_tick_price": "1.1000"}
    ticks = [Tick(T + n, n + 2, "X", last=Decimal("1.1000")) for n in (-1, 0, 1)]
    ticks += [Tick(T - 1, 1, "Y", last=Decimal("1.1011"))]
    for told, verdict in ((None, "mismatch"), ("9.98", "mismatch"), ("9.99", "match")):
        found, figures = ask("C3", limits(deviation_bps=told), ticks, **entry)
        assert (found, figures["dev_bps"], figures["limits"]["version"]) == (verdict, "-9.9900", "4")
    # the exit tick is a second old at expiry
    ticks = [Tick(T + MINUTE - 1_000, 1, "X", last=Decimal(1)), Tick(T + MINUTE + 1, 2, "X", last=Decimal(2))]
    for most, verdict in ((1_000, "match"), (999, "mismatch")):
        found, figures = ask("C4", limits(stale_ms=most), ticks, exit_tick_price="1")
        assert (found, figures["stale_limit_ms"], figures["limits"]["name"]) == (verdict, most, "house")


def test_the_published_schema_describes_the_facts():
    valid = Draft202012Validator(schema.record())
    Draft202012Validator.check_schema(schema.record())
    assert valid.is_valid(contract() | {"facts": json.loads(json.dumps(FULL))})
    assert valid.is_valid(contract() | {"facts": None})
    for wrong in ([], {"ledger": {}}, {"ledger": [{"seq": 1}]}, {"freeze": {"at": "x"}}, {"absent": ["x"]}):
        assert not valid.is_valid(contract() | {"facts": wrong})


def test_facts_are_of_the_file_that_is_hashed(tmp_path):
    path, hashes = tmp_path / "record.json", set()
    for known in (FULL, FULL | {"as_of": T + MINUTE + 1}, None):
        path.write_text(json.dumps(contract() | {"facts": known}))
        answer = answer_for(path, [])
        hashes.add(answer["inputs"]["record_sha256"])
        assert Draft202012Validator(schema.answer()).is_valid(json.loads(json.dumps(answer)))
    assert len(hashes) == 3


def test_no_rearranging_of_any_list_changes_the_answer():
    draw, expected = random.Random(5), report.verify(Case.of(file(FULL)))
    assert {code for code, one in expected["checks"].items() if one["verdict"] == "mismatch"} >= {"C16"}
    for _ in range(5):
        assert report.verify(Case.of(file(_mixed(FULL, draw)))) == expected


def _mixed(value, draw):
    if isinstance(value, dict):
        pairs = [(name, _mixed(each, draw)) for name, each in value.items()]
        return dict(draw.sample(pairs, len(pairs)))
    return draw.sample(value, len(value)) if isinstance(value, list) else value


HOSTILE = [
    None, True, -1, 0, 2**70, 1.5, "", "x" * 201, "-0", "1e9", "NaN", "１", "9" * 18, "\u202e", [], [[]], {},
    {"a": []}, T, T + 1, "adjustment", "1", [None] * 3, "\ud800",
]  # fmt: skip


def test_hostile_facts_are_refused_or_answered_and_never_crash():
    draw, answered, places = random.Random(17), 0, set()
    for _ in range(600):
        known = copy.deepcopy(FULL)
        for _ in range(draw.choice([1, 1, 2, 4])):
            _hurt(known, draw)
        try:
            answer = report.verify(Case.of(contract() | {"facts": known}))
        except Refused as error:
            places |= {place.partition(".")[0] for place, _reason in error.faults}
        else:
            answered += 1
            assert answer["verdict"] in ("mismatch", "not_determinable")
    assert 50 < answered < 500
    assert places == {"facts"}


def _hurt(value, draw):
    """Puts something else at a place somewhere within, drops it, or gives it twice."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = draw.choice(keys)
        if not isinstance(value[key], dict | list) or not value[key] or draw.random() < 0.15:
            break
        value = value[key]
    what = draw.randrange(4)
    if what == 0:
        del value[key]
    elif what == 1 and isinstance(value, list):
        value.append(value[key])
    else:
        value[key] = draw.choice(HOSTILE)


@pytest.mark.parametrize(
    ("product", "elsewhere"),
    [
        ("binary", set()),
        ("spot", set()),
        ("futures", set()),
        ("p2p", {"C13", "C14"}),
        ("withdrawal", {"C14"}),
        ("deposit", {"C14"}),
    ],
)
def test_products_that_a_check_does_not_concern(product, elsewhere):
    record = {"product": product, "record_id": "1", "created_at": T}
    checks = report.verify(Case.of(contract() if product == "binary" else record))["checks"]
    for code in ("C11", "C13", "C14", "C15", "C17"):
        verdict = "not_applicable" if code in elsewhere else "not_determinable"
        assert (code, checks[code]["verdict"]) == (code, verdict)
