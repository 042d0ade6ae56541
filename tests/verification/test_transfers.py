"""C12 of withdrawals, deposits and trades from person to person, and the published shape of all records."""

import json
from decimal import Decimal, localcontext

import jsonschema
import pytest

from helpdesk.verification import records, report, schema
from helpdesk.verification.case import Case
from helpdesk.verification.checks import CHECKS
from helpdesk.verification.checks.confirmations import required
from helpdesk.verification.facts import Facts
from helpdesk.verification.records.transfers import FOREIGN, RANKS, meaning
from helpdesk.verification.values import EXACT, Refused

T = 1_767_225_600_000  # 2026-01-01 00:00:00.000 UTC
MIN, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def step(status, at, **more):
    return {"status": status, "at": at, **more}


def withdrawal(**more):
    """1 BTC with a fee of 0.001; each step within its target, four confirmations of four."""
    return {
        "product": "withdrawal", "record_id": "w1", "asset": "BTC", "network": "BTC", "amount": "1",
        "fee": "0.001", "net_amount": "0.999", "address": "1Abc", "requested_at": T,
        "confirmed_by_user_at": T + 5 * MIN, "approved_at": T + HOUR, "broadcast_at": T + HOUR + MIN,
        "completed_at": T + 2 * HOUR, "txid": "f00", "confirmations": 4, "onchain_to": "1Abc",
        "onchain_amount": "0.999", **more,
    }  # fmt: skip


def ask(record, as_of=None):
    with localcontext(EXACT):
        found = CHECKS["C12"].ask(Case(records.parse(record), facts=Facts(as_of=as_of)))
    return str(found.verdict), found.figures, found.missing


def test_a_withdrawal_in_order():
    found, figures, _ = ask(withdrawal())
    # 5 min by the trader, 55 in review, 1 until sent, 59 on the chain.
    assert (found, figures["waits"]) == ("match", None)
    assert figures["waited_ms"] == {"user": 5 * MIN, "risk": 55 * MIN, "wallet": MIN, "network": 59 * MIN}
    assert figures["parts"] == {"sum": "match", "order": "match", "chain": "match", "time": "match"}


@pytest.mark.parametrize(
    ("more", "failed"),
    [
        ({"net_amount": "0.998", "onchain_amount": "0.998"}, "sum"),
        ({"approved_at": T + 4 * MIN}, "order"),  # before the trader had confirmed
        ({"rejected_at": T + 2 * HOUR}, "order"),  # refused and completed
        ({"status": "processing"}, "order"),
        ({"onchain_to": "1abc"}, "chain"),  # such addresses tell small from large letters
        ({"onchain_amount": "0.998999999999999999"}, "chain"),
        ({"memo_tag": "7", "onchain_memo_tag": "8"}, "chain"),
        ({"confirmations": 3}, "chain"), ({"required_confirmations": 5}, "chain"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_one(more, failed):
    found, figures, _ = ask(withdrawal(**more))
    assert (found, figures["failed"]) == ("mismatch", [failed])


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"fee": None}, {"fee"}), ({"onchain_to": None}, {"onchain_to"}), ({"address": None}, {"address"}),
        ({"confirmations": None}, {"confirmations"}), ({"network": None}, {"required_confirmations"}),
        ({"status_history": [step("frozen?", T + 9)]}, {"status_meaning"}),
        ({"status": "6"}, {"status_meaning"}), ({"onchain_amount": None}, {"onchain_amount"}),
    ],
)  # fmt: skip
def test_what_cannot_be_said(more, missing):
    found, _, lacking = ask(withdrawal(**more))
    assert (found, set(lacking)) == ("not_determinable", missing)


def test_bare_records_are_not_determinable():
    for product in ("withdrawal", "deposit", "p2p"):
        found, _, lacking = ask({"product": product, "record_id": "x"})
        assert (found, "status_history" in lacking) == ("not_determinable", True)
    assert ask({"product": "spot", "record_id": "x"})[0] == "not_applicable"


