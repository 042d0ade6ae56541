"""Shapes that take exactly what they name: an unknown field is an error, never silently dropped."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from helpdesk.core.text import no_control_characters


class StrictSerializer(serializers.Serializer):
    """Refuses fields it does not know and fields that are only told, never taken."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values, or what is wrong with each field."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(str(name) for name in data if name not in known):
                said = [_("There is no such field here.")]
                raise serializers.ValidationError({name[:80]: said for name in unknown[:20]})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text that was sent as text: no numbers, no control characters."""

    default_error_messages = {"not_text": gettext_lazy("This must be text.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(no_control_characters)

    def to_internal_value(self, data: Any) -> str:
        """The text itself."""
        if not isinstance(data, str):
            self.fail("not_text")
        return super().to_internal_value(data)


class Number(serializers.IntegerField):
    """A whole number that was sent as one."""

    def to_internal_value(self, data: Any) -> int:
        """The number itself."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


@cache
def page_of(item: type[serializers.BaseSerializer]) -> type[serializers.Serializer]:
    """The shape of a cursor page of such items, for the description of the API."""
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": item(many=True),
    }
    return type(f"{item.__name__.removesuffix('Serializer')}Page", (serializers.Serializer,), fields)
