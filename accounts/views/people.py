"""Settings: who has which roles. One administrator asks, another one decides."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.core.text import one_line

from .. import access
from ..forms import RolesForm
from ..models import Person, RoleChange, SignedIn
from ..operations import role_changes


@login_required
@require_safe
def people(request: SignedIn) -> HttpResponse:
    """What waits for a second administrator, and everybody who has a role in the house."""
    me, words = access.require_admin(request.user), one_line(request.GET.get("q", ""))[:80]
    waiting = [_shown(me, change) for change in access.open_role_changes()]
    context = {"waiting": waiting, "people": access.people_to_set_up(words), "q": words}
    return render(request, "accounts/people.html", context)


def _shown(me: Person, change: RoleChange) -> dict[str, object]:
    return {
        "change": change,
        "may_decide": access.may_decide(me, change),
        "mine": change.asked_by_id == me.pk,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: SignedIn, pk: int) -> HttpResponse:
    """One person's roles: what they have, what is asked for, what was."""
    me, person = access.require_admin(request.user), access.person_to_set_up(pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles})
    if form.is_bound and form.done(lambda: role_changes.ask(person, by=me, **form.cleaned_data)):
        messages.success(request, _("Asked. Another administrator decides; until then nothing changes."))
        return redirect("person_roles", pk=pk)
    changes = [_shown(me, change) for change in access.role_changes_of(person)]
    context = {"person": person, "form": form, "changes": changes}
    return render(
        request, "accounts/person_roles.html", context, status=form.answered if form.errors else 200
    )


@login_required
@require_POST
def decide(request: SignedIn, pk: int) -> HttpResponse:
    """Agree to a change, or turn it down; whoever asked may take it back."""
    me, change = access.require_admin(request.user), access.role_change(pk)
    if request.POST.get("do") == "approve":
        role_changes.approve(change, by=me)
        messages.success(request, _("Agreed. The roles hold from the next page on."))
    else:
        role_changes.turn_down(change, by=me)
        messages.success(request, _("Nothing was changed."))
    return redirect("person_roles", pk=change.person_id)
