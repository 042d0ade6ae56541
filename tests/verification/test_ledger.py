"""C11 against ledgers added up by hand."""

import random

import pytest

from .known import MINUTE, T, ask, without

# 1000.00 − 50.00 + 91.00 − 0.50 − 200.00 + 20.00 = 860.50
LINES = [
    {"seq": 7, "kind": "stake", "reference": "871204", "amount": "-50.00", "at": T},
    {"seq": 8, "kind": "payout", "reference": "871204", "amount": "91.00", "at": T + MINUTE + 500},
    {"seq": 9, "kind": "fee", "reference": "871204", "amount": "-0.50", "at": T},
    {"seq": 10, "kind": "withdrawal", "reference": "W-1", "amount": "-200.00", "at": T + 2 * MINUTE},
    {"seq": 11, "kind": "bonus", "reference": "B-1", "amount": "20.00", "at": T + 3 * MINUTE},
]
BALANCE = {"opening": "1000.00", "closing": "860.50", "account_id": "A-1", "currency": "USD", "from": T - 1}


def facts(lines=LINES, acts=None, **changes):
    return {"ledger": lines, "balance": BALANCE | changes, "acts": acts}


def line(seq, kind, amount, reference="871204", **more):
    return {"seq": seq, "kind": kind, "amount": amount, "reference": reference, **more}


def less(*seqs):
    return [each for each in LINES if each["seq"] not in seqs]


def test_a_ledger_that_adds_up():
    acts = [
        {"kind": "withdrawal", "reference": "W-1", "amount": "-200"},
        {"kind": "bonus", "reference": "B-1"},
    ]
    verdict, figures = ask("C11", facts(acts=acts))
    assert verdict == "match"
    # −50.00 + 91.00 − 0.50 − 200.00 + 20.00 = −139.50; stake, fee, payout and two acts are named
    assert figures == {
        "entries": 5, "opening": "1000.00", "sum": "-139.50", "closing": "860.50", "off": "0.00",
        "from_seq": 7, "until_seq": 11, "named": 5,
    }  # fmt: skip


@pytest.mark.parametrize("closing", ["860.49", "860.51", "860.500000000000000001"])
def test_a_sum_that_is_off_by_the_least(closing):
    verdict, figures = ask("C11", facts(closing=closing))
    assert (verdict, figures["reason"], figures["faults"]) == ("mismatch", "wrong_sum", 1)


def test_a_line_that_is_missing_is_a_gap_a_lack_and_a_sum():
    # without the fee: −139.00; 860.50 − 1000.00 + 139.00 = −0.50
    verdict, figures = ask("C11", facts(less(9)))
    assert (verdict, figures["reason"], figures["seq"], figures["off"]) == ("mismatch", "gap", 9, "-0.50")
    assert [one["reason"] for one in figures["first"]] == ["gap", "missing", "wrong_sum"]
    assert figures["first"][1] == {"reason": "missing", "kind": "fee", "reference": "871204", "due": "-0.50"}


def test_others_lines_may_lie_between_where_the_platform_numbers():
    lines = [each | {"seq": each["seq"] * 100} for each in LINES]
    assert ask("C11", facts(lines, numbering="platform"))[0] == "match"
    verdict, figures = ask("C11", facts(lines))
    assert (verdict, figures["faults"], figures["seq"]) == ("mismatch", 4, 701)
    assert figures["first"][0]["lines"] == 99  # 701 to 799


def test_the_same_stake_taken_twice():
    # 860.50 − 50.00 = 810.50: the sums agree, the stake was still taken twice
    lines = [*LINES, line(12, "stake", "-50.00")]
    verdict, figures = ask("C11", facts(lines, closing="810.50"))
    assert (verdict, figures["reason"], figures["seq"], figures["faults"]) == ("mismatch", "doubled", 12, 1)
    assert figures["first"][0]["first_seq"] == 7


