"""Who acts for the trader: named on a page of its own, checked there, and joined by who was named."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, SignedIn
from helpdesk.core.errors import Invalid
from tickets.operations import attaching

from .. import access
from ..access import sides as doors
from ..forms import Refusable, StepForm
from ..forms.sides import RefuseSpeakerForm, SpeakerForm
from ..models import Dispute
from ..operations import speaking
from ..reads import sides
from .answers import carried_out, done, limit, taken
from .files import sealed
from .room import case_for


def _page(request: SignedIn, case: Dispute, form: Refusable | None = None) -> HttpResponse:
    told: dict[str, Any] = sides.speakers(case, request.user) | {"refused": form}
    given = form.number if isinstance(form, RefuseSpeakerForm) else 0
    told["rows"] = [
        (row, form if row.number == given else RefuseSpeakerForm(row.number)) for row in told["speakers"]
    ]
    fresh = SpeakerForm(initial={"language": case.language})
    told["speaker_form"] = form if isinstance(form, SpeakerForm) else fresh
    told |= {"dispute": case, "back": case.address_for(request.user)}
    told["layout"] = "layouts/portal.html" if told["own"] else "layouts/desk.html"
    return render(request, "disputes/representatives.html", told, status=form.answered if form else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def representatives(request: SignedIn, reference: str) -> HttpResponse:
    """Who may act for the trader; the trader names somebody here."""
    case = case_for(request, reference)
    doors.speakers_page(request.user, case)
    if request.method != "POST":
        return _page(request, case)
    access.acting(request.user, case, ("trader",))
    limit(request.user, "dispute.speaker", most=20)
    form = SpeakerForm(request.POST, request.FILES)
    if carried_out(form, lambda: _name(case, form, by=request.user)):
        return done(request, _address(case), _("Named. We look at the proof, and invite them then."))
    return _page(request, case, form)


def _name(case: Dispute, form: SpeakerForm, *, by: Person) -> None:
    speaking.name(case, attaching.store(form.uploads()), by=by, **form.written())


@login_required
@require_POST
def representative(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """Accept or refuse the proof, or end the representation."""
    case, by = case_for(request, reference), request.user
    doors.speakers_page(by, case)
    match request.POST.get("do"):
        case "refuse":
            form: Refusable = RefuseSpeakerForm(number, request.POST)
            ended = carried_out(form, lambda: speaking.refuse(case, number, by=by, **form.cleaned_data))
            refused = None if ended else form
        case "revoke":
            refused = taken(request, lambda: speaking.revoke(case, number, by=by))
        case "accept":
            refused = taken(request, lambda: speaking.accept(case, number, by=by))
        case _:
            refused = taken(request, _unknown)
    return _page(request, case, refused) if refused else _after(request, case)


def _unknown() -> None:
    raise Invalid(_("Please choose one of the steps."), code="unknown_step")


def _after(request: SignedIn, case: Dispute) -> HttpResponse:
    """Back to the list; whoever laid it down has no case any more."""
    stays = access.disputes_for(request.user).filter(pk=case.pk).exists()
    return done(request, _address(case) if stays else reverse("disputes:disputes"), _("Noted."))


@login_required
@require_safe
def proof(request: SignedIn, reference: str, number: int) -> HttpResponseBase:
    """The file that shows that they may, as a download."""
    row = doors.proof_for(request.user, case_for(request, reference), number)
    answer = sealed(row.storage_key, row.proof_mime, row.proof_name, download=True)
    speaking.opened(row, by=request.user)
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def represent(request: SignedIn, reference: str) -> HttpResponse:
    """Whoever was named says that they act for the trader; for everybody else there is no such page."""
    invitation, sent = doors.invitation(request.user, reference), request.method == "POST"
    form = StepForm(request.POST if sent else None)
    if sent and carried_out(form, lambda: speaking.join(reference, by=request.user)):
        if not doors.dispute_open_to(request.user, reference):
            return done(request, reverse("disputes:disputes"), _("Noted. You act from the first day named."))
        return done(request, invitation.dispute.get_absolute_url(), _("You act for the trader now."))
    told = {"invitation": invitation, "dispute": invitation.dispute, "refused": form}
    status = form.answered if sent else 200
    return render(request, "disputes/portal/represent.html", told, status=status)


def _address(case: Dispute) -> str:
    return reverse("disputes:representatives", args=[case.reference])
