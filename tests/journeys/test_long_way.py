"""The long way in real Chromium, in English and without scripts: the platform's answer, mediation, a
decision, its review by somebody fresh, and the body outside that has the last word.
"""

import pytest
from playwright.sync_api import expect

from accounts.operations import registration
from disputes.models import Dispute
from helpdesk.core import clock

from . import steps

pytestmark = pytest.mark.browser


def test_from_an_answer_over_a_review_to_the_body_outside(cast, visit):
    registration.set_preferences(cast.ada, undo_seconds=0)
    words = steps.WORDS["en"]
    omar, ada, hal, sun, nia, dan, rex = (
        visit(getattr(cast, name), script=False)
        for name in ("omar", "ada", "hal", "sun", "nia", "dan", "rex")
    )

    # A complaint in a reply on the ticket; the agent says that it is one, and a handler takes it.
    omar.open("/tickets/new/")
    ticket = steps.file_ticket(omar, words)
    steps.answer_ticket(ada, words["subject"], "The price is the one of our feed; we see no fault.")
    steps.write_again(omar, f"/tickets/{ticket}/", words["complaint"])
    case = steps.mark_complaint(ada, ticket, words["complaint"])
    own, desk = case.get_absolute_url(), case.get_desk_url()
    steps.take_case(hal, case)

    # The platform answers each point; somebody else lets the answer out; the trader says no.
    steps.write_answer(hal, case, conclusion="reject", outcome="not_upheld")
    sun.arrive(desk)
    steps.press(sun, "/answer/issue/")
    omar.arrive(own)
    expect(omar.page.locator("#rights")).to_be_visible()
    omar.shot("long-1-answer")
    steps.unfold(omar, "/answer/no/")
    omar.page.fill("form[action$='/answer/no/'] textarea", "The tick after the end was used.")
    steps.press(omar, "/answer/no/")

    # Somebody neutral tries; the sides stay apart; a third person decides, against the trader.
    sun.arrive(desk)
    steps.press(sun, "/draw/", name="role", value="mediator")
    steps.sign_declaration(nia, case.reference)
    steps.report_no_settlement(nia)
    steps.sign_declaration(dan, case.reference)
    steps.write_decision(dan, case.reference, outcome="not_upheld", remedy="none")
    for side, page in ((omar, own), (sun, desk)):
        side.arrive(page)
        steps.press(side, "/no-comments/")
    dan.arrive(desk)
    steps.press(dan, "/decision/final/")

    # The trader asks for a review; whoever decided has no part in it; the result is another one.
    omar.arrive(own)
    steps.unfold(omar, "/appeal/")
    asked = omar.page.locator("form[action$='/appeal/']")
    asked.locator("select").select_option("calculation")
    asked.locator("textarea").fill("The sum was worked out with the price after the end.")
    steps.press(omar, "/appeal/")
    omar.shot("long-2-review")
    assert dan.open(desk).locator("#evidence").count() == 0
    steps.sign_declaration(rex, case.reference)
    for side, page in ((omar, own), (sun, desk)):
        side.arrive(page)
        steps.nothing_to_reply(side)
    steps.write_review(rex, case.reference, review="vary", amount="45.50")
    omar.arrive(own)
    expect(omar.page.locator("main")).to_contain_text("45.50")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("final", "partly_upheld")

    # It does not satisfy: the body outside has the case now, and what it finds is set beside ours.
    steps.refer(omar, "The Financial Commission", "FC-2026-1180")
    omar.shot("long-3-outside")
    case.refresh_from_db()
    assert case.state == "referred"
    sun.arrive(desk)
    steps.record_outcome(sun, "upheld", "The settlement price was wrong; 91.00 USDT are due.", "91.00")
    omar.arrive(own)
    for told in ("The Financial Commission", "FC-2026-1180", "91.00"):
        expect(omar.page.locator("main")).to_contain_text(told)
    omar.shot("long-4-found")
    case.refresh_from_db()
    assert case.state == "remedy_due"
    assert case.referrals.get().outcome_day == clock.now().date()
    assert Dispute.objects.count() == 1
