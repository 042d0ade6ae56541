"""Systemic issues in the desk: for supervisors and compliance to work on, for auditors to read."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SignedIn
from helpdesk.core import clock

from .. import access
from ..forms import Refusable, StepForm
from ..forms.systemic import CloseForm, OwnerForm, WordsForm
from ..models import SystemicIssue
from ..operations import systemic
from ..reads import systemic as reads
from .answers import carried_out, done

FORMS: dict[str, tuple[str, type[Refusable]]] = {
    "note": ("note_form", WordsForm), "give": ("owner_form", OwnerForm), "close": ("close_form", CloseForm),
    "contacted": ("step_form", StepForm),
}  # fmt: skip


@login_required
@require_safe
def issues(request: SignedIn) -> HttpResponse:
    """What is being put right, and how often each cause was upheld lately."""
    access.require_returns(request.user)
    context = {"issues": reads.issues(), "causes": reads.causes(clock.now())}
    return render(request, "disputes/desk/systemic.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: SignedIn, number: int) -> HttpResponse:
    """One of them: its cases, who else may be affected, and what is done about it."""
    access.require_returns(request.user)
    found, do = reads.issue(number), request.POST.get("do", "note")
    if request.method != "POST":
        return _page(request, found)
    _name, kind = FORMS.get(do, FORMS["note"])
    form = kind(request.POST)
    if carried_out(form, lambda: _work(found, do, form, request)):
        return done(request, found.get_absolute_url(), _("Noted."))
    return _page(request, found, form)


def _work(found: SystemicIssue, do: str, form: Refusable, request: SignedIn) -> Any:
    if do == "contacted":
        trader = request.POST.get("trader", "")
        return systemic.contacted(found, by=request.user, trader=int(trader) if trader.isdecimal() else 0)
    steps: dict[str, Callable[..., Any]] = {"give": systemic.give, "close": systemic.close}
    return steps.get(do, systemic.note)(found, by=request.user, **form.cleaned_data)


def _page(request: SignedIn, found: SystemicIssue, shown: Refusable | None = None) -> HttpResponse:
    works = found.is_open and request.user.has_role(*systemic.OWNERS)
    context = reads.page(found) | {"works": works, "refused": shown}
    given = {"owner": found.owner.email if found.owner else "", "due_on": found.due_on}
    context |= {"note_form": WordsForm(), "owner_form": OwnerForm(initial=given), "close_form": CloseForm()}
    context |= {name: shown for name, kind in FORMS.values() if type(shown) is kind}
    status = shown.answered if shown else 200
    return render(request, "disputes/desk/systemic_issue.html", context, status=status)