def test_what_was_doubled_and_taken_back_stands_once():
    lines = [*LINES, line(12, "stake", "-50.00"), line(13, "reversal", "50.00")]
    assert ask("C11", facts(lines))[0] == "match"
    # taken back once more, no stake is left: 860.50 + 50.00 = 910.50
    verdict, figures = ask(
        "C11", facts([*lines, line(14, "reversal", "50.00")], closing="910.50", until=T + 5)
    )
    assert (verdict, figures["reason"]) == ("mismatch", "missing")
    # a reversal before there was anything to take back takes nothing back
    early = [line(6, "reversal", "50.00"), *LINES, line(12, "stake", "-50.00")]
    assert ask("C11", facts(early))[1]["reason"] == "doubled"


def test_two_sums_for_one_act():
    lines = [*LINES, line(12, "payout", "9.00")]
    verdict, figures = ask("C11", facts(lines, closing="869.50"))
    assert (verdict, figures["reason"], figures["seq"]) == ("mismatch", "doubled", 12)
    # two parts of something that nobody named are no fault
    lines = [*LINES, line(12, "trade", "3", "other"), line(13, "trade", "4", "other")]
    assert ask("C11", facts(lines, closing="867.50"))[0] == "match"


def test_a_wrong_sum_is_named_with_its_line():
    # booked 90.00 where 91.00 were paid; 860.50 − 1.00 = 859.50
    lines = [LINES[0], LINES[1] | {"amount": "90.00"}, *LINES[2:]]
    verdict, figures = ask("C11", facts(lines, closing="859.50"))
    assert verdict == "mismatch"
    assert figures["first"] == [
        {"reason": "wrong_amount", "seq": 8, "kind": "payout", "reference": "871204", "booked": "90.00",
         "due": "91.00"},
    ]  # fmt: skip


def test_the_first_line_whose_balance_is_wrong():
    # after: 950, 1041, 1040.50, 840.50, 860.50; line 9 says 1040.40, from where 10 and 11 are right again
    after = ["950", "1041.00", "1040.40", "840.40", "860.40"]
    lines = [each | {"balance": told} for each, told in zip(LINES, after, strict=True)]
    verdict, figures = ask("C11", facts(lines))
    assert (verdict, figures["reason"], figures["seq"], figures["faults"]) == (
        "mismatch",
        "wrong_balance",
        9,
        1,
    )
    assert figures["first"][0] | {"recomputed": "1040.50", "balance": "1040.40"} == figures["first"][0]


def test_a_trade_may_be_one_line():
    # −50.00 + 91.00 = 41.00
    lines = [line(8, "trade", "41.00", at=T + MINUTE + 500), *LINES[2:]]
    assert ask("C11", facts(lines))[0] == "match"
    assert ask("C11", facts([lines[0] | {"amount": "91.00"}, *lines[1:]], closing="910.50"))[1]["reason"] == (
        "wrong_amount"
    )


def test_what_was_lost_needs_no_payout_and_what_was_sold_does():
    lost = {"result": "lost", "payout_paid": "0.00"}
    # 860.50 − 91.00 = 769.50; without line 8 the rest is numbered anew
    lines = [LINES[0] | {"seq": 8}, *LINES[2:]]
    assert ask("C11", facts(lines, closing="769.50"), **lost)[0] == "match"
    sold = {"result": "sold", "payout_paid": "30.00", "sold_at": T + 9_000, "settled_at": None}
    assert ask("C11", facts(lines, closing="769.50"), **sold)[1]["first"][0] == {
        "reason": "missing", "kind": "payout", "reference": "871204", "due": "30.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("until", "verdict"), [(T + MINUTE + 500, "mismatch"), (T + MINUTE + 499, "not_determinable")]
)
def test_a_ledger_says_nothing_about_what_came_after_it(until, verdict):
    lines = [LINES[0] | {"seq": 8}, LINES[2]]  # 1000.00 − 50.50 = 949.50, no payout
    found, figures = ask("C11", facts(lines, closing="949.50", until=until))
    assert found == verdict
    if verdict == "not_determinable":
        assert figures["missing"] == ["ledger_period"]


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (None, ["ledger"]),
        ({"balance": BALANCE}, ["ledger"]),
        ({"ledger": LINES}, ["ledger_closing", "ledger_opening"]),
        ({"ledger": LINES, "balance": without(BALANCE, "closing")}, ["ledger_closing"]),
        (facts(account_id="A-2"), ["ledger_of_account"]),
        (facts(currency="EUR"), ["ledger_in_currency"]),
        (facts([], closing="1000.00"), ["ledger_period"]),
    ],
)
def test_what_is_missing_is_named(known, missing):
    verdict, figures = ask("C11", known)
    assert (verdict, figures["missing"]) == ("not_determinable", missing)


