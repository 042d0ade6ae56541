"""Who the key speaks for."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.views import ApiView


class MeSerializer(serializers.Serializer):
    """The person a key speaks for, and what the key may do."""

    email = serializers.EmailField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(child=serializers.CharField(), source="key.scopes")
    key_expires_at = serializers.DateTimeField(source="key.expires_at", allow_null=True)


class Me(ApiView):
    """Who am I."""

    resource = "me"

    @extend_schema(operation_id="me", summary="Who the key speaks for", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The key's owner, its scopes and when it ends."""
        person: Any = request.user
        person.key = request.auth
        return Response(MeSerializer(person).data)
