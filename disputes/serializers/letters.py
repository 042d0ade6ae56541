"""The shape of letters for programs."""

from rest_framework import serializers

from ..models import Letter
from ..reads import letters
from ..states import LetterKind


class LetterOut(serializers.Serializer):
    """A letter as it was issued: to read (`text`), and exactly (`canonical`, which `sha256` is of)."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(LetterKind.choices)
    language = serializers.CharField()
    template = serializers.IntegerField(source="template.number")
    subject = serializers.CharField(source="title")
    text = serializers.SerializerMethodField()
    canonical = serializers.CharField(source="spoken_body")
    sha256 = serializers.CharField()
    issued_at = serializers.DateTimeField()
    chain_head = serializers.CharField()

    def get_text(self, letter: Letter) -> str:
        """The whole letter as plain text."""
        return letters.plain(letter)
