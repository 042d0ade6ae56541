"""How neutrals serve: a page for those who direct cases, and for each neutral their own row."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Person, SignedIn
from accounts.states import Role

from ..access import service as access
from ..forms.fairness import ClearingForm
from ..operations import service
from ..reads import service as reads
from ..reads import surveys
from .answers import carried_out, done


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def neutrals(request: SignedIn) -> HttpResponse:
    """Every neutral's figures; a supervisor clears who was late, with a reason."""
    access.only(request.user)
    if request.method != "POST":
        return _page(request)
    access.require_clearing(request.user)
    found, form = access.neutral(request.POST.get("person", "")), ClearingForm(request.POST)
    if carried_out(form, lambda: service.clear(found, by=request.user, reason=form.cleaned_data["reason"])):
        return done(request, reverse("disputes:desk-neutrals"), _("They can be drawn again."))
    return _page(request, form)


def _page(request: SignedIn, shown: ClearingForm | None = None) -> HttpResponse:
    rows = reads.rows(access.only(request.user))
    typed = shown.data.get("person") if shown else ""
    clears = request.user.has_role(Role.SUPERVISOR)
    late = [row.person for row in rows if row.out]
    out = [(person, shown if shown and person.email == typed else _form(person)) for person in late]
    context = {"rows": rows, "out": out, "clears": clears, "refused": shown, "few": reads.FEW}
    context |= {"least": surveys.LEAST, "surveyed": [row for row in rows if row.said]}
    context["said"] = surveys.words(rows, request.user)
    return render(request, "disputes/desk/neutrals.html", context, status=shown.answered if shown else 200)


def _form(person: Person) -> ClearingForm:
    return ClearingForm(initial={"person": person.email}, auto_id=f"clear-{person.pk}-%s")
