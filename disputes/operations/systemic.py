"""Systemic issues (F27): opened by themselves when a cause is upheld again and again; people work on them."""

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines
from helpdesk.notify.send import notify

from ..models import SystemicCase, SystemicContact, SystemicIssue, SystemicNote
from ..reads import systemic
from ..states import word

OWNERS = (Role.COMPLIANCE, Role.SUPERVISOR)
TIME = timedelta(days=30)


def open_due() -> int:
    """Open or extend an issue for every cause that calls for it; safe to run twice at once."""
    now = clock.judge()
    waiting = set(systemic.uncounted(now).values_list("root_cause", flat=True))
    return sum(_look_at(cause, now) for cause in sorted(waiting))


@transaction.atomic
def _look_at(cause: str, now: datetime) -> int:
    """How many decisions were taken into an issue of this cause; one transaction per cause at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"systemic:{cause}"])
    found = list(systemic.uncounted(now).filter(root_cause=cause).order_by("issued_at", "pk"))
    issue = SystemicIssue.objects.exclude(state=SystemicIssue.State.CLOSED).filter(root_cause=cause).first()
    if not found or (issue is None and len(found) < systemic.ENOUGH):
        return 0
    fresh = issue is None
    if issue is None:
        owner = _least_busy()
        issue = SystemicIssue.objects.create(
            root_cause=cause, opened_at=now, owner=owner, due_on=(now + TIME).date()
        )
    SystemicCase.objects.bulk_create(
        [SystemicCase(issue=issue, decision=decision, added_at=now) for decision in found]
    )
    action = "systemic.opened" if fresh else "systemic.grew"
    record(action, subject=_subject(issue), actor=None, cause=cause, decisions=[one.pk for one in found])
    if fresh:
        _tell(issue)
    return len(found)


def _subject(issue: SystemicIssue) -> str:
    return f"systemic:{issue.pk}"


def _least_busy() -> Person | None:
    """Compliance before supervisors, whoever has the fewest open issues."""
    open_now = SystemicIssue.objects.exclude(state=SystemicIssue.State.CLOSED)
    load = dict(open_now.exclude(owner=None).values_list("owner").annotate(n=Count("pk")))
    for role in OWNERS:
        people = sorted(Person.objects.with_role(role), key=lambda one: (load.get(one.pk, 0), one.pk))
        if people:
            return people[0]
    return None


def _tell(issue: SystemicIssue) -> None:
    if issue.owner is None:
        return
    with override(issue.owner.language):
        cause = word("root_causes", issue.root_cause)
    context = {"cause": cause, "n": issue.cases.count(), "due": issue.due_on.isoformat()}
    event = f"{_subject(issue)}:{issue.owner_id}:{issue.due_on}"
    notify(
        "dispute.systemic", issue.owner, event_id=event, subject_ref=_subject(issue),
        url=issue.get_absolute_url(), context=context,
    )  # fmt: skip


def _working(issue: SystemicIssue, by: Person) -> SystemicIssue:
    """The issue held, for somebody who may work on it while it is open."""
    issue = hold(issue)
    if not by.has_role(*OWNERS):
        raise Forbidden
    if not issue.is_open:
        raise Conflict(_("This issue is closed."), code="systemic_closed")
    return issue


@transaction.atomic
def note(issue: SystemicIssue, *, by: Person, text: str) -> SystemicNote:
    """Note what was found or done; with the first note the work has begun."""
    issue, at = _working(issue, by), clock.now()
    text = many_lines(text)[:4000]
    if not text:
        raise Invalid(fields={"text": [_("Please say in a few words what was found or done.")]})
    if issue.state == SystemicIssue.State.OPEN:
        issue.state = SystemicIssue.State.WORKING
        issue.save(update_fields=["state"])
    record("systemic.noted", subject=_subject(issue), actor=by)
    return SystemicNote.objects.create(issue=issue, by=by, at=at, text=text)


@transaction.atomic
def give(issue: SystemicIssue, *, by: Person, owner: str, due_on: date | None) -> SystemicIssue:
    """Another owner, another day, or both."""
    issue = _working(issue, by)
    found = Person.objects.with_role(*OWNERS).filter(email=owner.strip().lower()).first()
    if found is None:
        raise Invalid(fields={"owner": [_("Please give the address of a supervisor or of compliance.")]})
    if due_on is None or due_on < clock.now().date():
        raise Invalid(fields={"due_on": [_("Please choose a day that is still to come.")]})
    issue.owner, issue.due_on = found, due_on
    issue.save(update_fields=["owner", "due_on"])
    record("systemic.given", subject=_subject(issue), actor=by, owner=found.pk, due_on=due_on.isoformat())
    if found.pk != by.pk:
        _tell(issue)
    return issue


@transaction.atomic
def contacted(issue: SystemicIssue, *, by: Person, trader: int) -> SystemicContact:
    """A trader who may be affected was written to; said once."""
    issue, at = _working(issue, by), clock.now()
    if trader not in {row["trader"].pk for row in systemic.affected(issue)}:
        raise Invalid(fields={"trader": [_("Please choose one of the traders in the list.")]})
    row, fresh = SystemicContact.objects.get_or_create(
        issue=issue, trader_id=trader, defaults={"by": by, "at": at}
    )
    if fresh:
        record("systemic.contacted", subject=_subject(issue), actor=by, trader=trader)
    return row


@transaction.atomic
def close(issue: SystemicIssue, *, by: Person, text: str) -> SystemicIssue:
    """The cause is put right; it is said how. Further cases of it begin to be counted anew."""
    issue, at = _working(issue, by), clock.now()
    text = many_lines(text)[:4000]
    if not text:
        raise Invalid(fields={"text": [_("Please say how the cause was put right.")]})
    issue.state, issue.result, issue.closed_at = SystemicIssue.State.CLOSED, text, at
    issue.save(update_fields=["state", "result", "closed_at"])
    record("systemic.closed", subject=_subject(issue), actor=by)
    return issue
