"""Random walks through whole disputes, by everybody, legal and not, against a model of the law.

WALKS=2000 walks so many, FAULT_SEED others. A walk that goes astray is shortened to the steps it needs and
shown (`walker.run(ground, seed, steps=[...])` walks them again), and the others are still walked.
"""

import time
from collections import Counter

import pytest

from disputes.models import Dispute
from tests.support import faults

from .walks import walker
from .walks.acts import ACTS

pytestmark = pytest.mark.django_db
SHORT = 6
WALKS = faults.times(SHORT, 2000, "WALKS")
# In haste as many as fit; on a slow machine fewer, but never none.
AT_MOST = 12.0 if WALKS == SHORT else float("inf")
ENOUGH_FAULTS = 8
# Rows of 1.4 that are no move of a case: T26 leaves it where it is, T29 comes years after its end.
NO_MOVES = {"T26", "T29"}


class Tally:
    """What was met on the way."""

    def __init__(self):
        self.rows, self.refused, self.ended, self.acts = Counter(), Counter(), Counter(), Counter()
        self.walked = self.steps = 0
        self.astray, self.began = [], time.perf_counter()

    def add(self, walk):
        self.walked, self.steps = self.walked + 1, self.steps + len(walk.steps)
        self.rows += walk.rows
        self.refused += walk.refused
        self.ended[walk.case.state] += 1

    def tell(self):
        minutes = (time.perf_counter() - self.began) / 60
        faults.tell(
            walks=self.walked, a_minute=round(self.walked / minutes, 1), steps=self.steps,
            rows=dict(sorted(self.rows.items())), refused=dict(self.refused), ended=dict(self.ended),
            acts=dict(self.acts.most_common()), never=sorted(set(ACTS) - set(self.acts)),
            astray=len(self.astray),
        )  # fmt: skip


def seeds():
    dice = faults.dice("walks")
    return (dice.getrandbits(48) for _n in range(WALKS))


def test_walks(settings):
    settings.API_PER_MINUTE = {"read": 10**9, "write": 10**9, "anonymous": 10**9}
    ground, tally = walker.base(), Tally()
    for seed in seeds():
        try:
            tally.add(walker.run(ground, seed, seen=tally.acts))
        except walker.Astray as astray:
            print(f"seed {seed}: {astray}\nwhole: {astray.steps}", flush=True)
            steps, why = walker.shorten(ground, seed, astray)
            tally.astray.append(f"seed {seed}: {why or astray}\nsteps: {steps}")
            print(tally.astray[-1], flush=True)
        if tally.walked % 100 == 0 and WALKS != SHORT:
            tally.tell()
        over = time.perf_counter() - tally.began > AT_MOST
        if over or len(tally.astray) == ENOUGH_FAULTS:
            break
    tally.tell()
    assert not tally.astray, "\n\n".join(tally.astray)
    assert tally.walked
    if WALKS > 500:
        moved = {row[:3] for row in tally.rows}
        assert moved | NO_MOVES == {f"T{n:02}" for n in range(1, 30)}
        assert set(tally.acts) == set(ACTS)
        assert set(tally.refused) == {400, 401, 403, 404, 409}


def test_the_model_bites(settings):
    """A product that lacks one rule is found out: who may know of a case, and who may take one."""
    settings.API_PER_MINUTE = {"read": 10**9, "write": 10**9, "anonymous": 10**9}
    ground, do = walker.base(), walker.Doing
    steps = [
        walker.Start("complaint", "UK-FCA"),
        do("omar", "look"),
        do("hal", "take_case"),
        do("hub", "take_case"),
    ]
    assert walker.run(ground, 1, steps=steps).case.state == "investigating"
    for name, broken, told in (
        ("disputes.access.dispute_for", lambda _who, ref: Dispute.objects.get(reference=ref), "law says 404"),
        ("disputes.access.handler_of", lambda _dispute: None, "law says 409"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(name, broken)
            with pytest.raises(walker.Astray, match=told):
                walker.run(ground, 1, steps=steps)
