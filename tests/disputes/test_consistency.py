"""F10: the decider sees how others were decided, and says why when deciding differently."""

import pytest
from django.test import Client

from accounts.operations import api_keys
from disputes.errors import Incomplete
from disputes.models import Dispute
from disputes.operations import appealing, appointing, mediating, ruling
from disputes.operations.appointing import STATEMENTS
from disputes.reads import similar
from tests.disputes.cases import decided, draft
from tests.disputes.walking import At, decision
from tests.support.builders import answer, file
from tests.support.samples import picture
from tickets.operations import lifecycle

pytestmark = pytest.mark.django_db
NOT = {"outcome": "not_upheld", "remedy": "none", "amount": None, "currency": ""}


def omars(cast, code="WDR-DELAY"):
    """Omar's case of the same kind, before the decider."""
    ticket = file(cast.omar, code, files=[("shot.png", picture())])
    answer(ticket, cast.ada)
    lifecycle.escalate(ticket, by=cast.omar, reason="Still nothing.")
    case = Dispute.objects.get(ticket=ticket)
    appointing.draw(case, "mediator", by=cast.sun)
    appointing.accept(case, by=cast.nia, statements=STATEMENTS)
    mediating.report_no_settlement(case, by=cast.nia, note="Apart.")
    appointing.accept(case, by=cast.dan, statements=STATEMENTS)
    case.refresh_from_db()
    return case


def test_f10_departing_from_earlier_decisions_needs_a_sentence(cast):
    first = decided(cast)  # Mei's, upheld
    case = omars(cast)
    rows = similar.earlier(case, cast.dan)
    assert [row["outcome"] for row in rows] == ["upheld"]
    assert rows[0]["same_terms"]
    # Anonymised: nothing that names a person, a case or a sum.
    told = similar.told(rows)
    assert told.pop("seen") == similar.fingerprint(rows)  # a hash, in which any digits may stand
    told = str([row | {"decision": 0} for row in [*rows, *told.pop("earlier")]]) + str(told)
    for name in (first.reference, cast.mei.name, cast.mei.email, first.ticket.reference, "91", first.subject):
        assert name not in told
    with pytest.raises(Incomplete) as refused:
        ruling.issue_provisional(case, draft(case, **NOT), by=cast.dan)
    assert set(refused.value.fields) == {"differs_because"}
    # The page: the same refusal as 422, what was typed kept; the table is there.
    desk = At(cast.dan)
    page = desk.get("desk-decision", case)
    assert similar.fingerprint(rows) in page
    typed = decision(
        case, outcome="not_upheld", remedy="none", amount="", currency="", seen=similar.fingerprint(rows)
    )
    shown = desk.post("desk-decision", case, 422, **typed)
    assert "differs_because" in shown
    assert "The reasoning." in shown
    # A page that is older than the newest decision is refused, too.
    assert "differs_because" in desk.post("desk-decision", case, 422, **typed | {"seen": "0" * 64})
    desk.post("desk-decision", case, **typed | {"differs_because": "The bank had confirmed the payment."})
    sent = case.decisions.get(kind="provisional")
    assert sent.compared == rows
    assert sent.differs_because in ruling.text_of(sent)
    assert similar.fingerprint(rows) in case.events.get(action="dispute.issue_provisional").body
    assert "The bank had confirmed" in seen_by(cast.omar, case)
    # The final decision carries both on; the same outcome as the others needs no word.
    ruling.close_comments(case, by=cast.omar)
    ruling.close_comments(case, by=cast.sun)
    final = ruling.finalise(case, by=cast.dan)
    assert (final.compared, final.differs_because) == (rows, sent.differs_because)
    # A reviewer who confirms keeps the reason; what stands in a case counts once.
    appealing.file(case, by=cast.omar, ground="calculation", reasons="The sum.")
    assert len(similar.earlier(first, cast.rex)) == 1


def seen_by(person, case):
    client = Client()
    client.force_login(person)
    return client.get(case.address_for(person)).content.decode()


def test_f10_who_is_left_out_and_what_a_majority_is(cast):
    first = decided(cast)
    case = omars(cast)
    assert len(similar.earlier(case, cast.dan)) == 1
    assert similar.earlier(case, cast.ada) == []  # had to do with the other case
    assert similar.earlier(case, cast.mei) == []
    Dispute.objects.filter(pk=first.pk).update(category="GEN-ASK")
    assert similar.earlier(case, cast.dan) == []
    rows = [{"outcome": code} for code in ("goodwill", "not_upheld", "upheld")]
    assert similar.majority(rows) == "not_upheld"
    assert not similar.departs(rows, "goodwill")
    assert similar.departs(rows, "partly_upheld")
    assert similar.majority(rows[1:]) == ""
    assert not similar.departs([], "upheld")


def test_f10_for_programs(cast):
    decided(cast)
    case = omars(cast)
    for person, status in ((cast.dan, 200), (cast.sun, 403), (cast.omar, 403)):
        key = api_keys.issue(person, name="x", by=person)[1]
        address = f"/api/v1/disputes/{case.reference}/similar/"
        told = Client().get(address, headers={"authorization": f"Bearer {key}"})
        assert told.status_code == status
        if status == 200:
            body = told.json()
            assert (body["usual"], len(body["decisions"])) == ("upheld", 1)
            assert "decision" not in body["decisions"][0]
