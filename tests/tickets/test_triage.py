"""What makes a ticket more urgent than its problem type says, and what many tickets at once make."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.operations import registration
from helpdesk.audit.models import Entry
from helpdesk.notify.models import Notice
from tests.support.builders import answer, file, say
from tickets.models import Incident, Ticket
from tickets.operations import lifecycle, outside, policies, triage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CALM = {"subject": "提现", "body": "还没有到。"}


def visit(person):
    client = Client()
    client.force_login(person)
    return client


def raises(ticket):
    found = Entry.objects.filter(subject=ticket.reference, action="ticket.priority.raised").order_by("id")
    return [(entry.data["before"], entry.data["after"], entry.data["causes"]) for entry in found]


@pytest.fixture
def mei(cast):
    registration.set_care(cast.mei, True, by=cast.root)
    cast.mei.refresh_from_db()
    return cast.mei


# --- one step each -------------------------------------------------------------------------------
def test_an_ordinary_ticket_keeps_the_priority_of_its_problem_type(cast):
    ticket = file(cast.mei, "KYC-DELAY", **CALM)
    assert ticket.priority == "P3"
    assert not raises(ticket)


def test_who_needs_care_is_served_one_step_earlier(mei, cast):
    ticket = file(mei, "KYC-DELAY", **CALM)
    assert (ticket.priority, raises(ticket)) == ("P2", [("P3", "P2", ["care"])])
    assert file(cast.omar, "KYC-DELAY", **CALM).priority == "P3"


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ("5,000 USDT", 5000), ("5,000.01 USDT", "5000.01"), ("12 000 usd", 12000), ("$6000", 6000),
        ("USDC 7,500", 7500), ("6000 美元", 6000), ("us$ 1", 1), ("6000usdt", 6000),
        ("6000", None), ("9,000 EUR", None), ("900,000 CNY", None), ("2 BTC", None), ("9.000,50 USDT", None),
        ("about 9000 USDT", None), ("9000 USDT and 3 ETH", None), ("", None), ("USDT", None),
        ("-9000 USD", None), ("9" * 180 + " USD", None),
    ],
)  # fmt: skip
def test_only_plain_dollars_are_counted(said, worth):
    found = triage.worth(said)
    assert found is None if worth is None else float(found) == float(worth)


@pytest.mark.parametrize(
    ("amount", "priority"), [("5,000 USDT", "P2"), ("5,001 USDT", "P1"), ("9 BTC", "P2")]
)
def test_much_money_is_one_step(cast, amount, priority):
    ticket = file(cast.mei, "WDR-DELAY", fields={"withdrawal": "W-1", "amount": amount}, **CALM)
    assert ticket.priority == priority


@pytest.mark.parametrize(
    ("filed", "then", "priority"),
    [
        (1, None, "P2"), (29, None, "P2"), (31, None, "P3"),  # live
        (20, 13, "P2"), (20, 15, "P3"), (31, 1, "P3"),  # closed so many days ago
    ],
)  # fmt: skip
def test_a_second_contact_on_the_same_point_is_one_step(cast, filed, then, priority):
    now = timezone.now()
    first = file(cast.mei, "KYC-DELAY", at=now - filed * DAY, **CALM)
    if then:
        lifecycle.change_status(first, "close", by=cast.mei, at=now - then * DAY)
    second = file(cast.mei, "KYC-DELAY", **CALM)
    assert second.priority == priority
    assert file(cast.mei, "KYC-REJ", **CALM).priority == "P3", "another point"
    assert file(cast.omar, "KYC-DELAY", **CALM).priority == "P3", "another person"


def test_steps_add_up_and_end_at_the_first(mei):
    fields = {"amount": "90,000 USD"}
    assert raises(file(mei, "FEE-CHARGE", fields=fields, **CALM)) == [("P3", "P1", ["care", "amount"])]
    again = file(mei, "FEE-CHARGE", fields=fields, **CALM)
    assert raises(again) == [("P3", "P1", ["care", "amount", "again"])]
    assert not raises(file(mei, "SEC-HACK", **CALM)), "it was the first already"


def test_what_is_promised_follows_from_the_priority_it_rose_to(mei, cast):
    quick = policies.create_policy(
        name="First", by=cast.sun, position=1, conditions={"priority": ["P2"], "category": ["KYC-DELAY"]},
        calendar="24x7", targets=[{"metric": "first_response", "seconds": 60, "mode": "calendar"}],
    )  # fmt: skip
    assert file(mei, "KYC-DELAY", **CALM).policy_version.policy == quick
    assert file(cast.omar, "KYC-DELAY", **CALM).policy_version.policy != quick


# --- who stands outside --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("I will report this to the FCA.", "regulator"), ("我要向监管机构投诉", "regulator"),
        ("再不处理我就找证监会", "regulator"), ("已向FCA投诉", "regulator"), ("see you in Court!", "court"),
        ("我会去法院起诉", "court"), ("a Journalist called me", "press"), ("我会找记者", "press"),
        ("I went to the police.", "police"), ("我已经报警了", "police"), ("我要打12386", "regulator"),
    ],
)  # fmt: skip
def test_naming_somebody_outside(text, who):
    assert outside.named(text) == (who,)


@pytest.mark.parametrize(
    "text",
    [
        "I press the button and nothing happens", "wait 30 sec", "the courtesy of an answer",
        "our food court", "我设置了价格报警", "fca", "expressed in USDT",
        "自媒体老师推荐的", "policy of insurance", "supportive vara-like", "a courtyard",
    ],
)  # fmt: skip
def test_words_that_only_look_alike(text):
    assert outside.named(text) == ()


def test_the_whole_text_is_read_quickly():
    assert outside.named("提现 withdrawal " * 1200 + "法院") == ("court",)


def test_a_regulator_named_comes_first_and_compliance_hears_of_it_once(cast):
    ticket = file(cast.mei, "KYC-DELAY", subject="认证", body="我会向监管机构投诉，也会报警。")
    assert raises(ticket) == [("P3", "P1", ["regulator", "police"])]
    told = Notice.objects.filter(kind="ticket.outside")
    assert sorted(told.values_list("person__email", "context__who")) == [
        (cast.cody.email, "police"), (cast.cody.email, "regulator"),
    ]  # fmt: skip
    say(ticket, cast.mei, "我再说一遍：监管机构。")
    say(ticket, cast.mei, "还有法院。")
    assert told.count() == 3
    assert visit(cast.cody).get(ticket.get_desk_url()).status_code == 200


def test_naming_one_later_raises_then_and_moves_no_promise(cast):
    ticket = file(cast.mei, "KYC-DELAY", **CALM)
    due = ticket.timers.get(metric="resolution").due_at
    answer(ticket, cast.ada, "You may go to the police or to court.")
    answer(ticket, cast.ada, "police", kind="note")
    ticket.refresh_from_db()
    assert ticket.priority == "P3", "only the requester's own words count"
    say(ticket, cast.mei, "I will see you in court.")
    ticket.refresh_from_db()
    assert (ticket.priority, raises(ticket)) == ("P1", [("P3", "P1", ["court"])])
    assert ticket.timers.get(metric="resolution").due_at == due


def test_the_desk_reads_why_and_the_trader_does_not(mei, cast):
    ticket = file(mei, "KYC-DELAY", subject="认证", body="我会向监管机构投诉。")
    with translation.override("en"):
        desk = visit(cast.ada).get(ticket.get_desk_url()).content.decode()
    assert "The priority rose from P3 to P1: the person needs particular care, a regulator was named" in desk
    assert "Needs particular care" in desk
    own = visit(mei)
    pages = [ticket.get_absolute_url(), "/me/", "/tickets/", f"{ticket.get_absolute_url()}transcript/"]
    pages += [f"/api/v1/tickets/{ticket.reference}/events/", "/api/v1/me/"]
    for page in pages:
        shown = own.get(page).content.decode().lower()
        assert "care" not in shown.replace("care_", "") or "particular care" not in shown, page
        assert "特别关照" not in shown, page
        assert "监管机构被提及" not in shown, page


# --- many at once --------------------------------------------------------------------------------
def test_the_fifth_of_the_same_within_minutes_is_an_incident(cast):
    now = timezone.now()
    people = [cast.mei, cast.omar, cast.fin, cast.faye, cast.eva]
    file(cast.dan, "PLT-BUG", at=now - timedelta(minutes=40), **CALM)
    tickets = [
        file(person, "PLT-BUG", at=now - timedelta(minutes=14 - n), **CALM)
        for n, person in enumerate(people[:4])
    ]
    file(cast.dan, "PLT-API", at=now, **CALM)
    assert not Incident.objects.exists()
    fifth = file(people[4], "PLT-BUG", at=now, **CALM)
    incident = Incident.objects.get()
    assert (incident.category.code, incident.tickets, incident.opened_at) == ("PLT-BUG", 5, now)
    assert set(Ticket.objects.filter(category=fifth.category).values_list("reference", "priority")) == {
        *((ticket.reference, "P1") for ticket in (*tickets, fifth)),
        (Ticket.objects.get(requester=cast.dan, category=fifth.category).reference, "P3"),
    }
    assert [raises(ticket) for ticket in (tickets[0], fifth)] == [[("P3", "P1", ["incident"])]] * 2
    sixth = file(cast.rex, "PLT-BUG", **CALM)
    assert sixth.priority == "P1"
    told = Notice.objects.filter(kind="ticket.incident")
    assert list(told.values_list("person__email", flat=True)) == [cast.sun.email]


def test_other_problem_types_make_no_incident(cast):
    for person in (cast.mei, cast.omar, cast.fin, cast.faye, cast.eva, cast.rex):
        assert file(person, "KYC-DELAY", **CALM).priority == "P3"
    assert not Incident.objects.exists()


def test_a_supervisor_sees_it_above_the_queue_and_closes_it(cast):
    for person in (cast.mei, cast.omar, cast.fin, cast.faye, cast.eva):
        file(person, "PLT-BUG", **CALM)
    incident = Incident.objects.get()
    address = f"/desk/incidents/{incident.pk}/close/"
    agent, supervisor = visit(cast.ada), visit(cast.sun)
    shown = agent.get("/desk/queue/").content.decode()
    assert "App or web fault" in shown
    assert address not in shown
    assert 'hx-swap-oob="true"' in agent.get("/desk/queue/counts/").content.decode()
    assert [agent.post(address).status_code, visit(cast.mei).post(address).status_code] == [403, 404]
    assert address in supervisor.get("/desk/queue/").content.decode()
    lifecycle.change_status(Ticket.objects.filter(requester=cast.mei).get(), "close", by=cast.mei)
    file(cast.rex, "PLT-BUG", **CALM)
    assert [supervisor.post(address).status_code for _ in range(2)] == [302, 302]
    incident.refresh_from_db()
    assert (incident.closed_by, incident.tickets) == (cast.sun, 6)
    assert "incident.closed" in Entry.objects.filter(subject=incident.reference).values_list(
        "action", flat=True
    )
    assert address not in supervisor.get("/desk/queue/").content.decode()
    after = file(cast.dan, "PLT-BUG", **CALM)
    assert (after.priority, Incident.objects.count()) == ("P3", 1), "what came before its end counts no more"


# --- what it costs -------------------------------------------------------------------------------
@pytest.mark.parametrize(("code", "page"), [("KYC-DELAY", "filing"), ("PLT-BUG", "filing a fault")])
def test_filing_asks_little(cast, queries, code, page):
    file(cast.omar, code, **CALM)
    with queries(page):
        file(cast.mei, code, **CALM)


def test_a_raise_costs_no_further_question(mei, queries):
    with queries("filing"):
        file(mei, "KYC-DELAY", **CALM)
