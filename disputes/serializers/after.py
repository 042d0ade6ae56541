"""The shapes of what follows a decision: decisions that are sent, appeals, the way outside."""

from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text

from ..models import ExternalReferral
from ..states import REVIEWED, Finding, Ground, Side


class NewFinding(StrictSerializer):
    """The answer to one point."""

    point = serializers.IntegerField(min_value=1)
    finding = serializers.ChoiceField(Finding.choices)
    answer = Text(max_length=20_000)


class NewDecision(StrictSerializer):
    """A decision to send: `do` says as what. A reviewer confirms, varies or sends back."""

    do = serializers.ChoiceField(["provisional", "second", "final", *REVIEWED])
    facts = Text(max_length=50_000, required=False, default="")
    rule_applied = Text(max_length=50_000, required=False, default="")
    reasoning = Text(max_length=50_000, required=False, default="")
    calculation = Text(max_length=50_000, required=False, default="")
    not_accepted = Text(max_length=50_000, required=False, default="")
    comments_answered = Text(max_length=20_000, required=False, default="")
    evidence = serializers.ListField(child=Text(max_length=8), required=False, default=list)
    outcome = Text(max_length=20, required=False, default="")
    root_cause = Text(max_length=20, required=False, default="")
    remedy = Text(max_length=20, required=False, default="")
    amount = serializers.DecimalField(
        max_digits=38, decimal_places=18, required=False, allow_null=True, default=None
    )
    currency = Text(max_length=12, required=False, default="")
    findings = NewFinding(many=True, required=False, default=list)
    differs_because = Text(max_length=4000, required=False, default="")
    seen = Text(max_length=64, required=False, default="")


class EarlierOut(serializers.Serializer):
    """A decision in another case of the same problem type, nobody named."""

    quarter = serializers.CharField()
    category = serializers.CharField()
    rules = serializers.CharField()
    terms = serializers.IntegerField()
    same_rules = serializers.BooleanField()
    same_terms = serializers.BooleanField()
    outcome = serializers.CharField()
    remedy = serializers.CharField()
    cause = serializers.CharField()
    findings = serializers.ListField(child=serializers.CharField())


class SimilarOut(serializers.Serializer):
    """`usual` is what most came to, empty without a majority; `seen` goes back with the decision."""

    seen = serializers.CharField()
    usual = serializers.CharField()
    decisions = EarlierOut(many=True)


class AppealOut(serializers.Serializer):
    """A request for a review, and what became of it."""

    number = serializers.IntegerField()
    side = serializers.ChoiceField(Side.choices)
    at = serializers.DateTimeField()
    against = serializers.IntegerField(source="against.number")
    ground = serializers.ChoiceField(Ground.choices)
    reasons = serializers.CharField()
    language = serializers.CharField()
    result = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ReferralOut(serializers.Serializer):
    """The case is with an outside body; what it found beside what we found, once it is known."""

    number = serializers.IntegerField()
    body = serializers.CharField(source="body.code", default="")
    name = serializers.CharField()
    day = serializers.DateField()
    their_reference = serializers.CharField()
    told_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField()
    outcome_text = serializers.CharField()
    outcome_day = serializers.DateField(allow_null=True)
    ours = serializers.CharField()
    differs = serializers.BooleanField(allow_null=True)
    remedy = serializers.CharField()
    amount = serializers.SerializerMethodField()
    currency = serializers.CharField()
    recorded_at = serializers.DateTimeField(allow_null=True)

    def get_amount(self, referral: ExternalReferral) -> str | None:
        """The sum as text, digit for digit."""
        return f"{referral.amount.normalize():f}" if referral.amount is not None else None


class OutsideOut(serializers.Serializer):
    """A body the case can go to, and its last day; null while that cannot be said."""

    code = serializers.CharField(source="body.code")
    name = serializers.CharField(source="body.__str__")
    web = serializers.CharField(source="body.web")
    limit = serializers.IntegerField(source="body.limit_n", allow_null=True)
    unit = serializers.CharField(source="body.limit_unit")
    counts_from = serializers.CharField(source="body.counts_from")
    binding = serializers.CharField(source="body.binding")
    since = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)