def test_each_time_has_a_target():
    # Review until T + 5 min + 24 h is exactly the target; one more is over it.
    late = T + 5 * MIN + DAY
    ends = {"broadcast_at": late + HOUR, "completed_at": late + 2 * HOUR}
    assert ask(withdrawal(approved_at=late, broadcast_at=late + 1, completed_at=late + 2))[0] == "match"
    found, figures, _ = ask(withdrawal(approved_at=late + 1, **ends))
    assert (found, figures["unexcused"]) == ("mismatch", ["risk"])
    # A reason that was recorded excuses it: of the whole, of the step, or a hold with a code.
    for reason in (
        {"delay_reason": "travel_rule"},
        {"status_history": [step("review", T + 5 * MIN, reason="manual")]},
        {"risk_hold_from": T + HOUR, "risk_hold_until": late, "risk_hold_code": "R7"},
    ):
        found, figures, _ = ask(withdrawal(approved_at=late + 1, **ends, **reason))
        assert (found, figures["over"]) == ("match", ["risk"])
    # A hold without a code does not; one of an hour does not excuse the 23 h 1 min and more around it.
    held = {"risk_hold_from": T + HOUR, "risk_hold_until": late}
    assert ask(withdrawal(approved_at=late + 1, **ends, **held))[0] == "mismatch"
    longer = {
        "approved_at": late + HOUR + 1,
        "broadcast_at": late + HOUR + 2,
        "completed_at": late + HOUR + 3,
    }
    short = {"risk_hold_from": T + HOUR, "risk_hold_until": T + 2 * HOUR, "risk_hold_code": "R7"}
    assert ask(withdrawal(**longer, **short))[1]["unexcused"] == ["risk"]
    # The record's own target stands in place of the house's; a trader may take any time.
    assert ask(withdrawal(risk_target_ms=55 * MIN - 1))[1]["unexcused"] == ["risk"]
    assert ask(withdrawal(risk_target_ms=55 * MIN))[0] == "match"
    slow = {name: withdrawal()[name] + 9 * DAY for name in ("confirmed_by_user_at", "approved_at")}
    slow |= {"broadcast_at": T + 9 * DAY + HOUR + MIN, "completed_at": T + 9 * DAY + 2 * HOUR}
    assert ask(withdrawal(**slow))[0] == "match"


@pytest.mark.parametrize(
    ("history", "more", "waits"),
    [
        ([step("requested", T)], {}, "risk"),  # nobody has asked the trader for anything
        ([step("user_confirm", T)], {}, "user"),
        ([step("review", T)], {}, "risk"),
        ([step("review", T)], {"risk_hold_from": T, "risk_hold_code": "KYC-2"}, "kyc"),
        ([step("processing", T)], {}, "wallet"),
        ([step("broadcast", T)], {"confirmations": 3}, "network"),
        ([step("confirming", T)], {"confirmations": 4}, "wallet"),  # the chain has done its part
        ([step("processing", T)], {"bank_account": "**42", "address": None, "network": None}, "bank"),
        ([step("completed", T), step("returned", T + 1)], {"confirmations": 4}, "returned"),
        ([step("rejected", T)], {}, None),
    ],
)  # fmt: skip
def test_where_it_waits(history, more, waits):
    record = {
        "product": "withdrawal", "record_id": "w", "asset": "BTC", "network": "BTC", "amount": "1",
        "fee": "0", "net_amount": "1", "address": "1A", "onchain_to": "1A", "onchain_amount": "1",
    }  # fmt: skip
    if more.get("bank_account"):
        record |= {"onchain_to": None}
    found, figures, missing = ask(record | more | {"status_history": history}, as_of=T + MIN)
    assert (found, figures["waits"], missing) == ("match", waits, ())
    # Until when it has waited, nobody knows without a moment to count to.
    if waits not in ("returned", None):
        assert ask(record | more | {"status_history": history})[2] == ("as_of",)


