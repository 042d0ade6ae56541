"""The shapes of what opens a case to a mediator from outside."""

from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text


class NewPromise(StrictSerializer):
    """The promise in the words of version `number`, which `GET` shows."""

    number = serializers.IntegerField(min_value=1, max_value=32_000)


class PromiseOut(serializers.Serializer):
    """What is promised, in the language of the key's owner; `at` once it has been."""

    number = serializers.IntegerField()
    words = serializers.CharField()
    sha256 = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class NewRevocation(StrictSerializer):
    """Which grant ends now, and why."""

    grant = serializers.IntegerField(min_value=1)
    reason = Text(max_length=1000, required=False, allow_blank=True, default="")


class GrantOut(serializers.Serializer):
    """What opens the case to one mediator from outside; `agreed` names the sides that let names be told."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    starts_at = serializers.DateTimeField(source="since")
    until = serializers.DateTimeField(allow_null=True)
    past = serializers.BooleanField()
    over = serializers.BooleanField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    promised_at = serializers.DateTimeField(source="promised.at", default=None, allow_null=True)
    promised_version = serializers.IntegerField(source="promised.text.number", default=None, allow_null=True)
    names = serializers.BooleanField()
    agreed = serializers.ListField(child=serializers.CharField())


class NewNames(StrictSerializer):
    """Whether the owner's side lets names be told."""

    agree = serializers.BooleanField()
