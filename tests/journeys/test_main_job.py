"""The main job in real Chromium, from the first search to the accepted decision, each part by another.

In Chinese eight of them, by way of a complaint that the agent marks on a message, to the file that the trader
takes home and has checked; in English and without scripts six, by way of the trader's own escalation.
"""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import F
from playwright.sync_api import expect

from accounts.operations import registration
from disputes.models import Dispute
from disputes.operations import anchoring
from helpdesk.notify import delivering
from helpdesk.notify.models import Notice
from tests.support.cast import address
from tickets.models import Ticket, TicketTimer
from tickets.operations import breaches

from . import steps

pytestmark = pytest.mark.browser


@pytest.fixture
def at_once(cast):
    """Agents send at once: the undo window has tests of its own."""
    for person in (cast.ada, cast.bo):
        registration.set_preferences(person, undo_seconds=0)


def hours_pass(reference: str) -> None:
    """The next answer becomes overdue: its clock is moved back, because the test cannot wait for hours."""
    clocks = TicketTimer.objects.filter(ticket__reference=reference, state="running", metric="next_response")
    back = timedelta(seconds=clocks.get().target_seconds + 60)
    clocks.update(
        started_at=F("started_at") - back, resumed_at=F("resumed_at") - back, due_at=F("due_at") - back
    )
    assert breaches.break_due() == 1


@pytest.mark.parametrize(
    ("trader", "script", "complains"),
    [("mei", True, True), ("omar", False, False)],
    ids=["zh", "en-without-script"],
)
def test_from_the_first_search_to_the_accepted_decision(
    cast, visit, at_once, tmp_path, trader, script, complains
):
    person = getattr(cast, trader)
    words = steps.WORDS[person.language]
    tag = "job-zh" if script else "job-en-noscript"
    trader_at = visit(script=script, language=person.language)
    ada, hal, sun, nia, dan, cody, fin = (
        visit(getattr(cast, name), script=script)
        for name in ("ada", "hal", "sun", "nia", "dan", "cody", "fin")
    )

    def look(who, name):
        who.shot(f"{tag}-{name}")
        if script:
            who.accessible()

    # The trader looks for an answer, finds none, and files a ticket with three files.
    steps.sign_in(trader_at, address(trader))
    steps.search_help(trader_at, words)
    look(trader_at, "01-kinds")
    reference = steps.file_ticket(trader_at, words)
    own = trader_at.page
    look(trader_at, "02-filed")
    ticket = Ticket.objects.get(reference=reference)
    assert ticket.language == person.language
    assert {file.mime for file in ticket.attachments.all()} == {"image/png", "image/jpeg", "application/pdf"}
    expect(own.locator(".promise__say")).to_be_visible()
    expect(own.locator("#thread")).to_contain_text("statement.pdf")

    # An agent answers; the trader is told, in the page and by mail.
    steps.answer_ticket(ada, words["subject"], "We compare the tick of expiry and come back to you.")
    look(ada, "03-answered")
    if not script:
        own.reload()
    expect(own.locator("#thread")).to_contain_text("We compare the tick of expiry", timeout=15_000)
    assert Notice.objects.filter(person=person, kind="ticket.answered", subject_ref=reference).count() == 1
    delivering.deliver_due()
    told = [letter for letter in mail.outbox if letter.to == [person.email]]
    assert all(reference in letter.subject + letter.body for letter in told[-1:])

    # The trader writes again; the next answer is late; there is an apology, and a way on.
    own.fill("#reply textarea[name=body]", words["more"])
    steps.press(trader_at, "/reply/")
    expect(own.locator("#thread")).to_contain_text(words["more"])
    hours_pass(reference)
    assert Notice.objects.filter(person=cast.sun, kind="ticket.late", subject_ref=reference).count() == 1
    assert Notice.objects.filter(person=person, kind="ticket.apology", subject_ref=reference).count() == 1
    own.reload()
    expect(own.locator(".promise--late")).to_be_visible()
    look(trader_at, "04-late")
    if complains:
        # The agent hears the complaint in it, a handler takes it, the supervisor gives it to a neutral.
        case = steps.mark_complaint(ada, reference, words["more"])
        steps.take_case(hal, case)
        look(hal, "05-handler")
        steps.to_mediation(sun, case)
        dispute = case.reference
        steps.follow_case(trader_at)
    else:
        dispute = steps.escalate(trader_at, words)
        case = Dispute.objects.get(reference=dispute)
    look(trader_at, "05-dispute")
    before = case.evidence.count()
    assert before >= 3
    steps.add_evidence(trader_at, "ticks.csv")
    assert case.evidence.count() == before + 1

    # A mediator without any involvement is drawn, signs, and tries.
    sun.open(f"/desk/disputes/{dispute}/")
    look(sun, "06-supervisor")
    steps.nothing_to_reply(sun)
    steps.press(sun, "/draw/", name="role", value="mediator")
    nia.open(f"/desk/disputes/{dispute}/")
    look(nia, "07-declaration")
    steps.sign_declaration(nia, dispute)
    own.reload()
    own.locator("select[name=channel]").select_option("caucus_trader")
    own.locator("form[action$='/say/'] textarea").fill(words["caucus"])
    steps.press(trader_at, "/say/")
    nia.page.reload()
    expect(nia.page.locator("body")).to_contain_text(words["caucus"])
    look(nia, "08-mediation")
    steps.report_no_settlement(nia)

    # Somebody else decides, without having heard what was said without prejudice.
    steps.sign_declaration(dan, dispute)
    expect(dan.page.locator("body")).not_to_contain_text(words["caucus"])
    steps.write_decision(dan, dispute, amount="910.00" if complains else "91.00")
    look(dan, "09-provisional")
    own.reload()
    look(trader_at, "10-provisional")
    steps.press(trader_at, "/no-comments/")
    sun.page.reload()
    steps.press(sun, "/no-comments/")
    dan.page.reload()
    steps.press(dan, "/decision/final/")

    # Accepted, approved by one, a larger sum by two, paid by another, confirmed.
    own.reload()
    look(trader_at, "11-decision")
    steps.say_yes(trader_at, "/accept/")
    case.refresh_from_db()
    assert case.state == "remedy_due"
    sun.page.reload()
    steps.press(sun, "/approve/")
    if complains:
        cody.open(f"/desk/disputes/{dispute}/")
        steps.press(cody, "/approve/")
    fin.open(f"/desk/disputes/{dispute}/")
    look(fin, "12-payment")
    fin.page.locator("form[action$='/pay/'] input[type=text]").first.fill("ledger 8871")
    steps.press(fin, "/pay/")
    own.reload()
    steps.press(trader_at, "/confirm/")
    look(trader_at, "13-closed")
    case.refresh_from_db()
    ticket.refresh_from_db()
    assert (case.state, ticket.status) == ("closed", "closed")

    if complains:
        # The trader takes the file home, has it checked by the public page, and by the command.
        anchoring.make(case.opened_at.date())
        taken = steps.take_file(trader_at, case, tmp_path)
        assert "以来未被改动" in steps.check_file(visit(language="zh-hans"), taken)
        call_command("verify_bundle", str(taken))
