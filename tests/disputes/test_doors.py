"""Who may open what: the owner, colleagues by role, strangers; and what each of them finds inside."""

from decimal import Decimal

import pytest
from django.urls import reverse

from disputes import access
from disputes.models import Dispute
from disputes.operations import appointing, mediating, proposing, remedying, ruling, talking
from disputes.operations.appointing import STATEMENTS
from helpdesk.core.errors import Forbidden
from tests.disputes.cases import accepted, draft, in_mediation, opened, with_decider

pytestmark = pytest.mark.django_db
SECRET_TRADER, SECRET_PLATFORM, SECRET_INNER = "caucus-of-mei", "caucus-of-sun", "internal-of-sun"
OFFER = "offer-77"


def get(client, person, url):
    client.force_login(person)
    return client.get(url)


def full_mediation(cast):
    case = in_mediation(cast)
    talking.post(case, by=cast.mei, channel="caucus_trader", body=SECRET_TRADER)
    talking.post(case, by=cast.sun, channel="caucus_platform", body=SECRET_PLATFORM)
    talking.post(case, by=cast.sun, channel="internal", body=SECRET_INNER)
    talking.post(case, by=cast.nia, channel="neutral", body="note-of-nia")
    talking.post(case, by=cast.nia, channel="open", body="open-to-all")
    proposing.make(case, by=cast.mei, text=OFFER, amount=Decimal(77), currency="USD")
    return case


@pytest.mark.parametrize(
    ("who", "own", "desk"),
    [
        ("mei", 200, 404),
        ("omar", 404, 404),
        ("ada", 404, 404),
        ("sun", 404, 200),
        ("hal", 404, 200),
        ("cody", 404, 200),
        ("ivo", 404, 200),
        ("nia", 404, 200),
        ("dan", 404, 404),
        ("eva", 404, 404),
        ("rex", 404, 404),
        ("fin", 404, 404),
        ("faye", 404, 404),
        ("root", 404, 404),
    ],
)
def test_who_opens_a_case(client, cast, who, own, desk):
    case = in_mediation(cast)
    person = getattr(cast, who)
    assert get(client, person, case.get_absolute_url()).status_code == own
    assert get(client, person, case.get_desk_url()).status_code == desk
    assert access.may_watch(person, case.reference) == (200 in (own, desk))


def test_a_superuser_is_nobody_in_a_case(client, cast):
    cast.root.is_superuser = True
    cast.root.save()
    case = opened(cast)
    assert get(client, cast.root, case.get_desk_url()).status_code == 404
    assert not access.disputes_for(cast.root).exists()
    assert access.actors_of(cast.root, case) == frozenset()


def test_references_can_be_counted_but_not_opened(client, cast):
    opened(cast)
    for name in ("D-2026-000001", "D-2026-999999", "D-1-1", "nonsense"):
        assert get(client, cast.omar, f"/disputes/{name}/").status_code == 404
        assert get(client, cast.omar, f"/desk/disputes/{name}/").status_code == 404


def test_nobody_goes_to_sign_in(client, cast):
    case = opened(cast)
    for url in ("/disputes/", case.get_absolute_url(), "/desk/disputes/", case.get_desk_url()):
        assert client.get(url).status_code == 302


def test_what_each_finds_of_what_was_said(client, cast):
    case = full_mediation(cast)
    wanted = {
        "mei": {SECRET_TRADER, "open-to-all", OFFER},
        "sun": {SECRET_PLATFORM, SECRET_INNER, "open-to-all", OFFER},
        "hal": {SECRET_PLATFORM, SECRET_INNER, "open-to-all", OFFER},
        "nia": {SECRET_TRADER, SECRET_PLATFORM, "note-of-nia", "open-to-all", OFFER},
        "cody": {SECRET_INNER, "open-to-all"},
        "ivo": {SECRET_INNER, "open-to-all"},
    }
    everything = {SECRET_TRADER, SECRET_PLATFORM, SECRET_INNER, "note-of-nia", "open-to-all", OFFER}
    for who, found in wanted.items():
        person = getattr(cast, who)
        page = get(client, person, case.address_for(person)).content.decode()
        assert {secret for secret in everything if secret in page} == found, who


def test_the_decider_never_learns_what_was_said_without_prejudice(client, cast):
    case = full_mediation(cast)
    mediating.report_no_settlement(case, by=cast.nia, note="They stay apart.")
    appointing.accept(case, by=cast.dan, statements=STATEMENTS)
    for name in ("desk-dispute", "desk-decision"):
        page = get(client, cast.dan, reverse(f"disputes:{name}", args=[case.reference])).content.decode()
        for secret in (SECRET_TRADER, SECRET_PLATFORM, SECRET_INNER, OFFER, "77.00", "note-of-nia"):
            assert secret not in page
    assert not access.offers_for(cast.dan, case).exists()
    actions = set(access.events_for(cast.dan, case).values_list("action", flat=True))
    assert not {
        action for action in actions if "offer" in action or "caucus" in action or "internal" in action
    }
    assert not Dispute.objects.visible_to(cast.nia).exists()


