"""Two front doors, `/` for everyone and `/desk/` for staff, and the gallery of the parts of pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import require_desk, require_staff
from accounts.models import Person
from accounts.states import Role
from faq.reads import portal
from helpdesk.ui.caching import shared

from . import gallery, promises

# Where each role's work lies; the first that fits is opened.
WORK = (
    ((Role.AGENT, Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR), "tickets:queue"),
    (
        (Role.MEDIATOR, Role.DECIDER, Role.APPEAL_REVIEWER, Role.FINANCE),
        "disputes:desk-disputes",
    ),
    ((Role.EXTERNAL_MEDIATOR,), "disputes:desk-appointments"),
    ((Role.EDITOR,), "faq:desk_list"),
    ((Role.ADMIN,), "admin:index"),
)


@require_safe
@shared
def home(request: HttpRequest) -> HttpResponse:
    """Search in the middle, the nine subjects with what is inside them, and how to reach a person."""
    language = portal.reading_language(get_language())
    context = {"shelves": portal.shelves(request.user, language), "promises": promises.first_answers()}
    return render(request, "site/home.html", context)


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """To the person's own work."""
    person: Person = require_desk(request.user)
    goal = next(name for roles, name in WORK if person.has_role(*roles))
    return HttpResponseRedirect(reverse(goal))


@login_required
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every part in every state, for whoever builds or checks pages."""
    require_staff(request.user)
    return render(request, "site/gallery.html", gallery.parts())
