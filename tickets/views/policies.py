"""Settings: what is promised, to whom, and what happens before and after a promise is broken."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access as people
from accounts.models import SignedIn
from helpdesk.core.errors import DomainError, NotFound

from .. import access
from ..forms.calendars import number
from ..forms.policies import LADDERS, PolicyForm
from ..forms.promise import PromiseForm
from ..models import SlaPolicy, SlaPolicyVersion
from ..operations import applying, policies
from ..reads import diagnosing, moving
from ..reads import settings as shown
from . import answers

EDITOR = "tickets/settings/policy.html"


@login_required
@require_safe
def settings(request: SignedIn) -> HttpResponse:
    """Where everything is set up."""
    access.require_setting_up(request.user)
    context = {"may_set_roles": people.is_admin(request.user)}
    return render(request, "tickets/settings/index.html", context)


@login_required
@require_safe
def index(request: SignedIn) -> HttpResponse:
    """The policies in the order in which they are tried."""
    access.require_setting_up(request.user)
    context = {"rows": shown.policy_rows(), "idle": shown.idle_policies()}
    return render(request, "tickets/settings/policies.html", context)


@login_required
@require_safe
def promise(request: SignedIn) -> HttpResponse:
    """What would a ticket filed at … promise?"""
    access.require_setting_up(request.user)
    form = PromiseForm.typed(request.GET, timezone.now())
    answer = diagnosing.promise(form.at, **form.facts()) if form.complete else None
    context = shown.choices() | {"form": form, "answer": answer}
    return answers.show(request, "tickets/settings/promise.html", "tickets/settings/_promised.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Make a promise; new policies are tried first."""
    access.require_setting_up(request.user)
    if request.method != "POST":
        return _editor(request, PolicyForm(), None)
    form = PolicyForm.typed(request.POST)
    if (wish := request.POST.get("do", "save")) != "save":
        form.change(wish, request.POST)
        return _editor(request, form, None)
    return _saved(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Change what a policy promises: the next version of it."""
    policy = access.policy_to_edit(request.user, pk)
    if request.method != "POST":
        return _editor(request, PolicyForm(policy.current), policy)
    form = PolicyForm.typed(request.POST)
    if (wish := request.POST.get("do", "save")) != "save":
        form.change(wish, request.POST)
        return _editor(request, form, policy)
    return _saved(request, form, policy)


@login_required
@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Try it one place earlier or later."""
    policy = access.policy_to_edit(request.user, pk)
    policies.move_policy(policy, by=request.user, up=request.POST.get("to") == "up")
    return answers.done(
        request, "tickets:sla-policies", "tickets/settings/_policies.html", {"rows": shown.policy_rows()}
    )


@login_required
@require_POST
def switch(request: SignedIn, pk: int) -> HttpResponse:
    """Take a policy out of use, or back."""
    policy = access.policy_to_edit(request.user, pk)
    try:
        policies.switch_policy(policy, by=request.user, active=request.POST.get("to") == "on")
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        form = PolicyForm(policy.current)
        form.take(refusal)
        return _editor(request, form, policy, status=answers.status_of(refusal))
    messages.success(request, _("Done."))
    return redirect("tickets:sla-policies")


@login_required
@require_safe
def history(request: SignedIn, pk: int) -> HttpResponse:
    """Every version: who made it, when, and what it changed."""
    policy = access.policy_to_edit(request.user, pk)
    context = {"policy": policy, "history": shown.policy_history(policy)}
    return render(request, "tickets/settings/history.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: SignedIn, pk: int) -> HttpResponse:
    """What would move if the version counted for open tickets too; and, on purpose, do it."""
    policy = access.policy_to_edit(request.user, pk)
    if request.method == "POST":
        wanted = number(request.POST.get("number")) or 0
        applying.apply_to_open(policy, by=request.user, number=wanted)
        return redirect("tickets:sla-policy-apply", pk)
    version = policy.current
    running = shown.last_rollout(policy)
    context: dict[str, Any] = {"policy": policy, "version": version, "rollout": running}
    if running is None or running.finished_at or running.version_id != version.pk:
        context["preview"] = moving.preview(version, timezone.now()) if policy.active else None
    return render(request, "tickets/settings/apply.html", context)


@login_required
@require_safe
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """How far it has come."""
    policy = access.policy_to_edit(request.user, pk)
    context = {"policy": policy, "rollout": shown.last_rollout(policy)}
    if not answers.part(request):
        return redirect("tickets:sla-policy-apply", pk)
    return render(request, "tickets/settings/_progress.html", context)


def _saved(request: SignedIn, form: PolicyForm, policy: SlaPolicy | None) -> HttpResponse:
    """Keep it, or show it again with what is wrong; everything typed stays."""
    content = form.content()
    if content is None:
        return _editor(request, form, policy, status=answers.SHOWN_AGAIN)
    try:
        if policy is None:
            return _made(request, form, content)
        return _revised(request, form, policy, content)
    except DomainError as refusal:
        form.take(refusal)
        return _editor(request, form, policy, status=answers.status_of(refusal))


def _made(request: SignedIn, form: PolicyForm, content: dict[str, Any]) -> HttpResponse:
    made = policies.create_policy(name=form.name, by=request.user, position=None, **content)
    messages.success(request, _("The policy is tried first from now on. Move it down if others go first."))
    _warn_of_tiers(request, made.current)
    return redirect("tickets:sla-policy", made.pk)


def _revised(request: SignedIn, form: PolicyForm, policy: SlaPolicy, content: dict[str, Any]) -> HttpResponse:
    before = policy.current.number
    version = policies.revise_policy(policy, by=request.user, name=form.name, seen=form.seen, **content)
    _warn_of_tiers(request, version)
    if version.number == before:
        messages.success(request, _("Saved. The promise itself is as it was."))
        return redirect("tickets:sla-policy", policy.pk)
    said = _("Version %(number)s counts for new tickets. Open ones keep theirs unless you apply it.")
    messages.success(request, said % {"number": version.number})
    return redirect("tickets:sla-policy-apply", policy.pk)


def _warn_of_tiers(request: SignedIn, version: SlaPolicyVersion) -> None:
    """A tier nobody has may come tomorrow; until then the policy does nothing for it."""
    for tier in shown.unheld(version):
        known = pgettext("between items of a list", ", ").join(shown.tiers()) or "–"
        said = _("No trading account has the tier “%(tier)s” today. Known tiers: %(known)s.")
        messages.warning(request, said % {"tier": tier, "known": known})


def _editor(
    request: SignedIn, form: PolicyForm, policy: SlaPolicy | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = shown.choices() | {
        "form": form,
        "policy": policy,
        "ladders": [(code, label) for code, (label, _rungs) in LADDERS.items()],
        "calendars": shown.calendars_to_choose(form.calendar),
    }
    return render(request, EDITOR, context, status=status)