def test_foreign_statuses_are_mapped_and_never_guessed():
    assert [meaning("Binance", "withdrawal", str(n)) for n in range(8)] == [
        "user_confirm", "cancelled", "review", "rejected", "processing", "failed", "completed", None,
    ]  # fmt: skip
    # Of deposits the same numbers mean something else.
    assert meaning("binance", "deposit", "1") is None
    assert meaning("gate.io", "withdrawal", "DONE") == "completed"
    assert [meaning("gate", "withdrawal", word) for word in ("BCODE", "SPLITPEND", "FAIL", "done")] == [
        None
    ] * 4
    assert meaning("deribit", "withdrawal", "unconfirmed") == "user_confirm"
    assert meaning("deribit", "withdrawal", "interrupted") is None
    assert meaning("elsewhere", "withdrawal", "6") is None
    assert {word for words in FOREIGN.values() for word in words.values()} <= RANKS.keys()
    # Numbers arrive as numbers; what is unknown is told as it came.
    history = [step(0, T), step(2, T + MIN), step(4, T + 2 * MIN), step(6, T + 3 * MIN)]
    bare = dict.fromkeys(
        ("requested_at", "confirmed_by_user_at", "approved_at", "broadcast_at", "completed_at")
    )
    told = withdrawal(**bare, source_system="binance", status_history=history)
    assert ask(told)[1]["statuses"] == ["user_confirm", "review", "processing", "completed"]
    assert ask(told)[0] == "match"
    strange = told | {"status_history": [*history, step(17, T + 4 * MIN)]}
    found, figures, missing = ask(strange)
    assert (found, figures["unknown_statuses"], missing) == ("not_determinable", ["17"], ("status_meaning",))
    # Backwards: processing after it was completed. In whatever order the rows come, the moments tell.
    assert ask(told | {"status_history": [*history, step(4, T + 4 * MIN)]})[1]["failed"] == ["order"]
    assert ask(told | {"status_history": history[::-1]}) == ask(told)


def test_confirmations_are_a_table():
    def needs(source, asset, network):
        told = {"source_system": source, "asset": asset, "network": network}
        return required(records.parse(withdrawal(**told)))[:2]

    assert needs("OKX", "BTC", "Bitcoin") == (1, 1)
    assert (needs("cex.io", "BTC", "BTC"), needs("whitebit", "BTC", "BTC")) == ((3, 3), (2, 2))
    assert needs("somewhere", "BTC", "BTC") == (4, 4)
    assert (needs("whitebit", "USDT", "TRC-20"), needs("okx", "USDT", "TRC-20")) == ((20, 20), (None, None))
    assert needs("x", "USDT", "erc20") == (12, 64)
    assert needs("x", "BTC", "BEP20") == (None, None)
    # Between 12 and 64 nobody can say; below it is too few, from 64 it is enough.
    ether = withdrawal(asset="USDT", network="ERC-20", address="0xABC", onchain_to="0xabc")
    verdicts = [ask(ether | {"confirmations": n})[0] for n in (11, 12, 63, 64)]
    assert verdicts == ["mismatch", "not_determinable", "not_determinable", "match"]
    assert ask(ether | {"confirmations": 12, "required_confirmations": 12})[0] == "match"


def test_deposits():
    deposit = {
        "product": "deposit", "record_id": "d", "asset": "BTC", "network": "BTC", "amount": "1", "fee": "0",
        "net_amount": "1", "address": "bc1qXY", "onchain_to": "BC1QXY", "onchain_amount": "1",
        "confirmations": 4, "status_history": [step("confirming", T), step("completed", T + HOUR)],
    }  # fmt: skip
    assert ask(deposit)[0] == "match"
    assert ask(deposit | {"onchain_amount": "0.9"})[1]["chain_reason"] == "amount"
    # Confirmed and not credited: it waits with the platform, and over six hours without a reason is too long.
    waiting = deposit | {"status_history": [step("confirming", T)]}
    assert ask(waiting, as_of=T + 6 * HOUR)[1]["waits"] == "wallet"
    assert ask(waiting, as_of=T + 6 * HOUR + 1)[0] == "mismatch"


def p2p(**more):
    """0.5 coin at 7.10 for 3.55, released a quarter of an hour after it was marked as paid."""
    return {
        "product": "p2p", "record_id": "p", "qty": "0.5", "price": "7.10", "fiat": "CNY",
        "fiat_amount": "3.55",
        "created_at": T, "paid_marked_at": T + MIN, "released_at": T + 16 * MIN, **more,
    }  # fmt: skip


