"""F16: nobody speaks to the decider alone. F17: no detriment for who complains. F26: no machine decides."""

import pytest

from accounts.models import Person
from accounts.operations import registration
from disputes import access
from disputes.errors import NoDetriment, SameHands
from disputes.models import Decision, Remedy
from disputes.operations import appointing, restricting, talking
from disputes.states import TABLE, Actor, Channel
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from tests.disputes.cases import opened, with_decider
from tests.disputes.early import also
from tests.disputes.walking import At
from tests.support.builders import answer, file
from tickets.operations import lifecycle

pytestmark = pytest.mark.django_db


def test_f17_a_restriction_needs_compliance_and_raises_a_flag(cast):
    other = file(cast.mei, "GEN-ASK")
    answer(other, cast.ada)
    registration.set_active(cast.omar, False, by=cast.root)  # nobody's dispute, nobody's business
    case = opened(cast)
    acts = {
        "suspend": lambda: registration.set_active(cast.mei, False, by=cast.root),
        "close": lambda: lifecycle.change_status(other, "close", by=cast.ada),
        "lower": lambda: lifecycle.set_priority(other, "P4", by=cast.ada),
    }
    lifecycle.set_priority(other, "P1", by=cast.ada)  # raising it restricts nobody
    for act in acts.values():
        with pytest.raises(NoDetriment):
            act()
    assert Person.objects.get(pk=cast.mei.pk).is_active
    with pytest.raises(Forbidden):
        restricting.ask(case, by=cast.ada, act="suspend", reason="x")
    foreign = file(cast.ivo, "GEN-ASK")
    for wrong in (
        {"act": "hang"},
        {"act": "close", "ticket": foreign.reference},
        {"act": "suspend", "reason": " "},
    ):
        with pytest.raises(Invalid):
            restricting.ask(case, by=cast.sun, **{"reason": "x"} | wrong)
    desk, judge, portal = At(cast.sun), At(cast.cody), At(cast.mei)
    desk.post("desk-restrict", case, 422, act="close", ticket=foreign.reference, reason="kept words")
    desk.post(
        "desk-restrict", case, act="lower", ticket=other.reference, reason="Filed by mistake as urgent."
    )
    desk.post("desk-restrict", case, 409, act="suspend", reason="Twice.")
    with pytest.raises(NoDetriment):
        acts["lower"]()  # asked for is not approved
    with pytest.raises((SameHands, Forbidden)):
        restricting.rule(case, by=cast.sun, approve=True)
    assert "Filed by mistake" in judge.get("desk-dispute", case)
    judge.post("desk-rule-restriction", case, do="approve")
    with pytest.raises(NoDetriment):
        acts["close"]()  # this one was not allowed
    acts["lower"]()
    lifecycle.set_priority(other, "P1", by=cast.ada)
    with pytest.raises(NoDetriment):  # once
        acts["lower"]()
    flag = case.events.get(action="dispute.restriction.done")
    assert "restricted_during_dispute" in flag.body
    for page in (portal.get("dispute", case), desk.get("desk-dispute", case)):
        assert "Filed by mistake" in page
    # Refused is refused; a case that is over stands in nobody's way.
    restricting.ask(case, by=cast.hal, act="suspend", reason="Wish of the desk.")
    restricting.rule(case, by=cast.cody, approve=False)
    with pytest.raises(NoDetriment):
        acts["suspend"]()
    type(case).objects.filter(pk=case.pk).update(state="withdrawn", closed_at=case.received_at)
    acts["suspend"]()
    assert not Person.objects.get(pk=cast.mei.pk).is_active


def test_f17_who_asks_does_not_approve(cast):
    case = opened(cast)
    both = also(cast.sun, "supervisor", "compliance")
    restricting.ask(case, by=both, act="suspend", reason="x")
    with pytest.raises(SameHands):
        restricting.rule(case, by=both, approve=True)
    restricting.rule(case, by=cast.cody, approve=True)
    with pytest.raises(Conflict):
        restricting.rule(case, by=cast.cody, approve=True)


def test_f16_messages_to_the_decider_go_to_the_open_channel_or_are_refused(cast):
    case = with_decider(cast)
    for person in (cast.mei, cast.sun, cast.hal, cast.dan):
        for channel in Channel:
            heard = access.messages_for(cast.dan, case).count()
            try:
                talking.post(case, by=person, channel=channel, body=f"{person} {channel}")
            except (Forbidden, Conflict):
                continue
            # What reached the decider reached both sides; what did not, is the house's own note.
            reached = access.messages_for(cast.dan, case).count() > heard
            assert reached == (channel == Channel.OPEN)
            if reached:
                for side in (cast.mei, cast.sun):
                    assert access.messages_for(side, case).filter(body=f"{person} {channel}").exists()
    assert set(access.messages_for(cast.dan, case).values_list("channel", flat=True)) == {"open"}
    # The ticket is no way around it: whoever decides neither reads nor answers there.
    decider = also(cast.dan, "decider", "agent")
    with pytest.raises(Exception):  # noqa: B017 – the database's own refusal
        answer(case.ticket, decider)


def test_f26_no_automatic_actor_decides_approves_or_pays(cast):
    """The system has no move that issues, approves, settles or pays; people stand behind every decision."""
    judged = {"respond", "issue_provisional", "issue_second_provisional", "decide", "decide_appeal",
              "send_back", "settle", "accept_decision", "accept_without_remedy", "accept_response",
              "accept_final",
              "refuse_admission", "investigate", "owe_referred", "close_referred"}  # fmt: skip
    for name in judged:
        assert Actor.SY not in TABLE[name].actors, name
    assert Decision._meta.get_field("author").null is False
    assert Remedy._meta.get_field("proposed_by").null is False
    case = opened(cast)
    seat = appointing.draw(case, "mediator", by=None)
    assert seat.draw.by is None
    assert not case.decisions.exists()
