"""Settings: working hours, edited by those who set up promises."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import DomainError, NotFound
from helpdesk.timers.calendars import Draft, day_name, drafted
from helpdesk.timers.models import Calendar
from helpdesk.timers.public_holidays import SETS

from .. import access
from ..forms.calendars import CalendarForm
from ..operations import calendars
from ..reads import diagnosing, settings
from . import answers

EDITOR = "tickets/settings/calendar.html"


@login_required
@require_safe
def index(request: SignedIn) -> HttpResponse:
    """Every calendar with its week, its holidays and who counts in it."""
    access.require_setting_up(request.user)
    rows = settings.calendar_rows(access.calendars_for(request.user))
    return render(request, "tickets/settings/calendars.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Write down new working hours."""
    access.require_setting_up(request.user)
    if request.method != "POST":
        form = CalendarForm()
        form.tz = request.user.time_zone
        return _editor(request, form, None)
    form = CalendarForm.typed(request.POST)
    if (wish := request.POST.get("do", "save")) != "save":
        form.change(wish)
        return _editor(request, form, None)
    return _saved(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, code: str) -> HttpResponse:
    """A calendar: its hours to edit, the next 24 working hours, what it would promise, its versions."""
    calendar = access.calendar_to_edit(request.user, code)
    current = calendar.current
    if request.method != "POST":
        return _editor(request, CalendarForm(calendar.name, drafted(current), current.number), calendar)
    form = CalendarForm.typed(request.POST)
    if (wish := request.POST.get("do", "save")) != "save":
        form.change(wish)
        return _editor(request, form, calendar)
    return _saved(request, form, calendar)


@login_required
@require_POST
def switch(request: SignedIn, code: str) -> HttpResponse:
    """Take a calendar out of use, or back."""
    calendar = access.calendar_to_edit(request.user, code)
    try:
        calendars.switch_calendar(calendar, by=request.user, active=request.POST.get("to") == "on")
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        form = CalendarForm(calendar.name, drafted(calendar.current), calendar.current.number)
        form.take(refusal)
        return _editor(request, form, calendar, status=refusal.status)
    messages.success(request, _("Done."))
    return redirect("tickets:calendar", code)


def _saved(request: SignedIn, form: CalendarForm, calendar: Calendar | None) -> HttpResponse:
    """Keep it, or show it again with what is wrong; everything typed stays."""
    if (draft := form.draft()) is None:
        return _editor(request, form, calendar, status=answers.SHOWN_AGAIN)
    try:
        code, said = _kept(request, form, calendar, draft)
    except DomainError as refusal:
        form.take(refusal)
        return _editor(request, form, calendar, status=answers.status_of(refusal))
    messages.success(request, said)
    return redirect("tickets:calendar", code)


def _kept(request: SignedIn, form: CalendarForm, calendar: Calendar | None, draft: Draft) -> tuple[str, str]:
    """The calendar's code, and what to say."""
    if calendar is None:
        made = calendars.create_calendar(name=form.name, by=request.user, draft=draft)
        return made.code, _("The calendar is ready. Choose it in a policy to count in it.")
    done = calendars.revise_calendar(calendar, name=form.name, by=request.user, draft=draft, seen=form.seen)
    return calendar.code, _followed(*done)


def _followed(version: Any, policies: list[Any]) -> str:
    if not policies:
        return _("Saved as version %(number)s.") % {"number": version.number}
    return ngettext(
        "Saved as version %(number)s. %(count)s policy counts in it for new tickets; open ones keep theirs.",
        "Saved as version %(number)s. %(count)s policies count in it for new tickets; open ones keep theirs.",
        len(policies),
    ) % {"number": version.number, "count": len(policies)}


def _editor(
    request: SignedIn, form: CalendarForm, calendar: Calendar | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "calendar": calendar,
        "days": [(n, day_name(n), form.week[n], form.errors.get(f"day{n}")) for n in range(7)],
        "zones": settings.zones(),
        "sets": [(code, one.name) for code, one in SETS.items()],
        "years": range(timezone.now().year - 1, timezone.now().year + 6),
    }
    if calendar is not None:
        context |= settings.about_calendar(calendar) | {
            "next_hours": diagnosing.next_hours(calendar.current, timezone.now()),
            "history": settings.calendar_history(calendar),
        }
    return render(request, EDITOR, context, status=status)
