"""Setting up calendars: an edit is a new version, and new promises count in it from then on."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line
from helpdesk.timers.calendars import CalendarFault, Draft, checked
from helpdesk.timers.models import Calendar, CalendarVersion

from ..errors import CalendarInUse, CalendarStale
from ..models import SlaPolicy, SlaPolicyVersion
from . import policies

FIELDS = ("tz", "week", "exceptions", "holidays")


@transaction.atomic
def create_calendar(*, name: str, by: Person | None, draft: Draft) -> Calendar:
    """A new calendar with its first version."""
    name = _named(name)
    clean = checked(draft, clock.now())
    calendar = Calendar.objects.create(code=_free_code(name), name=name)
    CalendarVersion.objects.create(calendar=calendar, number=1, author_id=by.pk if by else None, **clean)
    record("calendar.created", subject=f"calendar:{calendar.code}", actor=by, name=name)
    return calendar


@transaction.atomic
def revise_calendar(
    calendar: Calendar, *, name: str, by: Person | None, draft: Draft, seen: int | None = None
) -> tuple[CalendarVersion, list[SlaPolicy]]:
    """A new version, if anything differs, and the policies that follow it; open tickets keep theirs."""
    calendar = hold(calendar)
    current = calendar.current
    if seen is not None and seen != current.number:
        raise CalendarStale
    clean = checked(draft, clock.now())
    if (name := _named(name)) != calendar.name:
        before, calendar.name = calendar.name, name
        calendar.save(update_fields=["name"])
        record("calendar.renamed", subject=f"calendar:{calendar.code}", actor=by, before=before, after=name)
    changed = [field for field in FIELDS if getattr(current, field) != clean[field]]
    if not changed:
        return current, []
    last = calendar.versions.aggregate(last=Max("number"))["last"]
    version = CalendarVersion.objects.create(
        calendar=calendar, number=last + 1, author_id=by.pk if by else None, **clean
    )
    record(
        "calendar.revised",
        subject=f"calendar:{calendar.code}",
        actor=by,
        number=version.number,
        changed=changed,
    )
    return version, policies.follow_calendar(version, by=by)


@transaction.atomic
def switch_calendar(calendar: Calendar, *, by: Person | None, active: bool) -> Calendar:
    """Take a calendar out of use, or back; refused while a policy in force counts in it."""
    calendar = hold(calendar)
    if not active:
        users = SlaPolicyVersion.objects.newest().filter(calendar_version__calendar=calendar)
        names = list(users.order_by("policy__position").values_list("policy__name", flat=True))
        if names:
            named = ", ".join(f"“{name}”" for name in names[:5]) + (" …" if len(names) > 5 else "")
            raise CalendarInUse(
                _(
                    "This calendar is in use: %(policies)s. Give these policies another calendar first, "
                    "then it can be taken out of use."
                )
                % {"policies": named}
            )
    if calendar.active != active:
        calendar.active = active
        calendar.save(update_fields=["active"])
        record("calendar.switched", subject=f"calendar:{calendar.code}", actor=by, active=active)
    return calendar


def _named(name: str) -> str:
    name = one_line(name)[:80]
    if not name:
        raise CalendarFault(fields={"name": [_("Please give the calendar a name.")]})
    return name


def _free_code(name: str) -> str:
    base = slugify(name)[:30] or "calendar"
    taken = set(Calendar.objects.filter(code__startswith=base).values_list("code", flat=True))
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return base if base not in taken else next(code for code in numbered if code not in taken)
