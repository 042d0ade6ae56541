"""The shapes of approvals, holds and what is erased."""

from decimal import Decimal

from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text

from ..reads.money import Standing
from ..states.paying import Keep, Need, Source


def plain(value: Decimal | None) -> str | None:
    """A figure as text, digit for digit."""
    return None if value is None else f"{value.normalize():f}"


class ApprovalOut(serializers.Serializer):
    """Who let it go out, as what, by which figures."""

    by = serializers.CharField(source="by.__str__")
    role = serializers.CharField()
    at = serializers.DateTimeField()
    rate = serializers.DecimalField(max_digits=24, decimal_places=10, allow_null=True)
    rate_day = serializers.DateField(allow_null=True)
    usd = serializers.DecimalField(max_digits=38, decimal_places=2, allow_null=True)
    counted = serializers.DecimalField(max_digits=38, decimal_places=2, allow_null=True)


class AuthorityOut(serializers.Serializer):
    """A promise of money: its sum, the band it falls into, and the approvals it has and lacks."""

    id = serializers.IntegerField(source="authority.pk")
    dispute = serializers.CharField(source="authority.dispute.reference")
    source = serializers.ChoiceField(Source.choices, source="authority.source")  # type: ignore[assignment]
    kind = serializers.CharField(source="authority.kind")
    amount = serializers.SerializerMethodField()
    currency = serializers.CharField(source="authority.currency")
    proposed_by = serializers.SerializerMethodField()
    usd = serializers.DecimalField(max_digits=38, decimal_places=2, source="figures.usd", allow_null=True)
    counted = serializers.DecimalField(
        max_digits=38, decimal_places=2, source="figures.counted", allow_null=True
    )
    above = serializers.DecimalField(max_digits=20, decimal_places=2, source="figures.above", allow_null=True)
    needs = serializers.ListField(child=serializers.ChoiceField(Need.choices), source="figures.needs")
    missing = serializers.ListField(child=serializers.ChoiceField(Need.choices))
    complete = serializers.BooleanField()
    approvals = ApprovalOut(many=True)

    def get_amount(self, standing: Standing) -> str | None:
        """The sum as text, digit for digit."""
        return plain(standing.authority.amount)

    def get_proposed_by(self, standing: Standing) -> str:
        """Who proposed it; empty while nobody has, for the platform."""
        return str(standing.authority.proposed_by or "")


class HoldOut(serializers.Serializer):
    """A hold on a case."""

    id = serializers.IntegerField(source="pk")
    dispute = serializers.CharField(source="dispute.reference")
    kind = serializers.ChoiceField(Keep.choices)
    reason = serializers.CharField()
    set_by = serializers.CharField(source="setter")
    set_at = serializers.DateTimeField()
    lift_asked_by = serializers.CharField(source="lift_asked_by.__str__", default="")
    lift_reason = serializers.CharField()
    lifted_by = serializers.CharField(source="lifted_by.__str__", default="")
    lifted_at = serializers.DateTimeField(allow_null=True)


class PurgeOut(serializers.Serializer):
    """A case that is due to be erased, or was."""

    id = serializers.IntegerField(source="pk")
    dispute = serializers.CharField(source="dispute.reference")
    retained = serializers.CharField()
    due_on = serializers.DateField()
    reason = serializers.CharField()
    first_by = serializers.CharField(source="first_by.__str__", default="")
    second_by = serializers.CharField(source="second_by.__str__", default="")
    done_at = serializers.DateTimeField(allow_null=True)
    files = serializers.IntegerField()
    sha256 = serializers.CharField()


class NewHold(StrictSerializer):
    """A case to hold."""

    dispute = Text(max_length=16)
    kind = serializers.ChoiceField([Keep.LEGAL.value, Keep.AML.value])
    reason = Text(max_length=1000)


class EndHold(StrictSerializer):
    """The end of a hold: asked for with a reason, or agreed to."""

    agree = serializers.BooleanField(required=False, default=False)
    reason = Text(max_length=1000, required=False, default="")
