"""What a restricted item is called, and how long talk can keep a decision from being made."""

import pytest

from disputes.operations import (
    lettervalues,
    printing,
    redacting,
    replying,
    ruling,
    staging,
    talking,
    weighing,
)
from helpdesk.core.errors import Conflict
from tests.disputes import cases
from tests.disputes.rooms import aside, handed_in
from tests.disputes.test_room import refused
from tests.disputes.walking import At

pytestmark = pytest.mark.django_db

TITLE, FILE, TOLD = "Fraud rule seven", "rule-seven.txt", "How the rule found it"


def test_what_was_typed_about_a_covered_item_stays_with_its_side(cast):
    case = cases.in_mediation(cast)
    held, plain = aside(case, cast.sun, (FILE, b"secret"), "open.png")
    written = {"title": TITLE, "description": TOLD, "held_back": "security", "summary": "A rule of ours."}
    staging.change(held, written, by=cast.sun)
    held, plain = staging.submit(case, [held.pk, plain.pk], by=cast.sun)
    redacting.decide(case.redactions.get(), by=cast.cody, approve=True)
    held.refresh_from_db()
    for person, knows in ((cast.mei, False), (cast.nia, False), (cast.sun, True)):
        client, base = At(person).client, f"/disputes/{case.reference}/evidence"
        seen = [client.get(f"{base}/{one.key}/receipt/").content.decode() for one in (held, plain)]
        seen.append(client.get(f"{base}/{held.key}/about/").content.decode())
        seen.append(str(printing.sheet(case, by=person).data["blocks"]))
        for page in seen[:1] + seen[2:]:
            assert held.sha256 in page
        assert [any(word in page for word in (TITLE, FILE, TOLD)) for page in seen] == [knows] * 4, person
    decision = type("D", (), {"evidence_relied": [held.index_no, plain.index_no]})
    named = lettervalues.names_of(case, decision.evidence_relied)
    assert TITLE not in str(named)
    assert "open.png" in str(named)


def test_one_side_alone_cannot_put_off_a_decision_for_ever(cast):
    case = cases.with_decider(cast)
    late = handed_in(case, cast.sun, "again.png", late_reason="Found only now.")[0]
    assert case.deadlines.running().filter(metric="reply", waits_for="trader").exists()
    weighing.rule(late, by=cast.dan, admit=False, reason="It was there in May.")
    # Nobody has to answer what does not count: its time to reply ends with the ruling.
    assert not case.deadlines.running().filter(metric="reply").exists()
    first = handed_in(case, cast.sun, "one.png", late_reason="x")[0]
    second = handed_in(case, cast.sun, "two.png", late_reason="x")[0]
    weighing.rule(second, by=cast.dan, admit=False, reason="x")
    assert case.deadlines.running().filter(metric="reply", waits_for="trader").exists()
    weighing.rule(first, by=cast.dan, admit=False, reason="x")
    assert not case.deadlines.running().filter(metric="reply").exists()

    for word in ("a", "b", "c"):
        talking.post(case, by=cast.sun, channel="open", body=word)
        replying.waive(case, by=cast.mei)
    assert refused(409, talking.post, case, by=cast.hal, channel="open", body="d").code == "said_enough"
    talking.post(case, by=cast.mei, channel="open", body="e")
    replying.waive(case, by=cast.sun)
    talking.post(case, by=cast.sun, channel="open", body="f")
    replying.waive(case, by=cast.mei)
    for word in ("g", "h"):
        talking.post(case, by=cast.sun, channel="open", body=word)
        replying.waive(case, by=cast.mei)
    with pytest.raises(Conflict):
        talking.post(case, by=cast.sun, channel="open", body="i")
    talking.post(case, by=cast.dan, channel="open", body="What do you say to that?")
    talking.post(case, by=cast.sun, channel="open", body="j")
    replying.waive(case, by=cast.mei)
    ruling.issue_provisional(case, cases.draft(case), by=cast.dan)
