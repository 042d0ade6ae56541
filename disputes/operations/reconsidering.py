"""After the comments: the decider edits the text, or sends a second provisional decision, once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock

from .. import access
from ..errors import Incomplete, SecondNeeded, SecondUsed
from ..models import Decision, Dispute
from ..states import DecisionKind, LetterKind
from . import moving, ruling
from .case import hold
from .conditions import provisionals, result_of
from .ruling import Draft


def _written(dispute: Dispute, draft: Draft, by: Person) -> tuple[Decision, Decision]:
    """What was sent last, and what is written now, complete. The case is held."""
    sent = ruling.after_comments(dispute, by)
    access.require_declared(by, dispute)
    decision = ruling.write(dispute, draft, by)
    if wrong := ruling.missing(dispute, decision, draft.seen):
        raise Incomplete(fields=wrong)
    ruling.require_answer(dispute, sent, decision.comments_answered)
    return sent, decision


@transaction.atomic
def issue_second(dispute: Dispute, draft: Draft, *, by: Person, at: datetime | None = None) -> Decision:
    """Send a changed result to both sides provisionally: they get the same fresh time to comment on it."""
    dispute, at = hold(dispute), at or clock.now()
    sent, decision = _written(dispute, draft, by)
    if len(provisionals(dispute)) > 1:
        raise SecondUsed
    if result_of(decision) == result_of(sent):
        same = _("Outcome, remedy and sum are as they were sent. The decision can be issued.")
        raise Incomplete(fields={"outcome": [same]})
    ruling.seal(dispute, decision, at)
    facts = ruling.facts_of(decision)
    event = moving.apply(dispute, "issue_second_provisional", by=by, at=at, facts=facts)
    ruling.serve(dispute, decision, event, LetterKind.PROVISIONAL)
    return decision


@transaction.atomic
def issue_edited(dispute: Dispute, draft: Draft, *, by: Person, at: datetime | None = None) -> Decision:
    """Issue the decision with an edited text; its result is what both sides were last sent."""
    dispute, at = hold(dispute), at or clock.now()
    sent, decision = _written(dispute, draft, by)
    if result_of(decision) != result_of(sent):
        raise SecondUsed if len(provisionals(dispute)) > 1 else SecondNeeded
    decision.kind = DecisionKind.FINAL
    return ruling.issue_final(dispute, decision, by=by, at=at)
