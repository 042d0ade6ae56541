"""What hangs on a ticket: messages, files, promises, the record."""

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.errors import TooLarge
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.core import files, vault

from .. import access
from ..models import Ticket
from ..operations import attaching, conversation
from ..serializers import AttachmentOut, EventOut, MessageOut, NewFiles, NewMessage, TimerOut
from ..states import Channel, Kind
from .base import REFERENCE, TicketView, context

MOST_BYTES = files.MAX_FILES * files.MAX_BYTES + 1024 * 1024


def to_write_on(request: Keyed, reference: str, kind: str) -> Ticket:
    """The ticket, if the owner may say this on it: both sides speak, notes are among staff."""
    door = access.ticket_to_work_on if kind == Kind.NOTE else access.ticket_to_speak_on
    return door(request.user, reference)


class Messages(TicketView):
    """What was said."""

    @extend_schema(
        operation_id="tickets_messages_list",
        summary="The conversation, from its beginning",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(MessageOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Staff also see internal notes."""
        messages = access.messages_for(request.user, self.ticket(request, reference))
        rows = messages.select_related("author").prefetch_related("attachments")
        told = context(request, reference)
        return self.page(
            request, rows, lambda found: MessageOut(found, many=True, context=told).data, ascending=True
        )

    @extend_schema(
        operation_id="tickets_messages_post",
        summary="Say something",
        parameters=[REFERENCE],
        request=NewMessage,
        responses={201: MessageOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """`public` speaks to the other side, `note` to staff alone."""
        self.ticket(request, reference)
        said = self.checked(NewMessage, request)
        ticket = to_write_on(request, reference, said["kind"])
        message = conversation.post_message(ticket, by=request.user, channel=Channel.API, **said)
        return Response(MessageOut(message, context=context(request, reference)).data, status=201)


class Files(TicketView):
    """Files on the ticket."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="tickets_attachments_list",
        summary="The files, from the first",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(AttachmentOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Those that hang on messages the owner may read."""
        rows = access.attachments_for(request.user, reference)
        told = context(request, reference)
        return self.page(
            request, rows, lambda found: AttachmentOut(found, many=True, context=told).data, ascending=True
        )

    @extend_schema(
        operation_id="tickets_attachments_post",
        summary="Send files",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewFiles},
        responses={201: MessageOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Up to ten of 25 MB each, as one message; what they are is decided by their bytes."""
        self.ticket(request, reference)
        sent = self.checked(NewFiles, request)
        ticket = to_write_on(request, reference, sent["kind"])
        uploads = [attaching.Upload(file, file.name or "file") for file in sent["files"]]
        stored = attaching.store(uploads)
        names = ", ".join(one.facts.name for one in stored)
        message = conversation.post_message(
            ticket,
            by=request.user,
            body=sent.get("body") or _("Files: %(names)s") % {"names": names},
            kind=sent["kind"],
            files=stored,
            channel=Channel.API,
        )
        return Response(MessageOut(message, context=context(request, reference)).data, status=201)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """What is too large to be kept is refused before it is read."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge(_("Ten files of 25 MB are the most that can be sent at once."))


class File(TicketView):
    """The bytes of one file."""

    @extend_schema(
        operation_id="tickets_attachments_one",
        summary="Download a file",
        parameters=[REFERENCE],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The bytes.")},
    )
    def get(self, request: Keyed, reference: str, key: str) -> HttpResponseBase:
        """As they were received; for saving, never for showing."""
        file = access.attachment_for(request.user, reference, key)
        stream = vault.to_send(file.storage_name)
        answer = FileResponse(
            stream, as_attachment=True, filename=file.name, content_type="application/octet-stream"
        )
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class Timers(TicketView):
    """The promises about the ticket."""

    @extend_schema(
        operation_id="tickets_timers",
        summary="The promises, from the first",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(TimerOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Every clock that was ever started, with how it ended."""
        rows = self.ticket(request, reference).timers.all()
        return self.page(request, rows, lambda found: TimerOut(found, many=True).data, ascending=True)


class Events(TicketView):
    """The record of the ticket."""

    @extend_schema(
        operation_id="tickets_events",
        summary="What happened, from the beginning",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(EventOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Staff see every act, the requester those meant for both sides."""
        ticket = self.ticket(request, reference)
        rows = access.entries_for(request.user, ticket)
        told = context(request, reference) | {"whole": access.reads_record(request.user, ticket)}
        return self.page(
            request, rows, lambda found: EventOut(found, many=True, context=told).data, ascending=True
        )
