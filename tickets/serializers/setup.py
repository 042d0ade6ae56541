"""The shapes of what is set up: policies and calendars."""

from typing import Any

from rest_framework import serializers

from helpdesk.api.serializers import Number, StrictSerializer, Text
from helpdesk.timers.models import Calendar

from ..models import SlaPolicy
from ..states import Hearer, Metric


class NewTarget(StrictSerializer):
    """How fast something is promised."""

    metric = serializers.ChoiceField(Metric.choices)
    seconds = Number(min_value=1, max_value=366 * 24 * 3600)
    mode = serializers.ChoiceField(["calendar", "business"], default="calendar")


class NewRung(StrictSerializer):
    """A step of an escalation ladder: before the breach (`share`) or after it (`after`)."""

    key = Text(max_length=20, required=False)
    metric = serializers.ChoiceField([("", ""), *Metric.choices], required=False)
    share = serializers.FloatField(min_value=0, max_value=1, required=False)
    after = Number(min_value=0, max_value=60 * 24 * 3600, required=False)
    tell = serializers.ListField(child=serializers.ChoiceField(Hearer.choices), required=False)
    raise_priority = serializers.BooleanField(required=False)
    apologise = serializers.BooleanField(required=False)


class NewPolicy(StrictSerializer):
    """A promise for the tickets that fit the conditions; policies are tried in the order of `position`.

    `ladder` says who hears of a promise at risk or broken: rungs with `share` (of the time used up) or
    `after` (seconds after the breach), `tell`, `raise_priority`, `apologise`. `speed` divides the targets of
    a tier, `pauses` limits how long a clock may stand still, `apology_seconds` is the new promise after a
    breach.
    """

    name = Text(max_length=80)
    position = Number(min_value=0, max_value=100_000, default=100)
    conditions = serializers.DictField(
        child=serializers.ListField(child=Text(max_length=40), max_length=200), default=dict
    )
    calendar = Text(max_length=40)
    targets = NewTarget(many=True, allow_empty=False)
    is_default = serializers.BooleanField(default=False)
    ladder = NewRung(many=True, required=False)
    pauses = serializers.DictField(child=Number(allow_null=True), required=False)
    speed = serializers.DictField(child=serializers.FloatField(), required=False)
    apology_seconds = Number(min_value=60, max_value=366 * 24 * 3600, required=False)


class PolicyOut(serializers.Serializer):
    """An SLA policy with its version in force."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    is_default = serializers.BooleanField()
    active = serializers.BooleanField()
    version = serializers.IntegerField()
    conditions = serializers.DictField()
    calendar = serializers.CharField()
    targets = serializers.ListField(child=serializers.DictField())
    ladder = serializers.ListField(child=serializers.DictField())
    pauses = serializers.DictField()
    speed = serializers.DictField()
    apology_seconds = serializers.IntegerField()


def policy_shown(policy: SlaPolicy) -> dict[str, Any]:
    """A policy; its version is asked for once."""
    current = policy.current
    return {
        "id": policy.pk,
        "name": policy.name,
        "position": policy.position,
        "is_default": policy.is_default,
        "active": policy.active,
        "version": current.number,
        "conditions": current.conditions,
        "calendar": current.calendar_version.calendar.code,
        "targets": current.targets,
        "ladder": current.ladder,
        "pauses": current.pauses,
        "speed": current.speed,
        "apology_seconds": current.apology_seconds,
    }


class CalendarOut(serializers.Serializer):
    """Working hours with their version in force. `exceptions` replace a day's hours; holidays are in them."""

    code = serializers.CharField()
    name = serializers.CharField()
    active = serializers.BooleanField()
    version = serializers.IntegerField()
    tz = serializers.CharField()
    week = serializers.DictField()
    exceptions = serializers.DictField()


def calendar_shown(calendar: Calendar) -> dict[str, Any]:
    """A calendar; its version is asked for once."""
    current = calendar.current
    return {
        "code": calendar.code,
        "name": calendar.name,
        "active": calendar.active,
        "version": current.number,
        "tz": current.tz,
        "week": current.week,
        "exceptions": current.exceptions,
    }
