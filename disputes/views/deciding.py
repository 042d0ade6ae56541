"""Writing a decision: the decider's, before and after the comments, and the reviewer's on appeal."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import SignedIn

from .. import access
from ..forms import AppealDecisionForm, DecisionForm
from ..models import Decision, Dispute
from ..operations import appealing, reconsidering, ruling
from ..reads import dossier, similar
from ..states import Actor, State
from .answers import back_to, carried_out, done

Work = Callable[..., Any]
_KEPT = gettext_lazy("Your draft is kept.")
_DECIDER: dict[str, tuple[Work, Any]] = {
    "keep": (ruling.save_draft, _KEPT),
    "again": (reconsidering.issue_second, gettext_lazy("Sent to both sides. They can comment now.")),
    "final": (reconsidering.issue_edited, gettext_lazy("The decision is issued.")),
}
_FIRST = (ruling.issue_provisional, gettext_lazy("Sent to both sides. They can comment now."))


def _shown(request: SignedIn, case: Dispute, form: DecisionForm, mode: str) -> HttpResponse:
    context = dossier.page(case, request.user) | {"form": form, "mode": mode}
    context |= similar.told(similar.earlier(case, request.user))
    status = form.answered if form.is_bound else 200
    return render(request, "disputes/desk/decision.html", context, status=status)


def _base(request: SignedIn, case: Dispute, *, again: bool) -> Decision | None:
    """What the author wrote so far; after the comments, what both sides were last sent."""
    rows = access.decisions_for(request.user, case)
    return rows.filter(issued_at=None).first() or (rows.last() if again else None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: SignedIn, reference: str) -> HttpResponse:
    """Write the decision: keep a draft, send it provisionally, or issue it after the comments."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.DE,))
    again, do = case.state == State.PROVISIONAL_DECISION, request.POST.get("do", "issue")
    mode, items = "again" if again else "first", dossier.shared_evidence(case)
    like = bool(similar.earlier(case, request.user))
    if request.method != "POST":
        draft = _base(request, case, again=again)
        return _shown(
            request, case, DecisionForm(case, items, draft=draft, comments=again, earlier=like), mode
        )
    form = DecisionForm(case, items, request.POST, keep=do == "keep", comments=again, earlier=like)
    work, said = _DECIDER.get(do, _FIRST)
    if carried_out(form, lambda: work(case, form.draft(), by=request.user)):
        return done(request, request.path if do == "keep" else back_to(case, request.user), str(said))
    return _shown(request, case, form, mode)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedIn, reference: str) -> HttpResponse:
    """Write the decision on review: keep a draft, or confirm, vary, or send the case back."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.AR,))
    keep, items = request.POST.get("do") == "keep", dossier.shared_evidence(case)
    like = bool(similar.earlier(case, request.user))
    if request.method != "POST":
        draft = _base(request, case, again=False)
        return _shown(request, case, AppealDecisionForm(case, items, draft=draft, earlier=like), "review")
    form = AppealDecisionForm(case, items, request.POST, keep=keep, earlier=like)
    if carried_out(form, lambda: _review(case, form, request, keep=keep)):
        said = _KEPT if keep else gettext_lazy("Sent to both sides.")
        return done(request, request.path if keep else back_to(case, request.user), str(said))
    return _shown(request, case, form, "review")


def _review(case: Dispute, form: AppealDecisionForm, request: SignedIn, *, keep: bool) -> None:
    if keep:
        ruling.save_draft(case, form.draft(), by=request.user)
    else:
        appealing.decide(case, form.draft(), review=form.cleaned_data["review"], by=request.user)
