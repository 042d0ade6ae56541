"""The shape of a neutral's figures."""

from rest_framework import serializers


class ScoreOut(serializers.Serializer):
    """One question: from 1 to 5."""

    mean = serializers.FloatField()
    median = serializers.FloatField()


class SaidOut(serializers.Serializer):
    """What both sides said, once five of each have; it moves with every fifth answer of a side."""

    trader = serializers.IntegerField()
    platform = serializers.IntegerField()
    fairness = ScoreOut()
    clarity = ScoreOut()
    pace = ScoreOut()


class NeutralOut(serializers.Serializer):
    """One neutral; `share` is the upheld share in per cent with its interval, from five cases on."""

    person = serializers.EmailField(source="person.email")
    active = serializers.IntegerField()
    cap = serializers.IntegerField()
    median_days = serializers.FloatField(allow_null=True)
    late_accept = serializers.IntegerField(source="accept")
    late_contact = serializers.IntegerField(source="contact")
    late_silence = serializers.IntegerField(source="silence")
    late_end = serializers.IntegerField(source="end")
    settled = serializers.IntegerField()
    decided = serializers.IntegerField()
    share = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    survey = SaidOut(source="said", allow_null=True)
    out_of_pool = serializers.BooleanField(source="out")
