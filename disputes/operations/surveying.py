"""Both sides are asked how a mediator worked, each without the other (F21). Nothing of it reaches a case.

A survey opens when a mediator's part in a case has ended, however it did, and stays open for thirty days. It
is no act on the case, so the log has no link for it; what is said is read only in sums over many cases.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.locks import hold as lock
from helpdesk.core.locks import hold_some
from helpdesk.core.text import one_line
from helpdesk.notify.send import Row, notify_many
from tickets.models import Ticket

from ..access import sides as doors
from ..models import Assignment, Dispute, Survey, SurveyAnswer
from ..states import MEDIATING, Side
from . import telling
from .case import hold

OPEN_FOR = timedelta(days=30)
BATCH = 50
QUESTIONS = ("fairness", "clarity", "pace")


def open_due() -> int:
    """Ask both sides about every mediator whose part has ended and about whom nobody was asked yet."""
    since = clock.judge() - OPEN_FOR
    ended = Assignment.objects.filter(role__in=MEDIATING, declared_at__isnull=False, ended_at__gt=since)
    due = ended.filter(surveys=None, dispute__purged_at=None).order_by("ended_at")
    return sum(_open(*row) for row in due.values_list("pk", "dispute_id", "dispute__ticket_id")[:BATCH])


@transaction.atomic
def _open(seat: int, case: int, ticket: int) -> int:
    # A case somebody works on waits for the next look.
    if not hold_some(Ticket.objects.filter(pk=ticket)) or not hold_some(Dispute.objects.filter(pk=case)):
        return 0
    dispute, at = hold(Dispute.objects.get(pk=case)), clock.judge()
    of = dispute.assignments.select_related("user").get(pk=seat)
    if of.surveys.exists():
        return 0
    last = dispute.surveys.aggregate(last=Max("number"))["last"] or 0
    for number, side in enumerate((Side.TRADER, Side.PLATFORM), last + 1):
        made = Survey.objects.create(
            dispute=dispute, number=number, seat=of, side=side, opened_at=at, closes_at=at + OPEN_FOR
        )
        _ask(made)
    record("neutral.survey.opened", subject=f"person:{of.user_id}", actor=None)
    return 1


def _ask(survey: Survey) -> None:
    dispute = survey.dispute
    people = telling.trader_side(dispute) if survey.side == Side.TRADER else doors.asked(survey)
    url = reverse("disputes:survey", args=[dispute.reference, survey.number])
    told = {"reference": dispute.reference, "subject": dispute.subject, "name": str(survey.seat.user)}
    told["until"] = survey.closes_at.isoformat()
    key = f"survey:{survey.pk}"
    notify_many([Row("dispute.survey", person, key, dispute.reference, url, told) for person in people])


@transaction.atomic
def answer(survey: Survey, *, by: Person, scores: dict[str, int | None], words: str = "") -> SurveyAnswer:
    """One side's word, once. Neither the other side nor the mediator learns of it, nor who works the case."""
    survey, at, words = lock(survey), clock.now(), one_line(words)[:1000]
    doors.require_asked(by, survey)
    _still_open(survey, at)
    given = {name: scores.get(name) for name in QUESTIONS}
    wrong: dict[str, list] = {
        name: [_("Please choose from 1 to 5.")] for name, n in given.items() if n not in range(1, 6)
    }
    if wrong:
        raise Invalid(fields=wrong)
    made = SurveyAnswer.objects.create(survey=survey, words=words, at=at, **given)
    record("neutral.survey.answered", subject=f"person:{survey.seat.user_id}", actor=None)
    return made


def _still_open(survey: Survey, at: datetime) -> None:
    if SurveyAnswer.objects.filter(survey=survey).exists():
        raise Conflict(_("Your side has answered this already. Thank you."), code="survey_answered")
    if at >= survey.closes_at:
        raise Conflict(_("The time for this survey is over."), code="survey_over")