def test_a_trader_does_not_learn_that_internal_notes_exist(cast):
    case = full_mediation(cast)
    actions = set(access.events_for(cast.mei, case).values_list("action", flat=True))
    assert "dispute.said.caucus_trader" in actions
    assert not actions & {"dispute.said.internal", "dispute.said.caucus_platform", "dispute.said.neutral"}


def test_nobody_signs_nobody_reads(client, cast):
    case = opened(cast)
    appointing.draw(case, "mediator", by=cast.sun)
    item = case.evidence.first()
    page = get(client, cast.nia, case.get_desk_url())
    assert page.status_code == 403
    assert "statements" in page.content.decode()
    assert item.title not in page.content.decode()
    url = reverse("disputes:evidence", args=[case.reference, item.key])
    assert get(client, cast.nia, url).status_code == 403
    with pytest.raises(Forbidden):
        access.desk_dispute(cast.nia, case.reference)
    appointing.accept(case, by=cast.nia, statements=STATEMENTS)
    assert get(client, cast.nia, url).status_code == 200


def test_finance_sees_what_is_to_be_paid_while_it_is(client, cast):
    case = with_decider(cast)
    assert get(client, cast.fin, case.get_desk_url()).status_code == 404
    case = accepted(cast)
    # Not before those who have to approve it have done so.
    assert get(client, cast.fin, case.get_desk_url()).status_code == 404
    remedying.approve(case, by=cast.sun)
    page = get(client, cast.fin, case.get_desk_url())
    assert page.status_code == 200
    assert "91.00 USD" in page.content.decode()
    item = case.evidence.first()
    url = reverse("disputes:evidence", args=[case.reference, item.key])
    assert get(client, cast.fin, url).status_code == 404


def test_a_file_leaves_sealed_and_written_down(client, cast):
    case = in_mediation(cast)
    item = case.evidence.get(side="trader")
    before = case.events.count()
    answer = get(client, cast.nia, reverse("disputes:evidence", args=[case.reference, item.key]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert case.events.count() == before + 1
    last = case.events.last()
    assert (last.action, last.actor, last.role) == ("dispute.evidence.opened", cast.nia, "mediator")
    assert not case.involvements.filter(user=cast.nia).exists()


def test_offers_and_steps_of_others_are_refused(client, cast):
    case = full_mediation(cast)
    client.force_login(cast.omar)
    for name in ("say", "accept", "withdraw", "offer", "object", "no-comments"):
        assert client.post(reverse(f"disputes:{name}", args=[case.reference])).status_code == 404
    client.force_login(cast.ivo)
    for name in ("desk-draw", "desk-approve", "desk-close", "desk-no-comments"):
        told = client.post(reverse(f"disputes:{name}", args=[case.reference]), {"role": "mediator"})
        assert told.status_code == 403, name


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001, "nul\x00here"])
def test_bad_words_come_back_with_a_reason(client, cast, body):
    case = in_mediation(cast)
    client.force_login(cast.mei)
    told = client.post(reverse("disputes:say", args=[case.reference]), {"channel": "open", "body": body})
    assert told.status_code == 422


@pytest.mark.parametrize("channel", ["internal", "caucus_platform", "neutral", "", "everything"])
def test_a_trader_speaks_only_where_a_trader_may(client, cast, channel):
    case = in_mediation(cast)
    client.force_login(cast.mei)
    told = client.post(reverse("disputes:say", args=[case.reference]), {"channel": channel, "body": "Hello"})
    assert told.status_code == 422
    assert not case.messages.exists()


def test_public_pages_are_public(client, cast):
    opened(cast)
    page = client.get("/procedure/")
    assert page.status_code == 200
    assert "T12" in page.content.decode()
    figures = client.get("/statistics/").content.decode()
    assert cast.mei.name not in figures


def test_lists(client, cast):
    case = in_mediation(cast)
    assert case.reference in get(client, cast.mei, "/disputes/").content.decode()
    assert case.reference not in get(client, cast.omar, "/disputes/").content.decode()
    assert case.reference in get(client, cast.sun, "/desk/disputes/").content.decode()
    assert case.reference in get(client, cast.sun, "/desk/disputes/?stage=in_mediation").content.decode()
    assert case.reference not in get(client, cast.sun, "/desk/disputes/?stage=closed").content.decode()
    assert case.reference in get(client, cast.nia, "/desk/disputes/").content.decode()
    assert case.reference not in get(client, cast.dan, "/desk/disputes/").content.decode()
    assert get(client, cast.ada, "/desk/disputes/").status_code == 404


def test_drafts_are_kept_and_come_back(client, cast):
    case = with_decider(cast)
    client.force_login(cast.dan)
    url = reverse("disputes:desk-decision", args=[case.reference])
    assert client.post(url, {"facts": "Half a thought.", "do": "keep"}).status_code == 302
    assert "Half a thought." in client.get(url).content.decode()
    ruling.issue_provisional(case, draft(case), by=cast.dan)
    assert case.decisions.count() == 1