def test_from_person_to_person():
    found, figures, _ = ask(p2p())
    assert (found, figures["paid_to_release_ms"]) == ("match", 15 * MIN)
    assert ask(p2p(released_at=T + 16 * MIN + 1))[1]["failed"] == ["time"]
    assert ask(p2p(released_at=T + HOUR, delay_reason="name_differs"))[0] == "match"
    assert ask(p2p(released_at=T + HOUR, status_history=[step("appeal", T + 2 * MIN)]))[0] == "match"
    assert ask(p2p(released_at=T + HOUR, release_target_ms=HOUR))[0] == "match"
    assert ask(p2p(released_at=T + 1))[1]["failed"] == ["order"]
    assert ask(p2p(cancelled_at=T + 20 * MIN))[1]["failed"] == ["order"]
    assert ask(p2p(fiat_amount="3.56"))[1]["failed"] == ["sum"]
    assert ask(p2p(released_qty="0.4"))[1]["failed"] == ["sum"]
    assert ask(p2p(released_at=None))[2] == ("as_of",)
    assert ask(p2p(released_at=None), as_of=T + 16 * MIN + 1)[1]["waits"] == "user"
    assert ask(p2p(status_history=[step("frozen", T)]))[2] == ("status_meaning",)


@pytest.mark.parametrize(
    ("more", "owed"),
    [
        ({}, "0.000"),  # 0.999 − 0.999
        ({"onchain_amount": "0.9"}, "0.099"),
        ({"onchain_to": "1Xyz"}, "0.999"),  # it went elsewhere
        ({"onchain_to": None}, None),
        ({"completed_at": None}, "0.999"),  # still under way
        ({"completed_at": None, "rejected_at": T + 2 * HOUR}, None),  # was it given back?
        ({"completed_at": None, "rejected_at": T + 2 * HOUR, "refunded_amount": "0.4"}, "0.6"),
        ({"rejected_at": T + 3 * HOUR}, None),
        ({"fee": None}, None),
    ],
)  # fmt: skip
def test_what_is_still_owed(more, owed):
    found = report.verify(Case(records.parse(withdrawal(**more))))
    assert (found["difference"], found["recomputed"]["result"]) == (owed, None)
    assert report.verify(Case(records.parse(p2p())))["difference"] is None


def test_shifting_all_times_changes_nothing():
    moved = {name: value + DAY for name, value in withdrawal().items() if name.endswith("_at")}
    before, after = ask(withdrawal()), ask(withdrawal(**moved))
    assert (before[0], before[1]["waited_ms"]) == (after[0], after[1]["waited_ms"])


def test_reading():
    told = records.parse(withdrawal(**{"2fa_at": T, "status_history": [step(6, T, by=1)]}))
    assert (told.two_fa_at, told.status_history[0].status) == (T, "6")
    assert told.unknown == ("status_history[].by",)
    with pytest.raises(Refused) as refused:
        records.parse(withdrawal(amount="-1", status_history=[step("review", T), {"at": 5}]))
    assert refused.value.faults == (
        ("amount", "not_positive"), ("status_history[1].status", "missing"),
        ("status_history[1].at", "not_ms"),
    )  # fmt: skip


def test_the_published_shape_covers_every_product():
    shape = jsonschema.Draft202012Validator(schema.record())
    shape.check_schema(schema.record())
    assert {one["title"] for one in shape.schema["oneOf"]} == records.KINDS.keys()
    history = {"status_history": [step("review", T)]}
    fills = {"fills": [{"price": "1", "qty": 2, "executed_at": T}]}
    for product, more in (("withdrawal", history), ("deposit", history), ("p2p", history), ("spot", fills),
                          ("futures", fills)):  # fmt: skip
        assert shape.is_valid({"product": product, "record_id": "r", **more})
        assert not shape.is_valid({"product": product})
        for name, rows in more.items():
            assert not shape.is_valid({"product": product, "record_id": "r", name: rows[0]})
            assert not shape.is_valid({"product": product, "record_id": "r", name: [{}]})
    answers = jsonschema.Draft202012Validator(schema.answer())
    inputs = {"record_sha256": "0" * 64, "ticks_sha256": "0" * 64, "ticks": 0}
    for record in (withdrawal(), p2p()):
        found = json.loads(json.dumps(report.verify(Case(records.parse(record))))) | {"inputs": inputs}
        assert list(answers.iter_errors(found)) == []
        assert found["verdict"] == "match"
    assert Decimal(found["checks"]["C12"]["figures"]["qty"]) == Decimal("0.5")
