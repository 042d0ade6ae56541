"""From escalation to the closed case, through the doors people use."""

import pytest
from django.urls import reverse

from disputes.models import BLOCKS, Dispute
from disputes.operations import chain
from helpdesk.audit.models import Entry
from tests.support.builders import answer, file
from tests.support.samples import pdf, picture
from tickets.operations import lifecycle

pytestmark = pytest.mark.django_db
DESK, OWN = "disputes:desk-", "disputes:"


@pytest.fixture
def as_(client):
    """`as_(cast.sun).post("disputes:desk-draw", case, role="mediator")`, as that person."""

    class Acting:
        def __init__(self, person):
            self.person = person

        def get(self, name, case, status=200, **kwargs):
            client.force_login(self.person)
            answer = client.get(reverse(name, args=[case.reference]), **kwargs)
            assert answer.status_code == status, (name, answer.status_code, answer.content[:2000])
            return answer

        def post(self, name, case, status=302, **data):
            client.force_login(self.person)
            answer = client.post(reverse(name, args=[case.reference]), data)
            assert answer.status_code == status, (name, answer.status_code, answer.content[:3000])
            case.refresh_from_db()
            return answer

    return Acting


def text(response):
    return response.content.decode()


def decision(case, **changes):
    values = {name: f"The {name}." for name in BLOCKS}
    for point in case.points.all():
        values |= {f"point_{point.number}": "Answered.", f"point_{point.number}_finding": "upheld"}
    values |= {"outcome": "upheld", "root_cause": "RC-DELAY", "remedy": "payment", "do": "issue"}
    return values | {"amount": "91.00", "currency": "usd", "evidence": ["P-1", "T-1"]} | changes


def test_five_people_bring_a_case_to_its_end(cast, as_):
    ticket = file(cast.mei, "BIN-EXPIRY", files=[("shot.png", picture()), ("list.pdf", pdf())])
    answer(ticket, cast.ada)
    lifecycle.escalate(ticket, by=cast.mei, reason="结算价仍然不对")
    case = Dispute.objects.get(ticket=ticket)
    mei, sun, nia, dan, fin = (as_(p) for p in (cast.mei, cast.sun, cast.nia, cast.dan, cast.fin))

    assert case.reference in text(mei.get("disputes:dispute", case))
    sun.post("disputes:desk-draw", case, role="mediator")
    nia.get("disputes:desk-dispute", case, status=403)
    nia.post("disputes:desk-declare", case, status=422, statements=["impartial"])
    nia.post("disputes:desk-declare", case, statements=["impartial", "no_interest", "available"])
    assert case.state == "in_mediation"
    nia.post("disputes:desk-say", case, channel="caucus_trader", body="What would settle it for you?")
    mei.post("disputes:say", case, channel="caucus_trader", body="91 美元。")
    mei.post("disputes:offer", case, text="91 美元即可", remedy="payment", amount="91", currency="USD")
    sun.post("disputes:desk-say", case, channel="open", body="The price stands.")
    nia.post("disputes:desk-no-settlement", case, status=422, note="")
    nia.post("disputes:desk-no-settlement", case, note="The sides stay apart.")
    assert case.state == "in_determination"
    nia.get("disputes:desk-dispute", case, status=404)

    dan.get("disputes:desk-decision", case, status=403)
    dan.post("disputes:desk-declare", case, statements=["impartial", "no_interest", "available"])
    page = text(dan.get("disputes:desk-dispute", case))
    assert "91 美元" not in page
    assert "What would settle it" not in page
    refused = dan.post("disputes:desk-decision", case, status=422, **decision(case, point_1=""))
    assert "The facts." in text(refused)
    assert "may still reply until" in text(
        dan.post("disputes:desk-decision", case, status=409, **decision(case))
    )
    mei.post("disputes:no-reply", case)
    dan.post("disputes:desk-decision", case, **decision(case))
    dan.post("disputes:desk-finalise", case, status=409, comments_answered="")
    mei.post("disputes:no-comments", case)
    sun.post("disputes:desk-say", case, channel="open", body="We comment.")
    sun.post("disputes:desk-no-comments", case)
    dan.post("disputes:desk-finalise", case, status=422, comments_answered="")
    dan.post("disputes:desk-finalise", case, comments_answered="The comment changes nothing.")
    assert (case.state, case.outcome) == ("decided", "upheld")
    assert "91.00 USD" in text(mei.get("disputes:dispute", case))

    mei.post("disputes:accept", case, status=422)
    mei.post("disputes:accept", case, sure="on")
    assert case.state == "remedy_due"
    fin.post("disputes:desk-pay", case, status=404, proof="ledger 8871")
    sun.post("disputes:desk-approve", case)
    fin.post("disputes:desk-pay", case, proof="ledger 8871")
    fin.get("disputes:desk-dispute", case)
    mei.post("disputes:confirm", case)
    ticket.refresh_from_db()
    assert (case.state, ticket.status) == ("closed", "closed")
    fin.get("disputes:desk-dispute", case, status=404)
    assert not list(chain.faults(case))
    acts = Entry.objects.filter(subject=case.reference).order_by("id").values_list("action", flat=True)
    assert list(acts) == list(case.events.order_by("seq").values_list("action", flat=True))
