"""Who the key speaks for."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.serializers import StrictSerializer, Text
from helpdesk.api.views import ApiView

from .. import access
from ..operations import caring
from ..states import Need, Role
from . import Keyed


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


class AdjustmentOut(serializers.Serializer):
    """What is done differently for the key's owner."""

    id = serializers.IntegerField(source="pk")
    need = serializers.ChoiceField(Need.choices)
    text = serializers.CharField()
    in_hearings = serializers.BooleanField()
    noted_at = serializers.DateTimeField()


class NewAdjustment(StrictSerializer):
    """Something that is to be done differently from now on."""

    need = serializers.ChoiceField(Need.choices)
    text = Text(max_length=300, required=False, default="", allow_blank=True)
    in_hearings = serializers.BooleanField(required=False, default=False)


class Adjustments(ApiView):
    """What is done differently for me; why is never told to a program."""

    resource = "me"

    @extend_schema(
        operation_id="me_adjustments",
        summary="What is done differently for you",
        responses=AdjustmentOut(many=True),
    )
    def get(self, request: Keyed) -> Response:
        """Whoever noted it."""
        person = access.require(request.user, Role.TRADER)
        return Response(AdjustmentOut(access.adjustments(person), many=True).data)

    @extend_schema(
        operation_id="me_adjustments_note",
        summary="Say what is to be done differently",
        request=NewAdjustment,
        responses={201: AdjustmentOut},
    )
    def post(self, request: Keyed) -> Response:
        """Whoever serves you sees it."""
        person = access.require(request.user, Role.TRADER)
        made = caring.adjust(person, by=person, **self.checked(NewAdjustment, request))
        return Response(AdjustmentOut(made).data, status=201)


class Adjustment(ApiView):
    """One of them."""

    resource = "me"

    @extend_schema(
        operation_id="me_adjustments_remove",
        summary="Take it away",
        parameters=[OpenApiParameter("pk", int, OpenApiParameter.PATH, description="Its number.")],
        responses={204: None},
    )
    def delete(self, request: Keyed, pk: int) -> Response:
        """Whoever noted it."""
        caring.remove(access.adjustment_of(request.user, pk), by=request.user)
        return Response(status=204)
