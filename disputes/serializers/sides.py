"""The shapes of what keeps both sides equal."""

from django.conf import settings
from rest_framework import serializers

from helpdesk.api.serializers import Number, StrictSerializer, Text

from ..models import SumHold
from ..states import Side
from ..states.fair import Acts, Caused, HoldEnd, HoldRule, HoldState, Standing


class SumHoldOut(serializers.Serializer):
    """A held sum. `amount` is text, digit for digit; `lock` is its number in wallet or ledger."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(HoldState.choices)
    amount = serializers.SerializerMethodField()
    asset = serializers.CharField()
    rule = serializers.ChoiceField(HoldRule.choices)
    until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    proposed_side = serializers.ChoiceField(Side.choices)
    proposed_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    lock = serializers.CharField(source="reference")
    end_side = serializers.ChoiceField(Side.choices, allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.ChoiceField(HoldEnd.choices, allow_blank=True)

    def get_amount(self, row: SumHold) -> str:
        """The sum as text."""
        return f"{row.amount.normalize():f}"


class NewSumStep(StrictSerializer):
    """`propose` says `amount`, `asset`, `rule`, a `day` if the rule is one, a `note`; `lock` says `lock`."""

    step = serializers.ChoiceField(["propose", "agree", "decline", "take_back", "release", "keep", "lock"])
    amount = serializers.DecimalField(
        max_digits=20, decimal_places=8, required=False, allow_null=True, default=None
    )
    asset = Text(max_length=12, required=False, default="")
    rule = serializers.ChoiceField(HoldRule.choices, required=False, default=HoldRule.CASE)
    day = serializers.DateField(required=False, allow_null=True, default=None)
    note = Text(max_length=1000, required=False, default="", allow_blank=True)
    lock = Text(max_length=120, required=False, default="")


class RepresentativeOut(serializers.Serializer):
    """Somebody named to act for the trader."""

    number = serializers.IntegerField()
    name = serializers.CharField(source="called")
    kind = serializers.ChoiceField(Acts.choices)
    state = serializers.ChoiceField(Standing.choices)
    from_on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)
    in_force = serializers.BooleanField(source="is_in_force")
    joined_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    check_reason = serializers.CharField()
    proof_sha256 = serializers.CharField()


class NewRepresentative(StrictSerializer):
    """Who is to act for the trader, with the proof as a file."""

    named = Text(max_length=120)
    email = serializers.EmailField(max_length=254)
    kind = serializers.ChoiceField(Acts.choices)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, default="")
    from_on = serializers.DateField(required=False, allow_null=True, default=None)
    until_on = serializers.DateField(required=False, allow_null=True, default=None)
    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), max_length=1)


class NewStanding(StrictSerializer):
    """What is to become of one; a refusal says why."""

    step = serializers.ChoiceField(["accept", "refuse", "revoke"])
    reason = Text(max_length=1000, required=False, default="")


class SurveyOut(serializers.Serializer):
    """A survey about a mediator that waits for the key's owner."""

    number = serializers.IntegerField()
    neutral = serializers.CharField(source="seat.user")
    closes_at = serializers.DateTimeField()


class NewSurveyAnswer(StrictSerializer):
    """From 1 to 5 each, and words if one likes."""

    fairness = Number(min_value=1, max_value=5)
    clarity = Number(min_value=1, max_value=5)
    pace = Number(min_value=1, max_value=5)
    words = Text(max_length=1000, required=False, default="", allow_blank=True)


class NewCareFinding(StrictSerializer):
    """Whether what makes the trader vulnerable had to do with the complaint, and why."""

    caused = serializers.ChoiceField(Caused.choices)
    reason = Text(max_length=500)


class NeedOut(serializers.Serializer):
    """What is done differently for the trader; why is never told to a program."""

    need = serializers.CharField()
    text = serializers.CharField()
