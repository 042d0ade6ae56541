"""Hostile values in every field of every product: a refusal that names the field, or an answer."""

import json
from dataclasses import fields

import pytest

from helpdesk.verification import records, report
from helpdesk.verification.case import Case
from helpdesk.verification.values import Refused

from .test_fills import T, fill, spot, tape
from .test_futures import MARK, TAKEN, funded
from .test_transfers import p2p, step, withdrawal

MOST, LEAST = "999999999999999999.999999999999999999", "0.000000000000000001"
VALUES = (
    None, MOST, LEAST, "0", "-1", 0, 7, T, T - 1, T + 10**10, True, "x", "limit", [], {}, [[]], [{}], 2**70,
    "NaN", [fill(MOST, LEAST, fee=MOST, fee_asset="BTC", liquidity="taker")],
    [step("6", T), step("completed", T + 1)],
)  # fmt: skip
GIVEN = {
    "spot": spot(feed_id="ref", taker_fee_rate="0.001"),
    "futures": funded(**TAKEN, **MARK, fills=spot()["fills"], side="buy", type="market"),
    "withdrawal": withdrawal(), "deposit": withdrawal(product="deposit"), "p2p": p2p(),
}  # fmt: skip


@pytest.mark.parametrize("product", GIVEN)
def test_no_value_of_any_field_breaks_anything(product):
    ticks = tape(*["100", "100.1", "99.9"] * 10)
    names = [one.name for one in fields(records.KINDS[product]) if "kind" in one.metadata]
    assert len(names) > 30
    # Five of the values for each field, others for the next one.
    tried = [(name, VALUES[(n + 5 * k) % len(VALUES)]) for n, name in enumerate(names) for k in range(5)]
    verdicts, elsewhere = set(), list[tuple[str, str]]()
    for number, (name, value) in enumerate(tried):
        try:
            given = records.parse(GIVEN[product] | {name: value})
        except Refused as refused:
            # Or a field whose moment now contradicts it.
            elsewhere += [
                (name, field)
                for field, why in refused.faults
                if not field.startswith(name) and why != "order"
            ]
        else:
            answer = report.verify(Case(given, ticks if number % 2 else ()))
            verdicts.add(json.loads(json.dumps(answer))["verdict"])
    assert elsewhere == []
    assert verdicts <= {"match", "mismatch", "not_determinable"}


@pytest.mark.parametrize("product", GIVEN)
def test_without_any_one_field_nothing_is_guessed(product):
    """Leaving a field out may open a question, or close one that rested on it; it never makes a mismatch."""
    whole = GIVEN[product]
    before = report.verify(Case(records.parse(whole)))["checks"]
    for name in whole.keys() - {"product", "record_id"}:
        after = report.verify(Case(records.parse(whole | {name: None})))["checks"]
        worse = {code for code in after if after[code]["verdict"] == "mismatch" != before[code]["verdict"]}
        assert not worse, (name, worse, after)
