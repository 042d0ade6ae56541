"""Cases nobody touches any more, left to their timers for most of a year, from every stage."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import LegalEntity, Person, TradingAccount
from accounts.states import Role
from disputes.models import DelayNotice
from disputes.operations import appealing, chain, resting, ruling
from disputes.states import OUTSIDE, Actor, State
from helpdesk.core import clock
from helpdesk.demo import player
from helpdesk.timers.models import State as Ticking
from tests.disputes import cases, early

pytestmark = pytest.mark.django_db
LENGTH = timedelta(days=230)
# All that is promised to one trader within thirty days counts together: this keeps it within the first limit.
LITTLE = Decimal(2)


@pytest.fixture
def british(cast):
    """Mei's account is with a firm from which one can go to an ombudsman for six months."""
    firm = LegalEntity.objects.create(code="UK1", name="Example UK Ltd", jurisdiction="UK-FCA")
    TradingAccount.objects.filter(holder=cast.mei).delete()
    TradingAccount.objects.create(holder=cast.mei, entity=firm, number="UK-1", opened_on=date(2020, 1, 1))


def _provisional(cast):
    case = cases.with_decider(cast)
    ruling.issue_provisional(case, cases.draft(case), by=cast.dan)
    return case


def _appealed(cast):
    case = cases.decided(cast)
    appealing.file(case, by=cast.mei, ground="procedure", reasons="没有回答我的问题。")
    return case


# Each stage, where so long a silence takes it, and whether our last word was out before.
LEFT = {
    "paid": (cases.paid, State.CLOSED, True),
    "complained": (early.complained, State.MEDIATION_PENDING, False),
    "investigated": (early.investigated, State.MEDIATION_PENDING, False),
    "refused": (early.refused, State.INADMISSIBLE, True),
    "answered": (partial(early.answered, amount=LITTLE), State.CLOSED, True),
    "in mediation": (cases.in_mediation, State.MEDIATION_PENDING, False),
    "with decider": (cases.with_decider, State.IN_DETERMINATION, False),
    "provisional": (_provisional, State.PROVISIONAL_DECISION, False),
    "decided": (partial(cases.decided, amount=LITTLE), State.CLOSED, True),
    "appealed": (_appealed, State.UNDER_APPEAL, True),
    "owed": (partial(cases.accepted, amount=LITTLE), State.REMEDY_DUE, True),
}


def test_time_alone_awards_nothing_and_keeps_the_way_outside(cast, british):
    """Nobody is bound, paid or shut out by silence; late is told, the way outside is told, chains verify."""
    now = timezone.now()
    with clock.at(now - LENGTH):
        left = {name: build(cast) for name, (build, _end, _out) in LEFT.items()}
        for case in left.values():
            case.refresh_from_db()
        before = {name: (case.chain_length, _owed(case)) for name, case in left.items()}
    player.keep_promises(now)
    resting.close_rested()
    for name, case in left.items():
        _stage, end, last_word = LEFT[name]
        length, owed = before[name]
        case.refresh_from_db()
        since = case.events.filter(seq__gt=length)
        assert (case.state, _owed(case)) == (end, owed), name
        assert set(since.values_list("role", "actor")) == {(Actor.SY, None)}, name
        assert not since.filter(action__startswith="dispute.accept").exists(), name
        assert not list(chain.faults(case)), name
        outside = case.deadlines.filter(metric=OUTSIDE)
        if last_word:
            # Counted from our last word to its last day, whatever became of the case, with three reminders.
            assert outside.get().state == Ticking.BREACHED, name
            assert set(outside.get().rungs.values_list("rung", flat=True)) == {"d20", "d10", "d3", "due"}, (
                name
            )
        else:
            # Eight weeks without one: the notice went out by itself, and names the way outside.
            assert not outside.exists(), name
            sent = DelayNotice.objects.filter(deadline__dispute=case).exclude(sent_at=None)
            assert set(sent.values_list("sent_by", flat=True)) == {None}, name
        if case.is_open:
            weekly = case.deadlines.filter(state=Ticking.BREACHED, warn_at__gt=now)
            assert weekly.filter(warn_at__lte=now + timedelta(days=7)).exists(), name


def _owed(case):
    return [(row.amount, row.paid_at) for row in case.remedies.order_by("id")]


def test_a_seat_nobody_could_take_is_filled_when_somebody_can(cast):
    """Every reminder tries again: the only mediator was away, and then came back."""
    Person.objects.filter(pk=cast.nia.pk).update(roles=[])
    now = timezone.now()
    with clock.at(now - timedelta(days=20)):
        case = cases.opened(cast)
    player.keep_promises(now - timedelta(days=10))
    assert not case.assignments.active().exists()
    Person.objects.filter(pk=cast.nia.pk).update(roles=[Role.MEDIATOR])
    player.keep_promises(now)
    assert case.assignments.filter(user=cast.nia, draw__by=None).exists()
