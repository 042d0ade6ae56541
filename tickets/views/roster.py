"""Settings: who is on duty, and the teams."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import Conflict

from .. import access
from ..forms.rostering import DutyForm, TeamForm
from ..models import Team
from ..operations import rostering
from ..reads import roster
from . import answers


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: SignedIn) -> HttpResponse:
    """The roster, and room for one more on it."""
    access.require_setting_up(request.user)
    if request.method != "POST":
        return _roster(request, DutyForm())
    form = DutyForm(request.POST)
    if form.is_valid():
        with form.taking_refusals():
            asked = form.cleaned_data
            who = access.assignee(asked["person"])
            rostering.add_duty(who, starts_at=asked["starts_at"], ends_at=asked["ends_at"], by=request.user)
            messages.success(request, _("%(name)s is on the roster.") % {"name": who})
            return redirect("tickets:duty")
    return _roster(request, form, status=answers.SHOWN_AGAIN)


def _roster(request: SignedIn, form: DutyForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "roster": roster.roster(timezone.now())}
    return render(request, "tickets/settings/duty.html", context, status=status)


@login_required
@require_POST
def end_duty(request: SignedIn, pk: int) -> HttpResponse:
    """Relieve whoever is on duty now."""
    return _dutied(request, pk, end=True)


@login_required
@require_POST
def remove_duty(request: SignedIn, pk: int) -> HttpResponse:
    """Take a duty that has not begun off the roster."""
    return _dutied(request, pk, end=False)


def _dutied(request: SignedIn, pk: int, *, end: bool) -> HttpResponse:
    found = access.duty(request.user, pk)
    try:
        (rostering.end_duty if end else rostering.remove_duty)(found, by=request.user)
    except Conflict as refusal:
        form = DutyForm()
        messages.error(request, answers.sentence(refusal))
        return _roster(request, form, status=refusal.status)
    return redirect("tickets:duty")


@login_required
@require_safe
def teams(request: SignedIn) -> HttpResponse:
    """The teams with their people and what they look after."""
    access.require_setting_up(request.user)
    return render(request, "tickets/settings/teams.html", {"rows": roster.teams()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: SignedIn) -> HttpResponse:
    """Make a team."""
    access.require_setting_up(request.user)
    return _team(request, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: SignedIn, code: str) -> HttpResponse:
    """Change its names, its people and what it looks after."""
    return _team(request, access.team_to_edit(request.user, code))


def _team(request: SignedIn, found: Team | None) -> HttpResponse:
    if request.method != "POST":
        return _editor(request, TeamForm.of(found))
    form = TeamForm(found, request.POST)
    if form.is_valid():
        with form.taking_refusals():
            if found is None:
                rostering.create_team(**form.chosen(), by=request.user)
            else:
                rostering.change_team(found, **form.chosen(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect("tickets:teams")
    return _editor(request, form, status=answers.SHOWN_AGAIN)


def _editor(request: SignedIn, form: TeamForm, *, status: int = 200) -> HttpResponse:
    return render(request, "tickets/settings/team.html", {"form": form, "team": form.team}, status=status)
