"""What both sides say of a neutral, only in sums in which nobody can find one answer (F21)."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Person
from accounts.states import Role

from ..models import Involvement, SurveyAnswer
from ..states import Side

# From this many answers of each side on, and then in steps of as many: one more answer never shows alone.
LEAST = 5


@dataclass(frozen=True)
class Score:
    """One question, from 1 to 5."""

    mean: float
    median: float


@dataclass(frozen=True)
class Said:
    """How many of each side are counted, and what they say."""

    trader: int
    platform: int
    fairness: Score
    clarity: Score
    pace: Score


def figures(people: Iterable[int]) -> dict[int, Said]:
    """For each of these neutrals of whom enough is known."""
    return {pk: _said(counted) for pk, counted in _counted(people).items()}


def _counted(people: Iterable[int]) -> dict[int, dict[str, list[SurveyAnswer]]]:
    """The answers that count, by neutral and side: the oldest, in whole steps, when both sides have one."""
    given: dict[int, dict[str, list[SurveyAnswer]]] = defaultdict(
        lambda: {Side.TRADER: [], Side.PLATFORM: []}
    )
    rows = SurveyAnswer.objects.filter(survey__seat__user__in=list(people)).select_related(
        "survey__seat", "survey__dispute"
    )
    for row in rows.order_by("at", "pk"):
        given[row.survey.seat.user_id][row.survey.side].append(row)
    whole = {
        pk: {side: found[: len(found) - len(found) % LEAST] for side, found in sides.items()}
        for pk, sides in given.items()
    }
    return {pk: sides for pk, sides in whole.items() if all(sides.values())}


def _said(sides: dict[str, list[SurveyAnswer]]) -> Said:
    rows = [row for found in sides.values() for row in found]

    def score(name: str) -> Score:
        given = [getattr(row, name) for row in rows]
        return Score(round(statistics.fmean(given), 1), float(statistics.median(given)))

    return Said(
        len(sides[Side.TRADER]), len(sides[Side.PLATFORM]),
        score("fairness"), score("clarity"), score("pace"),
    )  # fmt: skip


def words(rows: Iterable[Any], reader: Person) -> list[tuple[Person, list[str]]]:
    """For supervisors: what was written of neutrals, in no order that tells when; of no case of theirs."""
    if not reader.has_role(Role.SUPERVISOR):
        return []
    people = {row.person.pk: row.person for row in rows if row.person.pk != reader.pk}
    own = set(Involvement.objects.filter(user=reader).values_list("dispute_id", flat=True))
    found = []
    for pk, sides in _counted(people).items():
        answers = [row for given in sides.values() for row in given]
        kept = [row for row in answers if row.words and row.survey.dispute.purged_at is None]
        lines = sorted(row.words for row in kept if row.survey.dispute_id not in own)
        found += [(people[pk], lines)] if lines else []
    return found
