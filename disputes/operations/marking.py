"""What a mediator from outside takes along: never the stored file, always one that says whose it is (F22)."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from accounts.models import Person, Visitor
from helpdesk.core import clock, paper, vault
from helpdesk.core.files import ALLOWED, IMAGES

from ..access import grants
from ..errors import MarkedAlone
from ..models import Dispute, Evidence
from . import evidence

_BESIDE = {"text/plain", "text/csv", "application/zip"}


@dataclass(frozen=True)
class Marked:
    """A file made for one person."""

    data: bytes
    name: str
    mime: str


def marks(person: Visitor, dispute: Dispute) -> bool:
    """Whether what this person takes from this case carries their name."""
    return grants.grant_of(person, dispute) is not None


def lines(person: Person, dispute: Dispute, at: datetime) -> list[str]:
    """What is written across it: who took it, from which case, when."""
    return [person.own_name, dispute.reference, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"]


def taken(item: Evidence, *, by: Person) -> Marked:
    """The item to take along; refused (403) where no mark can be put into it. The log holds its hash."""
    at = clock.now()
    if item.mime_detected == "application/pdf":
        made = _across(item.storage_key, item.mime_detected, item, by, at)
    elif item.mime_detected in IMAGES and item.preview_key:
        made = _across(item.preview_key, item.preview_mime, item, by, at)
    elif item.mime_detected in _BESIDE:
        made = _beside(item, by, at)
    else:
        raise MarkedAlone
    evidence.opened(item, by=by, how="marked", sha256=hashlib.sha256(made.data).hexdigest())
    return made


def seen(item: Evidence, *, by: Person) -> Marked:
    """The picture to look at, which a browser can save too: marked like one that is taken."""
    made = _across(item.preview_key, item.preview_mime, item, by, clock.now())
    evidence.opened(item, by=by, how="preview")
    return made


def _read(key: str) -> bytes:
    with vault.to_send(key) as stream:
        return bytes(stream.read())


def _across(key: str, mime: str, item: Evidence, by: Person, at: datetime) -> Marked:
    made = paper.marked(_read(key), mime, lines(by, item.dispute, at), at=at, whose=by.pk)
    pdf = mime == "application/pdf"
    name = f"{item.dispute.reference}-{item.index_no}{'.pdf' if pdf else '.png'}"
    return Marked(made, name, mime if pdf else "image/png")


def _beside(item: Evidence, by: Person, at: datetime) -> Marked:
    """A file no mark can be drawn into lies in a ZIP beside a notice that says whose copy it is."""
    case, out = item.dispute.reference, io.BytesIO()
    notice = _(
        "%(mark)s\n\nThis copy was made for the person named above, who has promised to keep it confidential."
        " It may not be passed on, and is to be destroyed when their access ends.\n\nItem: %(item)s\n"
        "SHA-256 of the item as it was received: %(sha256)s\n"
    ) % {"mark": " · ".join(lines(by, item.dispute, at)), "item": item.index_no, "sha256": item.sha256}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("CONFIDENTIAL.txt", notice)
        name = f"{item.index_no}{ALLOWED.get(item.mime_detected, '.bin')}"
        bundle.writestr(name, _read(item.storage_key))
    return Marked(out.getvalue(), f"{case}-{item.index_no}.zip", "application/zip")
