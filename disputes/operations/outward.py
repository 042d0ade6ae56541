"""The bodies outside that a case can go to, each with its last day."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.core import clock

from ..models import Dispute, ExternalBody
from ..reads.public import Span
from ..states import CountsFrom
from . import deadlines
from .outside import FINAL_LETTERS


@dataclass(frozen=True)
class Outside:
    """A body with the moment its time ends; `last` is None while that cannot be said."""

    body: ExternalBody
    limit: Span | None
    since: datetime | None
    last: datetime | None
    over: bool

    @property
    def counted_from(self) -> str:
        """From when the time runs, in words."""
        return str(CountsFrom(self.body.counts_from).label)

    @property
    def not_yet(self) -> str:
        """Why there is no last day."""
        if self.since is not None:
            return ""
        if self.body.counts_from == CountsFrom.INCIDENT:
            return _("We were not told the day on which it happened, so please count from it yourself.")
        return _("This time has not begun.")


def bodies(dispute: Dispute) -> list[Outside]:
    """The directory's bodies for the rules this case is under."""
    rows = list(ExternalBody.objects.filter(active=True, jurisdictions__contains=[dispute.jurisdiction]))
    answered = _answered(dispute) if rows else None
    return [_with_last_day(dispute, body, answered) for body in rows]


def named(dispute: Dispute, code: str) -> ExternalBody | None:
    """The body of this code among those of the case."""
    found = ExternalBody.objects.filter(active=True, jurisdictions__contains=[dispute.jurisdiction])
    return found.filter(code=code).first()


def _answered(dispute: Dispute) -> datetime | None:
    """When the first letter went out that is a final response."""
    letters = dispute.events.filter(action__in=[f"dispute.{name}" for name in FINAL_LETTERS])
    return letters.order_by("seq").values_list("at", flat=True).first()


def _since(dispute: Dispute, counts_from: str, answered: datetime | None) -> datetime | None:
    """From when the body counts; None when that has not happened, or nobody has said when it did."""
    if counts_from == CountsFrom.INCIDENT:
        return dispute.incident_at
    if counts_from == CountsFrom.RECEIPT:
        return dispute.received_at
    return answered


def _with_last_day(dispute: Dispute, body: ExternalBody, answered: datetime | None) -> Outside:
    if body.limit_n is None:
        return Outside(body, None, None, None, over=False)
    since, policy = _since(dispute, body.counts_from, answered), dispute.policy_version
    last = (
        deadlines.ends(since, body.limit_n, body.limit_unit, tz=policy.rule["tz"], holidays=policy.holidays)
        if since
        else None
    )
    return Outside(
        body, Span(body.limit_n, body.limit_unit), since, last, over=last is not None and last < clock.now()
    )
