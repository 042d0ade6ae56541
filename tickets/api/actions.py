"""What can be done with a ticket."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.api import Keyed
from accounts.models import Person
from helpdesk.core.errors import Forbidden

from .. import access
from ..operations import assignment, complaining, conversation, lifecycle
from ..serializers import Assignment, ComplaintMark, MessageOut, NewNote, NewReply, Nothing, Reason, TicketOut
from ..states import Channel, Kind
from .base import REFERENCE, TicketView, context


class Assign(TicketView):
    """Who works on it."""

    @extend_schema(
        operation_id="tickets_assign",
        summary="Give a ticket to an agent",
        parameters=[REFERENCE],
        request=Assignment,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """By address, `me`, or null to put it back into the queue. For staff who answer."""
        ticket = access.ticket_to_work_on(request.user, reference)
        wanted = self.checked(Assignment, request)
        to = named(wanted["assignee"], request.user)
        assignment.assign(ticket, to=to, by=request.user, reason=wanted["reason"])
        return self.shown(request, reference)


def named(who: str | None, me: Person) -> Person | None:
    """The person who was named; 400 when nobody is meant."""
    if who is None or who == "me":
        return me if who else None
    if (person := access.assignee_by_email(who)) is None:
        raise ValidationError({"assignee": [_("Nobody with this address works on tickets.")]})
    return person


class Reply(TicketView):
    """An answer."""

    @extend_schema(
        operation_id="tickets_reply",
        summary="Reply to the other side",
        parameters=[REFERENCE],
        request=NewReply,
        responses={201: MessageOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """An agent's reply may also wait for the trader or propose the ticket as solved."""
        ticket = access.ticket_to_speak_on(request.user, reference)
        said = self.checked(NewReply, request)
        if said["then"] and ticket.requester_id == request.user.pk:
            raise Forbidden
        message = conversation.post_message(ticket, by=request.user, channel=Channel.API, **said)
        return Response(MessageOut(message, context=context(request, reference)).data, status=201)


class Note(TicketView):
    """A note among staff."""

    @extend_schema(
        operation_id="tickets_note",
        summary="Write an internal note",
        parameters=[REFERENCE],
        request=NewNote,
        responses={201: MessageOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Never shown to the requester; for staff who answer."""
        ticket = access.ticket_to_work_on(request.user, reference)
        said = self.checked(NewNote, request)
        message = conversation.post_message(
            ticket, by=request.user, kind=Kind.NOTE, channel=Channel.API, **said
        )
        return Response(MessageOut(message, context=context(request, reference)).data, status=201)


class Resolve(TicketView):
    """Solved."""

    @extend_schema(
        operation_id="tickets_resolve",
        summary="Mark as solved",
        parameters=[REFERENCE],
        request=Nothing,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """By either side."""
        ticket = access.ticket_to_speak_on(request.user, reference)
        self.checked(Nothing, request)
        lifecycle.change_status(ticket, "resolve", by=request.user)
        return self.shown(request, reference)


class Reopen(TicketView):
    """Not solved after all."""

    @extend_schema(
        operation_id="tickets_reopen",
        summary="Open again",
        parameters=[REFERENCE],
        request=Nothing,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """By either side; the promise of a solution starts anew."""
        ticket = access.ticket_to_speak_on(request.user, reference)
        self.checked(Nothing, request)
        lifecycle.change_status(ticket, "reopen", by=request.user)
        return self.shown(request, reference)


class Acknowledge(TicketView):
    """Somebody has taken its late promises on."""

    @extend_schema(
        operation_id="tickets_acknowledge",
        summary="Take the late promises on",
        parameters=[REFERENCE],
        request=Nothing,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """The ladder calls nobody further for an hour, once until it calls again: repeated, nothing changes,
        and taken over from somebody it is only noted. 409 when nothing is late. For staff who answer."""
        ticket = access.ticket_to_work_on(request.user, reference)
        self.checked(Nothing, request)
        lifecycle.take_on(ticket, by=request.user)
        return self.shown(request, reference)


class NoReplyNeeded(TicketView):
    """The requester's last word asks for no answer."""

    @extend_schema(
        operation_id="tickets_no_reply_needed",
        summary="Note that no reply is needed",
        parameters=[REFERENCE],
        request=Nothing,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Ends the promise of the next answer, on the record; 409 when none is owed. For staff who answer."""
        ticket = access.ticket_to_work_on(request.user, reference)
        self.checked(Nothing, request)
        lifecycle.no_reply_needed(ticket, by=request.user)
        return self.shown(request, reference)


class Complaint(TicketView):
    """Whether what was said is a complaint."""

    @extend_schema(
        operation_id="tickets_complaint",
        summary="Mark a message as a complaint, or as none",
        parameters=[REFERENCE],
        request=ComplaintMark,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """A complaint opens a case that counts from the message; 409 when the ticket has one already. That a
        message is none needs a reason. For staff who answer."""
        ticket = access.ticket_to_work_on(request.user, reference)
        told = self.checked(ComplaintMark, request)
        if told["complaint"]:
            complaining.mark(ticket, told["message"], by=request.user)
        else:
            complaining.dismiss(ticket, told["message"], by=request.user, reason=told["reason"])
        return self.shown(request, reference)


class Escalate(TicketView):
    """Not solved: to mediation."""

    @extend_schema(
        operation_id="tickets_escalate",
        summary="Escalate to mediation",
        parameters=[REFERENCE],
        request=Reason,
        responses=TicketOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """By the requester once a promise was missed or an answer did not help, or by a supervisor."""
        ticket = access.ticket_to_speak_on(request.user, reference)
        if ticket.requester_id != request.user.pk and not request.user.is_supervisor:
            raise Forbidden
        reason = self.checked(Reason, request)["reason"]
        lifecycle.escalate(ticket, by=request.user, reason=reason)
        return self.shown(request, reference)