def test_a_cancelled_contract_has_no_lines_that_are_known():
    verdict, figures = ask("C11", facts(), result="cancelled", payout_paid=None)
    assert (verdict, figures["missing"]) == ("not_determinable", ["terms_of_cancelling"])


def test_an_act_that_is_named_has_to_be_there():
    act = {"kind": "deposit", "reference": "D-1", "amount": "5", "at": T}
    assert ask("C11", facts(acts=[act]))[1]["first"][0]["kind"] == "deposit"
    # it was before the ledger began: nobody knows
    assert ask("C11", facts(acts=[act | {"at": T - 2}]))[1]["missing"] == ["ledger_period"]
    assert ask("C11", facts(acts=[act | {"at": T - 1}]))[0] == "mismatch"


def test_the_order_of_lines_and_a_line_given_twice_change_nothing():
    draw = random.Random(11)
    acts = [{"kind": "bonus", "reference": "B-1"}, {"kind": "deposit", "reference": "D-9", "amount": "1"}]
    for lines in (LINES, less(9), [*LINES, line(12, "stake", "-50.00"), line(15, "reversal", "50.00")]):
        expected = ask("C11", facts(lines, acts))
        for _ in range(8):
            mixed = lines + draw.sample(lines, 2)
            draw.shuffle(mixed)
            assert ask("C11", facts(mixed, acts[:: draw.choice([1, -1])])) == expected


def moved(product, lines, closing, **changes):
    """A finished withdrawal or deposit of 200 USDT, of which 1.50 is the fee."""
    told = {
        "product": product, f"{product}_id": "W-1", "asset": "USDT", "amount": "200", "fee": "1.50",
        "completed_at": T + 5,
    } | changes  # fmt: skip
    lines = [line(n, *each, at=T + 5) for n, each in enumerate(lines, 1)]
    known = facts(lines, opening="1000", closing=closing, currency="USDT")
    verdict, figures = ask("C11", known, **told)
    return verdict, figures.get("reason") or figures.get("missing")


@pytest.mark.parametrize(
    ("product", "lines", "closing", "reason"),
    [
        ("withdrawal", [("withdrawal", "-200", "W-1")], "800", None),
        # 200 − 1.50 = 198.50 and the fee on a line of its own
        ("withdrawal", [("withdrawal", "-198.50", "W-1"), ("fee", "-1.50", "W-1")], "800", None),
        ("withdrawal", [("withdrawal", "-200", "W-1"), ("fee", "-1.50", "W-1")], "798.50", "wrong_amount"),
        ("withdrawal", [("withdrawal", "-198.50", "W-1")], "801.50", "wrong_amount"),
        ("withdrawal", [("withdrawal", "-200", "W-1"), ("withdrawal", "-200", "W-1")], "600", "doubled"),
        ("withdrawal", [("withdrawal", "-200", "W-2")], "800", "missing"),
        ("deposit", [("deposit", "198.50", "W-1")], "1198.50", None),
        ("deposit", [("deposit", "200", "W-1"), ("fee", "-1.50", "W-1")], "1198.50", None),
        ("deposit", [("deposit", "200", "W-1")], "1200", "wrong_amount"),
        ("deposit", [], "1000", ["ledger_period"]),
    ],
)
def test_a_withdrawal_and_a_deposit_are_booked_whole_or_net_and_fee(product, lines, closing, reason):
    verdict = {None: "match", str: "mismatch", list: "not_determinable"}[reason and type(reason)]
    assert moved(product, lines, closing) == (verdict, reason)


def test_a_withdrawal_that_did_not_happen_needs_no_line():
    assert moved("withdrawal", [], "1000", completed_at=None, rejected_at=T) == ("match", None)
    assert moved("withdrawal", [], "1000", completed_at=None)[1] == ["completed_at"]
