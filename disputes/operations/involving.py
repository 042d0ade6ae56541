"""Who touched what is being judged. Gathered when the case opens and after every act; never taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, TextField, Value

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.audit.models import Entry
from helpdesk.core import clock
from tickets.models import Ticket
from tickets.states import Kind

from .. import access
from ..errors import Involved
from ..models import Dispute, Involvement
from ..states import How
from .case import hold


def add(dispute: Dispute, person: Person, how: How, *, at: datetime | None = None) -> None:
    """Note that the person handled the held case; refused (409) while they sit in a neutral seat of it."""
    if person.pk == dispute.trader_id:
        return
    refuse_neutral(dispute, person)
    _write(dispute, {(person.pk, how): at or clock.now()})


def refuse_neutral(dispute: Dispute, person: Person) -> None:
    """A neutral of this case may not handle it."""
    if dispute.assignments.active().neutral().filter(user=person).exists():
        raise Involved


def look(dispute: Dispute, *, by: Person) -> None:
    """Before the person reads as one of the house: from now on no draw can make a neutral of them.

    Whoever may still be drawn is shown what a decider may read, and stays as free as they were.
    """
    if access.reads_as(by, dispute) & access.READERS and not _is_involved(dispute, by):
        _look(dispute, by=by)


@transaction.atomic
def _look(dispute: Dispute, *, by: Person) -> None:
    dispute = hold(dispute)
    if not _is_involved(dispute, by):
        # Not past a refusal: who was seated meanwhile may not be shown the page they asked for.
        Involvement.objects.create(dispute=dispute, user=by, how=How.READ, at=clock.now())
        record("dispute.read", subject=dispute.reference, actor=by)


def told(dispute: Dispute, people: Iterable[Person]) -> None:
    """The same for those who are sent what no decider may read. The case is held."""
    known = set(dispute.involvements.values_list("user_id", flat=True)) | {dispute.trader_id}
    _write(dispute, {(person.pk, How.READ): clock.now() for person in people if person.pk not in known})


def _is_involved(dispute: Dispute, person: Person) -> bool:
    return dispute.involvements.filter(user=person).exists()


def gather(dispute: Dispute) -> None:
    """Read all traces the ticket holds: assignee, authors, and everybody the record names."""
    ticket = Ticket.objects.get(pk=dispute.ticket_id)
    found: dict[tuple[int, How], datetime] = {}
    if ticket.assignee_id:
        found[ticket.assignee_id, How.ASSIGNED] = ticket.updated_at
    written = ticket.messages.filter(from_staff=True).exclude(author=None)
    for author, spoken, at in written.values_list("author_id", "kind", "created_at").order_by("id"):
        found.setdefault((int(author or 0), How.NOTED if spoken == Kind.NOTE else How.REPLIED), at)
    acts = Entry.objects.filter(subject=ticket.reference)
    for actor, at in acts.exclude(actor_id=None).values_list("actor_id", "at").order_by("id"):
        found.setdefault((int(actor or 0), How.ACTED), at)
    for given, at in acts.filter(action="ticket.assigned").values_list("data__to_id", "at").order_by("id"):
        if given:
            found.setdefault((int(given), How.ASSIGNED), at)
    found = {key: at for key, at in found.items() if key[0] != dispute.trader_id}
    known = set(Person.objects.filter(pk__in={pk for pk, _how in found}).values_list("pk", flat=True))
    seated = set(dispute.assignments.active().neutral().values_list("user_id", flat=True))
    _write(dispute, {key: at for key, at in found.items() if key[0] in known - seated})


def _write(dispute: Dispute, found: dict[tuple[int, How], datetime]) -> None:
    held = set(dispute.involvements.values_list("user_id", "how"))
    Involvement.objects.bulk_create(
        [
            Involvement(dispute=dispute, user_id=user, how=how, at=at)
            for (user, how), at in found.items()
            if (user, str(how)) not in held
        ],
        ignore_conflicts=True,
    )


def ways(dispute: Dispute) -> dict[int, list[str]]:
    """Everyone involved, each with the ways."""
    table: dict[int, list[str]] = {}
    for user, how in dispute.involvements.values_list("user_id", "how").order_by("id"):
        table.setdefault(user, []).append(how)
    return table


def lines(dispute: Dispute, people: Iterable[int]) -> dict[int, list[str]]:
    """What stands between each of the people and a neutral seat by reporting line, as the trigger sees it."""
    told = Func(
        Value(dispute.pk), F("pk"), function="disputes_reporting_line",
        output_field=ArrayField(TextField()),
    )  # fmt: skip
    rows = Person.objects.filter(pk__in=list(people)).annotate(told=told)
    return dict(rows.values_list("pk", "told"))
