"""The least a page can cost: views as a plain Django project has them, in this process and on these tables.

The floor's application has the middleware and the context processors of `startproject` and one template; it
shares our database, session table and people, nothing else of ours.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.test.utils import override_settings
from django.urls import path

from helpdesk.core import refs
from helpdesk.timers.models import State
from tickets.models import Ticket, TicketTimer

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_TABLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tickets</title></head><body>
<p>{{ user.email }}</p>
{% for message in messages %}<p>{{ message }}</p>{% endfor %}
<table><thead><tr><th>Reference</th><th>Subject</th><th>Status</th><th>Priority</th><th>Due</th></tr></thead>
<tbody>{% for ticket in tickets %}<tr>
<td><a href="/floor/{{ ticket.reference }}/">{{ ticket.reference }}</a></td>
<td>{{ ticket.subject }}</td><td>{{ ticket.get_status_display }}</td><td>{{ ticket.priority }}</td>
<td>{{ ticket.promise_due_at|date:"Y-m-d H:i" }}</td></tr>{% endfor %}</tbody></table></body></html>"""
_engine = DjangoTemplates(
    {
        "NAME": "floor",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
)
_table = _engine.from_string(_TABLE)


def rows() -> "models.QuerySet[Ticket]":
    """The 25 rows of the table: one query, answered from an index."""
    return Ticket.objects.live().due_next().defer("search", "fields")[:25]


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse("ok")


@login_required
def table(request: HttpRequest) -> HttpResponse:
    """Somebody signed in reads a table of 25 rows."""
    return HttpResponse(_table.render({"tickets": rows()}, request))


@dataclass
class Rows:
    """What one real act wrote: `made` are saved again as new rows, `changed` are updated again.

    `links` keeps what points to what among the new rows, so that a copy belongs to the copy of its ticket.
    """

    made: list[models.Model]
    changed: list[tuple[models.Model, tuple[str, ...]]]
    links: list[tuple[models.Model, str, models.Model]]

    def __str__(self) -> str:
        return f"{len(self.made)} new rows and {len(self.changed)} changed ones"


WRITTEN: dict[str, Rows] = {}


def take_down(made: list[models.Model], changed: list[tuple[models.Model, tuple[str, ...]]]) -> Rows:
    """The rows an act wrote, ready to be written again."""
    known: dict[tuple[Any, Any], models.Model] = {(type(row), row.pk): row for row in made}
    links = [
        (row, field.name, parent)
        for row in made
        for field in row._meta.concrete_fields
        if field.is_relation and (parent := known.get((field.related_model, getattr(row, field.attname))))
    ]
    return Rows(made, [(known.get((type(row), row.pk), row), fields) for row, fields in changed], links)


@login_required
def write(request: HttpRequest) -> HttpResponse:
    """Somebody signed in saves as many rows as the real act, with the ORM, in one transaction."""
    rows = WRITTEN[request.POST["what"]]
    with transaction.atomic():
        for row in rows.made:
            _insert(row, rows.links)
        for row, fields in rows.changed:
            row.save(update_fields=fields)
    return HttpResponse(status=302, headers={"Location": "/floor/"})


def _insert(row: models.Model, links: list[tuple[models.Model, str, models.Model]]) -> None:
    row.pk = None
    for child, name, parent in links:
        if child is row:
            setattr(row, name, parent)
    if hasattr(row, "reference"):
        row.reference = refs.ticket_reference()
    if hasattr(row, "event_id"):
        row.event_id = f"floor:{refs.opaque()}"
    if isinstance(row, TicketTimer) and not any(child is row for child, _name, _parent in links):
        # A further clock of a ticket that is there already: only one of a kind may tick on it.
        row.cycle, row.state, row.cancelled_at = row.cycle + 1, State.CANCELLED, row.started_at
    row.save(force_insert=True)


urlpatterns = [path("floor/empty/", empty), path("floor/", table), path("floor/write/", write)]


class _Floor(WSGIHandler):
    """A plain project's application, whatever the settings of this one say."""

    def resolve_request(self, request: HttpRequest) -> Any:
        request.urlconf = __name__
        return super().resolve_request(request)


def application() -> WSGIHandler:
    """The floor's application."""
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        return _Floor()
