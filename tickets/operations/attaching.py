"""Files: looked into, hashed as received, stored under a random name, a safe copy made for looking at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock, files, refs
from helpdesk.core.errors import Invalid

from ..models import Attachment, Message, Ticket


@dataclass(frozen=True)
class Upload:
    """A file on its way in: its bytes and what the sender called it."""

    stream: BinaryIO
    name: str


@dataclass(frozen=True)
class Stored:
    """A file that has been inspected and written, and waits for its row."""

    facts: files.Sniffed
    storage_name: str
    preview_name: str
    preview_mime: str


def store(uploads: Iterable[Upload]) -> list[Stored]:
    """Inspect all, then write all; Invalid (field `files`) before anything is written when one is wrong.

    Runs before the transaction that makes the rows: a crash in between leaves an unreferenced file, which
    no one can reach and the housekeeping removes.
    """
    uploads = list(uploads)
    if len(uploads) > files.MAX_FILES:
        raise Invalid(
            fields={"files": [_("Please send at most %(n)s files at once.") % {"n": files.MAX_FILES}]},
            code="too_many_files",
        )
    looked_at = [(upload, files.inspect(upload.stream, upload.name)) for upload in uploads]
    return [_write(upload, facts) for upload, facts in looked_at]


def _write(upload: Upload, facts: files.Sniffed) -> Stored:
    folder = f"tickets/{facts.sha256[:2]}"
    name = default_storage.save(f"{folder}/{refs.opaque()}", File(upload.stream))
    preview, mime = "", ""
    if facts.is_image:
        upload.stream.seek(0)
        try:
            data, mime = files.clean_image(upload.stream.read(), facts.mime)
        except (OSError, ValueError, SyntaxError):
            raise Invalid(
                fields={"files": [_("“%(name)s” is damaged and cannot be opened.") % {"name": facts.name}]},
                code="file_damaged",
            ) from None
        preview = default_storage.save(f"{folder}/{refs.opaque()}", ContentFile(data))
    return Stored(facts, name, preview, mime)


def attach(
    ticket: Ticket, message: Message | None, stored: Iterable[Stored], *, by: Person
) -> list[Attachment]:
    """Make the rows, in the caller's transaction."""
    rows = [
        Attachment(
            ticket=ticket,
            message=message,
            uploader=by,
            name=one.facts.name,
            mime=one.facts.mime,
            size=one.facts.size,
            sha256=one.facts.sha256,
            width=one.facts.width,
            height=one.facts.height,
            storage_name=one.storage_name,
            preview_name=one.preview_name,
            preview_mime=one.preview_mime,
            created_at=clock.now(),
        )
        for one in stored
    ]
    return Attachment.objects.bulk_create(rows) if rows else []


def again(rows: Iterable[Attachment]) -> list[Stored]:
    """Files that are stored already, ready to hang on another message of the same ticket."""
    return [
        Stored(
            files.Sniffed(row.name, row.mime, row.size, row.sha256, row.width, row.height),
            row.storage_name,
            row.preview_name,
            row.preview_mime,
        )
        for row in rows
    ]
