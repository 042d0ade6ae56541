"""F24: what is published each quarter gives nobody away, and can be worked out again."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from disputes.models import Complaint, QuarterFigures
from disputes.operations import publishing
from disputes.reads import figures
from disputes.reads.smallcells import HIDDEN, LITTLE, SMALL, Figure, published, table
from helpdesk.core import clock
from tests.disputes.cases import decided, opened, paid

# Around the edge of what is small most can go wrong.
COUNTS = st.one_of(st.integers(0, 24), st.sampled_from([0, 1, 8, 9, 10, 11, 40]))


def solved_by_hand(found: list[Figure], shown: dict[str, str]) -> list[str]:
    """Hidden figures for which no other table fits what is shown. Independent of how they were hidden.

    Flows that fit differ by cycles, and one cycle changes no figure by more than one: so if a figure can
    be another, there is a table that fits in which it is one more or one less, and all others at most that.
    """
    inner = [figure for figure in found if "//" not in figure.name and not figure.name.endswith("/")]
    outer = [figure for figure in found if figure not in inner]
    cells = {figure.name: figure.value for figure in inner}
    parts = {}
    for figure in outer:
        _name, row, column = figure.name.split("/")
        places = [(one.name, *one.name.split("/")[1:]) for one in inner]
        parts[figure.name] = [name for name, r, c in places if row in ("", r) and column in ("", c)]
    free: set[str] = set()
    for steps in product((-1, 0, 1), repeat=len(cells)):
        moved = {name: value + step for (name, value), step in zip(cells.items(), steps, strict=True)}
        moved |= {name: sum(moved[cell] for cell in made) for name, made in parts.items()}
        if all(_fits(moved[figure.name], figure.value, shown[figure.name]) for figure in found):
            free |= {figure.name for figure in found if moved[figure.name] != figure.value}
    return [figure.name for figure in found if not shown[figure.name].isdigit() and figure.name not in free]


def _fits(value: int, true: int, shown: str) -> bool:
    """What a reader knows of it: a shown number is itself, a small one below ten, a hidden one not."""
    if shown.isdigit():
        return value == true
    return 0 <= value < SMALL if shown == LITTLE else value >= SMALL


@settings(max_examples=120, deadline=None)
@given(st.lists(COUNTS, min_size=6, max_size=6), st.sampled_from([(2, 3), (3, 2), (1, 6), (6, 1)]))
def test_f24_no_hidden_cell_can_be_worked_out(values, shape):
    columns = shape[1]
    cells = {(f"r{n // columns}", f"c{n % columns}"): value for n, value in enumerate(values)}
    found = table("t", cells)
    shown = published(found)
    for figure in found:
        assert (shown[figure.name] == LITTLE) == (figure.value < SMALL) or set(shown.values()) == {HIDDEN}
        assert shown[figure.name] in (LITTLE, HIDDEN, str(figure.value))
    if set(shown.values()) != {HIDDEN}:
        assert solved_by_hand(found, shown) == []
    # Most of a table of large numbers stays readable.
    if min(values) >= SMALL:
        assert all(text.isdigit() for text in shown.values())


def test_f24_the_known_traps():
    # One small cell beside its total; two that only add up one way; a second table with the same columns.
    assert published(table("t", {("a", "x"): 3, ("a", "y"): 30, ("a", "z"): 40}))["t/a/y"] == HIDDEN
    assert published(table("t", {("a", "x"): 0, ("a", "y"): 0, ("a", "z"): 40}))["t/a/z"] == HIDDEN
    linked = [
        Figure("g/a/x", "g.a", "in.x", 5), Figure("g/b/x", "g.b", "in.x", 20), Figure("g/a/", "S", "g.a", 5),
        Figure("g/b/", "S", "g.b", 20), Figure("x", "in.x", "out.x", 25), Figure("s/p/x", "out.x", "s.p", 25),
        Figure("s/p/", "s.p", "S", 25),
    ]  # fmt: skip
    shown = published(linked)
    assert (shown["g/a/x"], shown["g/b/x"]) == (LITTLE, HIDDEN)


@pytest.mark.django_db
def test_f24_a_quarter_is_published_once_and_can_be_worked_out_again(cast, client):
    case, other = paid(cast), opened(cast)
    assert figures.missing(datetime.now(UTC)) == []
    assert client.get("/statistics/").status_code == 200
    assert client.get("/statistics.json").status_code == 404
    running = figures.quarter_of(datetime.now(UTC))
    with clock.at(running.end + timedelta(days=1)):
        assert figures.missing(clock.judge()) == [running]
        assert publishing.publish_due() == 1
        assert publishing.publish_due() == 0
        assert not publishing.publish(running)
    out = QuarterFigures.objects.get()
    call_command("statistics", str(running), check=True, stdout=io.StringIO(), stderr=io.StringIO())
    # What happens later does not change it.
    Complaint.objects.filter(dispute=other).update(category="GEN-ASK")
    assert figures.work_out(running)["received"] == LITTLE
    page = client.get(f"/statistics/?quarter={running}").content.decode()
    assert out.sha256 in page
    told = client.get("/statistics.json").json()
    assert told["figures"]["closed"] == LITTLE
    lines = list(
        csv.DictReader(io.StringIO(client.get(f"/statistics.csv?quarter={running}").content.decode()))
    )
    assert {line["quarter"] for line in lines} == {str(running)}
    for text in (page, str(told), str(lines)):
        for name in (cast.mei.name, cast.nia.name, case.reference, cast.dan.name):
            assert name not in text
    for wrong in ("2020Q1", "2026Q9", "x"):
        assert client.get(f"/statistics/?quarter={wrong}").status_code == 404
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_quarterfigures SET sha256 = ''")
    with pytest.raises(CommandError):
        call_command("statistics", "2020Q1", check=True, stdout=io.StringIO())


@pytest.mark.django_db
def test_f24_the_figures_say_what_the_register_says(cast):
    """Thirty closed cases in rows of the register: what is shown is right, and the small cells are not."""
    decided(cast)
    row = {"category": "WDR-DELAY", "outcome": "upheld", "appeal_at": "", "final_response_kind": "decision",
           "mediation_from": "x", "breaches": "", "days_open": "4", "closed_at": "x"}  # fmt: skip
    closed = [row | {"days_open": str(n)} for n in range(1, 21)]
    closed += [row | {"outcome": "goodwill"}] * 12 + [row | {"category": "TRD-SLIP", "breaches": "ack"}] * 3
    shown = published(figures._network(closed))
    assert shown["closed"] == "35"
    assert figures._result(row | {"outcome": "goodwill"}) == "not_upheld"  # F8: a payment is no finding
    assert shown["result/not_upheld"] == HIDDEN  # beside it three results nobody had: they could be told
    assert shown["result/upheld"] == "23"
    assert shown["group/TRD/"] == LITTLE
    assert shown["group/WDR/"] == "32"  # what is left could be any of the other types
    assert shown["late"] == LITTLE
    assert figures._share(shown) == "> 71 %"
    days = figures._days(closed, shown)
    assert days["closed"] == ["4.0", "17"]
    assert "group/TRD/" not in days
