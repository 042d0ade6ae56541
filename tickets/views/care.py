"""Why who asks needs care, and what is done differently for them: through the door of their ticket."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import access as people
from accounts.forms import AdjustmentForm, CareForm
from accounts.models import Person, SignedIn
from accounts.operations import caring

from .. import access


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: SignedIn, reference: str) -> HttpResponse:
    """Noted and ended by those who work with the trader; an auditor reads tickets, but not this (403)."""
    ticket, by = access.desk_ticket(request.user, reference), request.user
    people.require_care(by, ticket.requester)
    person, do = ticket.requester, request.POST.get("do", "") if request.method == "POST" else ""
    noting = CareForm(request.POST if do == "note" else None)
    adjusting = AdjustmentForm(request.POST if do == "adjust" else None)
    if _carried_out(request, do, person, noting, adjusting):
        messages.success(request, _("Noted."))
        return redirect("tickets:desk-care", ticket.reference)
    context = {"ticket": ticket, "person": person, "care_form": noting, "adjust_form": adjusting}
    context |= {"notes": people.care_notes(person), "adjustments": people.adjustments(person)}
    status = next((form.answered for form in (noting, adjusting) if form.errors), 200)
    return render(request, "tickets/desk/care.html", context, status=status)


def _carried_out(
    request: SignedIn, do: str, person: Person, noting: CareForm, adjusting: AdjustmentForm
) -> bool:
    """Whether what was asked for has happened."""
    by, number = request.user, request.POST.get("number", "")
    pk = int(number) if number.isdecimal() and len(number) < 16 else 0
    if do == "note":
        return noting.done(lambda: caring.note(person, by=by, **noting.cleaned_data))
    if do == "adjust":
        return adjusting.done(lambda: caring.adjust(person, by=by, **adjusting.cleaned_data))
    if do == "end":
        caring.end(people.care_note_of(person, pk), by=by)
    elif do == "remove":
        caring.remove(people.adjustment_of(person, pk), by=by)
    return do in {"end", "remove"}
