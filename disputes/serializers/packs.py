"""The shapes of files for bodies outside, and of the directory of these bodies, for programs."""

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text

from ..forms.packs import UNITS
from ..models import ExternalPack
from ..states import DOMAIN, Binding, CountsFrom, LetterLanguage


class NewPack(StrictSerializer):
    """For which body: its code, or the name of one that is not in the directory."""

    body = Text(max_length=40, required=False, default="")
    body_name = Text(max_length=160, required=False, default="")
    their_reference = Text(max_length=80, required=False, default="")
    language = serializers.ChoiceField(LetterLanguage.choices, required=False, default="")


class Handed(StrictSerializer):
    """When and how it went to the body."""

    day = serializers.DateField()
    how = Text(max_length=300)


class PackOut(serializers.Serializer):
    """A file made for one body; `sha256` is of the bytes that `url` gives."""

    number = serializers.IntegerField()
    body = serializers.CharField(source="body.code", default="")
    name = serializers.CharField()
    their_reference = serializers.CharField()
    language = serializers.CharField()
    letter = serializers.IntegerField(source="letter.number", default=None, allow_null=True)
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField(source="made_by.__str__")
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    handed_at = serializers.DateTimeField(allow_null=True)
    handed_on = serializers.DateField(allow_null=True)
    handed_by = serializers.SerializerMethodField()
    handed_how = serializers.CharField()
    url = serializers.SerializerMethodField()

    def get_handed_by(self, pack: ExternalPack) -> str | None:
        """Who recorded that it went there."""
        return str(pack.handed_by) if pack.handed_by else None

    def get_url(self, pack: ExternalPack) -> str:
        """Where its bytes are, for the same key."""
        where = reverse("api_dispute_pack", args=[self.context["reference"], pack.number])
        return settings.BASE_URL + where


class BodyIn(StrictSerializer):
    """What is known of a body outside; what is left out stays as it is."""

    name_en = Text(max_length=160, required=False)
    name_zh = Text(max_length=160, required=False)
    country = serializers.RegexField(r"^([A-Za-z]{2})?$", required=False, allow_blank=True)
    jurisdictions = serializers.ListField(
        child=serializers.ChoiceField([row["code"] for row in DOMAIN["jurisdictions"]]),
        required=False,
        max_length=20,
    )
    covers_en = Text(max_length=300, required=False, allow_blank=True)
    covers_zh = Text(max_length=300, required=False, allow_blank=True)
    web = serializers.URLField(max_length=200, required=False, allow_blank=True)
    languages = Text(max_length=120, required=False, allow_blank=True)
    limit_n = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3650)
    limit_unit = serializers.ChoiceField([code for code, _word in UNITS], required=False)
    counts_from = serializers.ChoiceField(CountsFrom.choices, required=False)
    cost_en = Text(max_length=200, required=False, allow_blank=True)
    cost_zh = Text(max_length=200, required=False, allow_blank=True)
    binding = serializers.ChoiceField(Binding.choices, required=False)
    position = serializers.IntegerField(required=False, min_value=0, max_value=999)
    active = serializers.BooleanField(required=False)


class NewBody(BodyIn):
    """A body that is not in the directory."""

    code = serializers.SlugField(max_length=40)


class BodyOut(serializers.Serializer):
    """A row of the directory."""

    code = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    country = serializers.CharField()
    jurisdictions = serializers.ListField(child=serializers.CharField())
    covers_en = serializers.CharField()
    covers_zh = serializers.CharField()
    web = serializers.CharField()
    languages = serializers.CharField()
    limit_n = serializers.IntegerField(allow_null=True)
    limit_unit = serializers.CharField()
    counts_from = serializers.CharField()
    cost_en = serializers.CharField()
    cost_zh = serializers.CharField()
    binding = serializers.CharField()
    position = serializers.IntegerField()
    active = serializers.BooleanField()
