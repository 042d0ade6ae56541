"""Forgiving typing: which known word comes closest to one that is not known."""

from collections.abc import Iterable

from django.db import connection

from . import text
from .models import Word

_NEAREST = """
SELECT typed.word, near.text
  FROM unnest(%s::text[]) AS typed(word)
  CROSS JOIN LATERAL (
        SELECT text FROM search_word
         WHERE text %% typed.word
         ORDER BY similarity(text, typed.word) DESC, abs(length(text) - length(typed.word)), text
         LIMIT 1) AS near
 WHERE NOT EXISTS (SELECT FROM search_word WHERE text = typed.word)
   AND similarity(near.text, typed.word) >= 0.35
"""


def learn(published: str) -> None:
    """Remember the Latin words of a text that everyone may read."""
    words = {piece for piece in text.pieces(published) if _worth_knowing(piece)}
    Word.objects.bulk_create([Word(text=word) for word in sorted(words)], ignore_conflicts=True)


def nearest(words: Iterable[str]) -> dict[str, str]:
    """For each word nobody has written: the known one that looks most alike, if any does."""
    unknown = [word for word in words if _worth_knowing(word)]
    if not unknown:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [unknown])
        return dict(cursor.fetchall())


def _worth_knowing(piece: str) -> bool:
    return 3 <= len(piece) <= 40 and not text.is_han(piece) and not piece.isdigit()
