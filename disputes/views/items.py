"""One item of the index: how it looks, who had it in hand, what is covered in it, whether it counts."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core import vault
from helpdesk.core.errors import NotFound
from tickets.operations import attaching

from .. import access
from ..access import room as doors
from ..forms import CoverForm, RedactForm, Refusable, RuleForm
from ..models import Evidence, Redaction
from ..operations import evidence, redacting, weighing
from ..reads import room
from ..states import EvidenceStatus
from .answers import carried_out, done
from .files import SEALED, sealed
from .room import case_for, shown

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")


def _about(request: SignedIn, item: Evidence, *forms: Refusable) -> HttpResponse:
    person, case = request.user, item.dispute
    mine, opens = access.actors_of(person, case), doors.opens(person, item)
    shape = room.shape(item) if opens else ""
    row = next(one for one in room.index(case, person) if one.pk == item.pk)
    lines, more = room.lines(item) if shape == "text" else ([], False)
    if lines:
        evidence.opened(item, by=person, how="text")
    context: dict[str, Any] = {
        "item": row, "opens": opens, "shape": shape, "lines": lines, "more": more,
        "custody": room.custody(item, person),
        "rule_form": _rule_form(item, mine, forms),
        "may_redact": _may_redact(item, mine, opens), "refused": next(iter(forms), None),
        "redactions": doors.redactions_for(person, case).filter(item=item),
    }  # fmt: skip
    return shown(request, "item", case, forms[0].answered if forms else 200, **context)


def _may_redact(item: Evidence, mine: frozenset[str], opens: bool) -> bool:
    return opens and item.dispute.is_open and not item.derivative_of_id and bool(mine & set(doors.REDACTS))


def _rule_form(item: Evidence, mine: frozenset[str], forms: tuple[Refusable, ...]) -> Refusable | None:
    if not mine & set(doors.RULES) or item.status != EvidenceStatus.LATE:
        return None
    return forms[0] if forms else RuleForm()


@login_required
@require_GET
def about(request: SignedIn, reference: str, key: str) -> HttpResponse:
    """One item, with what the person may see of it and the list of who had it in hand."""
    case_for(request, reference)
    return _about(request, doors.listed_item(request.user, reference, key))


@login_required
@require_safe
def play(request: SignedIn, reference: str, key: str) -> HttpResponseBase:
    """Sound or film, piece by piece as the player asks for it."""
    item = access.evidence_item(request.user, reference, key)
    if room.shape(item) not in {"audio", "video"}:
        raise NotFound
    answer = _pieces(item, request.headers.get("Range", ""))
    evidence.opened(item, by=request.user, how="play")
    return answer


def _pieces(item: Evidence, asked: str) -> HttpResponseBase:
    with vault.to_send(item.storage_key, 0, 0) as file:
        size = file.size
    headers = SEALED | {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}
    first, last = _span(asked, size)
    if first > last:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(last - first + 1)
    if asked:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    vault.to_send(item.storage_key, first, last).close()  # checked before the answer begins
    pieces = _read(item.storage_key, first, last - first + 1)
    return StreamingHttpResponse(
        pieces, status=206 if asked else 200, content_type=item.mime_detected, headers=headers
    )


def _span(asked: str, size: int) -> tuple[int, int]:
    """The first and last byte; first > last when what was asked for is not there."""
    if not asked:
        return 0, size - 1
    told = _RANGE.match(asked.strip())
    if told is None or told.groups() == ("", ""):
        return 1, 0
    if not told[1]:
        return max(0, size - int(told[2])), size - 1 if int(told[2]) else -1
    first = int(told[1])
    return first, min(size - 1, int(told[2]) if told[2] else size - 1)


def _read(storage_key: str, first: int, length: int) -> Iterator[bytes]:
    with vault.to_send(storage_key, first, first) as stream:
        stream.seek(first)
        while length > 0 and (chunk := stream.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


@login_required
@require_POST
def rule(request: SignedIn, reference: str, key: str) -> HttpResponse:
    """Admit a late item or leave it out."""
    case = case_for(request, reference)
    access.acting(request.user, case, doors.RULES)
    item = access.evidence_item(request.user, reference, key)
    form = RuleForm(request.POST)

    def work() -> None:
        admit = form.cleaned_data["admit"] == "yes"
        weighing.rule(item, by=request.user, admit=admit, reason=form.cleaned_data["reason"])

    if carried_out(form, work):
        return done(request, _at(item), _("Both sides have been told."))
    return _about(request, doors.listed_item(request.user, reference, key), form)


def _at(item: Evidence) -> str:
    return reverse("disputes:item", args=[item.dispute.reference, item.key])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: SignedIn, reference: str, key: str) -> HttpResponse:
    """Ask that places of an item are covered."""
    case = case_for(request, reference)
    access.acting(request.user, case, doors.REDACTS)
    item = access.evidence_item(request.user, reference, key)
    form = RedactForm(request.POST or None, request.FILES or None)

    def work() -> None:
        file = next(iter(attaching.store(form.uploads()[:1])), None)
        told = {"places": form.places(), "summary": form.cleaned_data["summary"], "file": file}
        redacting.request(item, by=request.user, **told)

    if request.method == "POST" and carried_out(form, work):
        return done(request, _at(item), _("Asked. Somebody else has to agree."))
    status = form.answered if request.method == "POST" else 200
    return shown(request, "redact", case, status, form=form, item=item, refused=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def redaction(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """A request to cover something; somebody other than who asked agrees or not."""
    case = case_for(request, reference)
    found = doors.redaction(request.user, reference, number)
    form = CoverForm(request.POST or None)

    def work() -> None:
        approve, why = form.cleaned_data["approve"] == "yes", form.cleaned_data["refusal"]
        redacting.decide(found, by=request.user, approve=approve, refusal=why)

    if request.method == "POST" and carried_out(form, work):
        return done(request, _at(found.item), _("Noted."))
    status = form.answered if request.method == "POST" else 200
    may = _may_decide(request, found)
    return shown(request, "redaction", case, status, found=found, form=form, may=may, refused=form)


def _may_decide(request: SignedIn, found: Redaction) -> bool:
    mine = access.actors_of(request.user, found.dispute) & set(doors.APPROVES)
    return bool(mine) and found.decided_at is None and found.requested_by_id != request.user.pk


@login_required
@require_GET
def redaction_file(request: SignedIn, reference: str, number: int) -> HttpResponseBase:
    """The edited file before it is agreed on, as a download."""
    found = doors.redaction(request.user, reference, number)
    if not found.has_file:
        raise NotFound
    return sealed(found.storage_key, found.mime_detected, found.original_filename, download=True)
