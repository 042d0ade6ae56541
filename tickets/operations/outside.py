"""Whether a text names somebody outside the house: a regulator, a court, the press, the police.

The words are data (`data/outside_words.json`), in both languages. English ones count as whole words only,
names of authorities only as they are written; Chinese ones wherever they stand, for words have no gaps there.
Turns of phrase that only look alike are taken out first.
"""

import json
import re
from functools import cache
from pathlib import Path

from ..states import Outside

WORDS = Path(__file__).resolve().parents[1] / "data" / "outside_words.json"


def named(text: str) -> tuple[str, ...]:
    """Who is named, each once, in the order of `Outside`."""
    patterns, ignored = _patterns()
    text = ignored.sub(" ", text)
    return tuple(who for who, parts in patterns.items() if any(part.search(text) for part in parts))


@cache
def _patterns() -> tuple[dict[str, list[re.Pattern[str]]], re.Pattern[str]]:
    given = json.loads(WORDS.read_text(encoding="utf-8"))
    known = {
        who.value: [
            re.compile(whole(given[who]["en"]), re.IGNORECASE),
            *([re.compile(whole(given[who]["names"]))] if given[who]["names"] else []),
            re.compile("|".join(map(re.escape, given[who]["zh"]))),
        ]
        for who in Outside
    }
    both = f"{whole(given['ignored']['en'])}|{'|'.join(map(re.escape, given['ignored']['zh']))}"
    return known, re.compile(both, re.IGNORECASE)


def whole(words: list[str]) -> str:
    """A pattern for whole words. Not `\\b`: it sees no border between a Chinese sign and a Latin letter."""
    spaced = (r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return rf"(?<![A-Za-z0-9])(?:{'|'.join(spaced)})(?![A-Za-z0-9])"
