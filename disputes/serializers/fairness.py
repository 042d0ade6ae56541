"""The shapes of what keeps the whole fair: systemic issues."""

from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text


class NewSystemicStep(StrictSerializer):
    """`note` and `close` say the `text`, `give` names `owner` and `due_on`, `contacted` the `trader`."""

    step = serializers.ChoiceField(["note", "give", "contacted", "close"])
    text = Text(max_length=4000, required=False, default="")
    owner = Text(max_length=254, required=False, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    trader = serializers.IntegerField(min_value=0, required=False, default=0)


class SystemicOut(serializers.Serializer):
    """A cause that was upheld again and again."""

    number = serializers.IntegerField(source="pk")
    root_cause = serializers.CharField()
    state = serializers.CharField()
    opened_at = serializers.DateTimeField()
    owner = serializers.EmailField(source="owner.email", default="")
    due_on = serializers.DateField()
    result = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)


class SystemicCaseOut(serializers.Serializer):
    """A case in which it was upheld."""

    reference = serializers.CharField()
    register_no = serializers.CharField()
    issued_at = serializers.DateTimeField()
    measure = serializers.CharField(source="answer.measure", default="")
    measures = serializers.CharField(source="answer.measures", default="")


class AffectedOut(serializers.Serializer):
    """A trader who may be affected, too."""

    trader = serializers.IntegerField(source="trader.pk")
    ticket = serializers.CharField()
    at = serializers.DateTimeField()
    contacted_at = serializers.DateTimeField(allow_null=True)


class SystemicNoteOut(serializers.Serializer):
    """What somebody did about it."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class SystemicOneOut(serializers.Serializer):
    """One issue with its cases, its notes and the traders who may be affected."""

    issue = SystemicOut()
    cases = SystemicCaseOut(many=True)
    notes = SystemicNoteOut(many=True)
    affected = AffectedOut(many=True)
