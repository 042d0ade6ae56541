"""Doors to tickets and what hangs on them. What one may not know of does not exist (404)."""

from django.core.cache import caches
from django.db.models import Q, QuerySet

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.audit import words
from helpdesk.audit.models import Entry
from helpdesk.core import refs
from helpdesk.core.errors import Forbidden, NotFound
from helpdesk.timers.models import Calendar

from .models import Attachment, Category, Duty, Incident, Message, SlaPolicy, Team, Ticket
from .models.category import CategoryQuerySet
from .models.sla import SlaPolicyQuerySet
from .models.ticket import TicketQuerySet
from .states import Delivery


def ticket_for(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person may see it."""
    ticket = _one(Ticket.objects.visible_to(person).for_page(), reference)
    ticket.category = _known_category(ticket.category_id)
    return ticket


def _known_category(pk: int) -> Category:
    """A problem type with its subject. They hardly ever change: kept for a few seconds in this process."""
    key = f"tickets.category:{pk}"
    known = caches["here"].get(key)
    if known is None:
        known = Category.objects.select_related("parent").get(pk=pk)
        caches["here"].set(key, known, 15)
    return known


def ticket_to_act_on(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person may see it, for an operation: that reads the row anew under its lock."""
    return _one(Ticket.objects.visible_to(person).only("reference", "requester"), reference)


def _one(rows: TicketQuerySet, reference: str) -> Ticket:
    if not refs.TICKET.match(reference):
        raise NotFound
    # Not first(): it would add an order to a question that has one answer at most.
    found = list(rows.filter(reference=reference)[:1])
    if not found:
        raise NotFound
    return found[0]


def own_ticket(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person filed it: the trader's page is for its requester alone."""
    ticket = ticket_for(person, reference)
    if ticket.requester_id != person.pk:
        raise NotFound
    return ticket


def own_ticket_to_act_on(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person filed it, for an operation."""
    ticket = ticket_to_act_on(person, reference)
    if ticket.requester_id != person.pk:
        raise NotFound
    return ticket


def desk_ticket(person: Visitor, reference: str) -> Ticket:
    """The ticket for working on it in the desk; traders do not know the desk."""
    require_desk(person)
    return ticket_for(person, reference)


def require_desk(person: Visitor) -> Person:
    """Staff who read tickets; for everybody else there is no desk."""
    if not isinstance(person, Person) or not person.reads_tickets:
        raise NotFound
    return person


def require_answering(person: Visitor) -> Person:
    """Staff who may change tickets: agents, supervisors and handlers; an auditor only reads (403)."""
    staff = require_desk(person)
    if not staff.is_agent:
        raise Forbidden
    return staff


def ticket_to_work_on(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person may change it as staff; who may only see it is told so (403)."""
    ticket = ticket_for(person, reference)
    if not isinstance(person, Person) or not person.is_agent:
        raise Forbidden
    return ticket


def ticket_to_speak_on(person: Visitor, reference: str) -> Ticket:
    """The ticket, if the person is one of its two sides: its requester, or staff who answer (else 403)."""
    ticket = ticket_for(person, reference)
    if not isinstance(person, Person) or not (person.is_agent or ticket.requester_id == person.pk):
        raise Forbidden
    return ticket


def tickets_for(person: Visitor) -> TicketQuerySet:
    """All tickets the person may see; the ground of every list, count, search and export."""
    return Ticket.objects.visible_to(person)


def own_tickets(person: Person) -> TicketQuerySet:
    """The tickets the person filed."""
    return Ticket.objects.filter(requester=person)


def attachment_for(person: Visitor, reference: str, key: str) -> Attachment:
    """A file, if the person may see the ticket and the message it hangs on."""
    ticket = ticket_for(person, reference)
    found = Attachment.objects.filter(ticket=ticket, key=key).select_related("message", "ticket").first()
    if found is None:
        raise NotFound
    visible = Message.objects.on(ticket, person)
    if found.message_id is not None and not visible.filter(pk=found.message_id).exists():
        raise NotFound
    return found


def messages_for(person: Visitor, ticket: Ticket) -> "QuerySet[Message]":
    """What the person may read on a ticket that passed their door."""
    return Message.objects.on(ticket, person)


def attachments_for(person: Visitor, reference: str) -> "QuerySet[Attachment]":
    """The files of a ticket that hang on messages the person may read, or on none."""
    ticket = ticket_for(person, reference)
    readable = Message.objects.on(ticket, person)
    return ticket.attachments.filter(Q(message=None) | Q(message__in=readable))


def own_message(person: Person, reference: str, pk: int) -> Message:
    """A message the person wrote on a ticket they may see."""
    found = ticket_for(person, reference).messages.filter(pk=pk, author=person).first()
    if found is None:
        raise NotFound
    return found


def taken_back(person: Person, ticket: Ticket, keys: list[str]) -> list[Attachment]:
    """Files of messages the person took back before they were sent, to be sent with another one."""
    if not keys:
        return []
    mine = Attachment.objects.filter(
        ticket=ticket, key__in=keys, message__author=person, message__delivery=Delivery.RECALLED
    )
    return list(mine.order_by("pk"))


def category(code: str) -> Category:
    """A problem type that tickets can be filed under."""
    found = Category.objects.choosable().filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def categories() -> CategoryQuerySet:
    """Every problem type that tickets can be filed under."""
    return Category.objects.choosable()


def reads_record(person: Visitor, ticket: Ticket) -> bool:
    """Whether the whole record is theirs to read: staff, but never about a ticket they filed themselves."""
    return isinstance(person, Person) and person.reads_tickets and ticket.requester_id != person.pk


def entries_for(person: Visitor, ticket: Ticket) -> "QuerySet[Entry]":
    """The record of a ticket: all of it to staff, the acts meant for everybody to its requester."""
    entries = Entry.objects.filter(subject=ticket.reference)
    return entries if reads_record(person, ticket) else entries.filter(action__in=words.public_actions())


def may_set_up(person: object) -> bool:
    """Whether the person sets up promises: supervisors and administrators."""
    return isinstance(person, Person) and person.has_role(Role.SUPERVISOR, Role.ADMIN)


def require_setting_up(person: Visitor) -> Person:
    """Those who set up promises; other staff may not (403), and for everybody else there is no desk."""
    if not isinstance(person, Person) or not person.works_here:
        raise NotFound
    if not may_set_up(person):
        raise Forbidden
    return person


def may_watch_board(person: object) -> bool:
    """Whether the desk's menu offers the board."""
    return may_set_up(person)


def require_board(person: Visitor) -> Person:
    """Supervisors and administrators; nobody else knows of the board."""
    if not isinstance(person, Person) or not may_set_up(person):
        raise NotFound
    return person


def tickets_on_board(person: Visitor) -> TicketQuerySet:
    """All tickets as figures; what stands in them is another door's matter."""
    require_board(person)
    return Ticket.objects.all()


def people_with_load(carrying: list[int | None]) -> list[Person]:
    """Everyone a ticket can be given to, and whoever still has one."""
    roles = [str(role) for role in (Role.AGENT, Role.SUPERVISOR, Role.HANDLER)]
    holds = Q(pk__in=[pk for pk in carrying if pk])
    return list(Person.objects.filter(Q(is_active=True, roles__overlap=roles) | holds).order_by("name"))


def policies_for(person: Visitor) -> SlaPolicyQuerySet:
    """The SLA policies, for those who set up promises; everybody else may not (403)."""
    if not may_set_up(person):
        raise Forbidden
    return SlaPolicy.objects.listed().in_force()


def calendars_for(person: Visitor) -> "QuerySet[Calendar]":
    """All calendars, those in use first, for those who set up promises."""
    if not may_set_up(person):
        raise Forbidden
    return Calendar.objects.order_by("-active", "name", "id")


def calendar_to_edit(person: Visitor, code: str) -> Calendar:
    """One of them."""
    require_setting_up(person)
    found = Calendar.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def policy_to_edit(person: Visitor, pk: int) -> SlaPolicy:
    """A policy, in use or not."""
    require_setting_up(person)
    found = SlaPolicy.objects.listed().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def incident_to_close(person: Visitor, pk: int) -> Incident:
    """An incident, for a supervisor; other staff who read tickets may not (403)."""
    staff = require_desk(person)
    found = Incident.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    if not staff.is_supervisor:
        raise Forbidden
    return found


def assignee_by_email(email: str) -> Person | None:
    """Someone a ticket can be given to, by address."""
    people = Person.objects.with_role(Role.AGENT, Role.SUPERVISOR, Role.HANDLER)
    return people.by_email(email).first()


def assignees() -> list[Person]:
    """Everyone a ticket can be given to."""
    return list(Person.objects.with_role(Role.AGENT, Role.SUPERVISOR, Role.HANDLER).order_by("name"))


def assignee(pk: int) -> Person:
    """One of those."""
    found = Person.objects.with_role(Role.AGENT, Role.SUPERVISOR, Role.HANDLER).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def team(pk: int) -> Team:
    """A team."""
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def team_to_edit(person: Visitor, code: str) -> Team:
    """A team, for those who set things up."""
    require_setting_up(person)
    found = Team.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def duty(person: Visitor, pk: int) -> Duty:
    """A stretch on the roster, for those who set things up."""
    require_setting_up(person)
    found = Duty.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def may_watch(person: Visitor, reference: str) -> bool:
    """Whether live hints about this ticket may reach the person."""
    return Ticket.objects.visible_to(person).filter(reference=reference).exists()


def may_watch_queue(person: Visitor, _rest: str) -> bool:
    """Whether live hints about the queue may reach the person."""
    return isinstance(person, Person) and person.reads_tickets


def may_read_queue(person: object) -> bool:
    """Whether the desk's menu offers the queue."""
    return isinstance(person, Person) and person.reads_tickets


def is_known(person: object) -> bool:
    """Whether the person has an account, and with it tickets of their own."""
    return isinstance(person, Person)
