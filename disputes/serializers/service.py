"""The shape of a neutral's figures."""

from rest_framework import serializers


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
    out_of_pool = serializers.BooleanField(source="out")
