"""The way outside: which bodies, until when, who has the case, and what they found beside what we found."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from disputes.models import Dispute, ExternalBody, PolicyVersion
from disputes.operations import chain, outward, referring
from disputes.operations.deadlines import ends
from helpdesk.core.errors import Conflict
from helpdesk.notify.models import Notice
from tests.disputes.cases import accepted, decided, in_mediation, opened, paid
from tests.disputes.walking import At, lapse
from tests.support.api import Caller
from tests.support.samples import pdf, upload


def today():
    return timezone.now().date()


def told(case=None, **changes):
    """What the trader tells."""
    values = {"body": "other", "body_name": "Landgericht", "day": today(), "their_reference": "7 C 12/26"}
    return values | {"work": "stops"} | changes


def found(**changes):
    """What the desk records."""
    values = {"outcome": "upheld", "text": "The complaint is upheld.", "day": today(), "remedy": "none"}
    return values | changes


def under(case, jurisdiction, **changes):
    """The same case under the rules of another place."""
    policy = PolicyVersion.objects.filter(jurisdiction=jurisdiction).latest("number")
    Dispute.objects.filter(pk=case.pk).update(jurisdiction=jurisdiction, policy_version=policy, **changes)
    case.refresh_from_db()
    return case


@pytest.mark.django_db
class TestDirectory:
    @pytest.mark.parametrize(
        ("jurisdiction", "code", "limit"),
        [
            ("UK-FCA", "uk-fos", (6, "months", "final_response")),
            ("UK-PSD", "uk-fos", (6, "months", "final_response")),
            ("CY-CYSEC", "cy-fo", (4, "months", "final_response")),
            ("AU-ASIC", "au-afca", (2, "years", "final_response")),
            ("AE-VARA", "ae-vara", (None, "", "final_response")),
            ("FINCOM", "fincom", (45, "calendar_days", "incident")),
        ],
    )
    def test_the_figures_are_those_of_the_policies(self, jurisdiction, code, limit):
        body = ExternalBody.objects.get(jurisdictions__contains=[jurisdiction])
        assert (body.code, (body.limit_n, body.limit_unit, body.counts_from)) == (code, limit)
        policy = PolicyVersion.objects.filter(jurisdiction=jurisdiction).latest("number")
        if external := policy.rule["external"]:
            units = {
                "months": "months",
                "calendar_days": "calendar_days",
                "days": "calendar_days",
                "years": "years",
            }
            assert (external[0], units[external[1]]) == limit[:2]
            assert policy.rule["ext_from"] == limit[2]

    def test_the_last_day_counts_from_the_letter_in_the_zone_of_the_rules(self, cast):
        case = under(decided(cast), "UK-FCA")
        letter = case.events.get(action="dispute.decide").at
        row = outward.bodies(case)[0]
        assert (row.since, row.last) == (letter, ends(letter, 6, "months", tz="Europe/London"))
        assert "Financial Ombudsman Service" not in At(cast.mei).get("dispute", case)
        page = At(cast.mei).get("dispute", case)
        assert "英国金融申诉专员服务" in page
        assert str(row.last.year) in page

    def test_the_last_day_counts_from_what_happened(self, cast):
        moment = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
        case = under(opened(cast), "FINCOM", incident_at=moment)
        row = outward.bodies(case)[0]
        assert row.last == datetime(2026, 11, 15, 23, 59, 59, tzinfo=UTC)
        assert row.over is (row.last < timezone.now())
        case = under(case, "FINCOM", incident_at=None)
        row = outward.bodies(case)[0]
        assert (row.last, row.over) == (None, False)
        assert "事发日期" in At(cast.mei).get("dispute", case)

    def test_without_a_limit_nothing_is_said_that_is_not_known(self, cast):
        row = outward.bodies(under(opened(cast), "AE-VARA"))[0]
        assert (row.limit, row.last, row.over) == (None, None, False)
        assert outward.bodies(under(opened(cast), "EU-CASP")) == []

    def test_the_operator_edits_it(self, cast):
        ExternalBody.objects.filter(code="uk-fos").update(active=False)
        assert outward.bodies(under(opened(cast), "UK-FCA")) == []


@pytest.mark.django_db
class TestTelling:
    def test_the_trader_lets_the_work_end(self, cast):
        case = in_mediation(cast)
        At(cast.mei).post("refer", case, **told())
        assert (case.state, case.waiting_on) == ("referred", "third_party")
        assert not case.deadlines.running().exists()
        assert not case.assignments.active().neutral().exists()
        for page in (At(cast.mei).get("dispute", case), At(cast.sun).get("desk-dispute", case)):
            assert "Landgericht" in page
            assert "7 C 12/26" in page
        both = Notice.objects.filter(subject_ref=case.reference, context__step="referred")
        assert {notice.person for notice in both} == {cast.mei, cast.sun}
        assert not list(chain.faults(case))

    def test_or_lets_it_go_on_and_ends_it_later(self, cast):
        case = in_mediation(cast)
        At(cast.mei).post("refer", case, **told(work="on"))
        assert case.state == "in_mediation"
        assert case.deadlines.running().filter(metric="mediation").exists()
        At(cast.mei).post("refer", case, 409, **told())
        At(cast.mei).post("stop-work", case, 422)
        At(cast.mei).post("stop-work", case, sure="on")
        assert case.state == "referred"
        At(cast.mei).post("stop-work", case, 409, sure="on")

    def test_the_platform_records_it_but_cannot_end_the_work(self, cast):
        for who in ("sun", "cody"):
            case = in_mediation(cast, subject=f"Told by {who}")
            assert "refer-work" not in At(getattr(cast, who)).get("desk-dispute", case)
            At(getattr(cast, who)).post("desk-refer", case, **told())
            assert case.state == "in_mediation"
            assert case.referrals.get().stopped_at is None
            At(cast.mei).post("stop-work", case, sure="on")
            assert case.state == "referred"

    def test_a_body_of_the_directory_is_named_in_each_readers_language(self, cast):
        case = under(decided(cast), "UK-FCA")
        At(cast.mei).post("refer", case, **told(body="uk-fos", body_name=""))
        assert "英国金融申诉专员服务" in At(cast.mei).get("dispute", case)
        cast.sun.language = "en"
        cast.sun.save()
        assert "Financial Ombudsman Service (UK)" in At(cast.sun).get("desk-dispute", case)

    @pytest.mark.parametrize(
        "change",
        [
            {"body_name": ""},
            {"their_reference": " "},
            {"day": ""},
            {"day": today() + timedelta(days=3)},
            {"body": "nobody"},
            {"work": "perhaps"},
        ],
    )
    def test_what_is_missing_is_asked_for_and_what_was_typed_stays(self, cast, change):
        case = in_mediation(cast)
        values = told() | change
        page = At(cast.mei).post("refer", case, 422, **values)
        assert values["their_reference"].strip() in page
        assert case.state == "in_mediation"
        assert not case.referrals.exists()

    def test_only_those_whose_it_is(self, cast):
        case = in_mediation(cast)
        for who in ("hal", "nia", "ivo"):
            At(getattr(cast, who)).post("desk-refer", case, 403, **told())
        for who in ("omar", "dan", "ada"):
            At(getattr(cast, who)).post("desk-refer", case, 404, **told())
        At(cast.omar).post("refer", case, 404, **told())
        At(cast.omar).post("stop-work", case, 404, sure="on")
        At(cast.mei).post("stop-work", case, 409, sure="on")
        At(cast.sun).post("desk-external", case, 409, **found())

    def test_what_is_owed_stays_owed(self, cast):
        case = accepted(cast)
        At(cast.mei).post("refer", case, **told())
        assert case.state == "remedy_due"
        assert case.deadlines.running().filter(metric="pay_remedy").exists()
        At(cast.mei).post("stop-work", case, 409, sure="on")
        At(cast.sun).post("desk-external", case, 409, **found())

    def test_a_case_that_is_over_is_not_referred(self, cast):
        case = paid(cast)
        At(cast.mei).post("confirm", case)
        At(cast.mei).post("refer", case, 409, **told())


@pytest.mark.django_db
class TestOutcome:
    def test_it_is_compared_with_ours_and_the_case_closes(self, cast):
        case = decided(cast)
        At(cast.mei).post("refer", case, **told())
        At(cast.hal).post(
            "desk-external", case, **found(outcome="not_upheld"), files=[upload("letter.pdf", pdf())]
        )
        assert (case.state, case.outcome, case.remedies.count()) == ("closed", "upheld", 0)
        referral = case.referrals.get()
        assert (referral.ours, referral.outcome, referral.differs) == ("upheld", "not_upheld", True)
        item = case.evidence.get(original_filename="letter.pdf")
        assert (referral.item, item.side) == (item, "platform")
        page = At(cast.mei).get("dispute", case)
        assert "与我们不同" in page
        assert item.index_no in page
        assert case.deadlines.running().get().metric == "reopen_window"
        assert not list(chain.faults(case))

    def test_what_the_body_orders_is_owed_and_paid_by_others(self, cast):
        case = decided(cast)
        At(cast.mei).post("refer", case, **told())
        At(cast.sun).post("desk-external", case, **found(remedy="payment", amount="250", currency="usd"))
        assert (case.state, case.waiting_on) == ("remedy_due", "platform")
        remedy = case.remedies.get()
        assert (remedy.proposed_by, remedy.authority.needed, remedy.currency) == (cast.sun, 2, "USD")
        assert "desk-approve" not in At(cast.sun).get("desk-dispute", case)
        At(cast.sun).post("desk-approve", case, 409)
        assert case.deadlines.running().filter(metric="pay_remedy").exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"outcome": ""},
            {"text": " "},
            {"day": ""},
            {"day": today() + timedelta(days=3)},
            {"day": today() - timedelta(days=3)},
            {"remedy": "payment"},
            {"remedy": "payment", "amount": "5"},
            {"amount": "5", "currency": "USD"},
            {"outcome": "not_taken", "remedy": "apology"},
        ],
    )
    def test_what_is_missing_is_asked_for_and_what_was_typed_stays(self, cast, change):
        case = decided(cast)
        At(cast.mei).post("refer", case, **told())
        page = At(cast.sun).post("desk-external", case, 422, **found(text="typed-text-kept") | change)
        assert "typed-text-kept" in page or "text" in change
        assert case.state == "referred"
        assert case.referrals.get().recorded_at is None

    def test_only_those_whose_it_is_and_once(self, cast):
        case = decided(cast)
        At(cast.mei).post("refer", case, **told())
        for who in ("cody", "ivo"):
            At(getattr(cast, who)).post("desk-external", case, 403, **found())
        for who in ("omar", "mei", "nia", "dan"):
            At(getattr(cast, who)).post("desk-external", case, 404, **found())
        At(cast.hal).post("desk-external", case, **found())
        At(cast.hal).post("desk-external", case, 409, **found())
        for change in ({"outcome": "settled"}, {"their_reference": "x"}, {"ours": ""}, {"recorded_at": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                case.referrals.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            case.referrals.all().delete()

    def test_a_body_that_has_not_judged_ends_nothing_here(self, cast):
        case = in_mediation(cast)
        At(cast.mei).post("refer", case, **told(work="on"))
        At(cast.sun).post("desk-external", case, **found(outcome="not_taken"))
        assert case.state == "in_mediation"
        assert case.assignments.active().get().user == cast.nia
        At(cast.mei).post("refer", case, **told(body_name="Another court"))
        assert case.referrals.count() == 2

    def test_a_judgement_ends_the_work_that_went_on(self, cast):
        case = in_mediation(cast)
        At(cast.mei).post("refer", case, **told(work="on"))
        At(cast.sun).post("desk-external", case, **found())
        assert case.state == "closed"
        assert list(case.events.order_by("-seq").values_list("action", flat=True)[:2]) == [
            "dispute.close_referred",
            "dispute.refer",
        ]


@pytest.mark.django_db
def test_programs_tell_it_too(cast):
    case = under(decided(cast), "UK-FCA")
    path = f"/api/v1/disputes/{case.reference}/"
    mei, sun = Caller(cast.mei), Caller(cast.sun)
    bodies = mei.get(path + "bodies/").json()
    assert [(row["code"], row["limit"], row["unit"]) for row in bodies] == [("uk-fos", 6, "months")]
    step = {"step": "refer", "body": "uk-fos", "day": str(today()), "their_reference": "F-1", "stops": True}
    assert Caller(cast.omar).post(path + "transitions/", step).status_code == 404
    assert Caller(cast.hal).post(path + "transitions/", step).status_code == 403
    assert mei.post(path + "transitions/", step | {"their_reference": " "}).status_code == 400
    assert mei.post(path + "transitions/", step).json()["state"] == "referred"
    assert mei.post(path + "transitions/", step).status_code == 409
    outcome = {"step": "external_outcome", "outcome": "partly_upheld", "text": "In part.",
               "day": str(today()), "remedy": "payment", "amount": "40", "currency": "USD"}  # fmt: skip
    assert mei.post(path + "transitions/", outcome).status_code == 403
    assert sun.post(path + "transitions/", outcome).json()["state"] == "remedy_due"
    row = mei.get(path + "referrals/").json()["results"][0]
    assert (row["body"], row["ours"], row["outcome"], row["differs"], row["amount"]) == (
        "uk-fos", "upheld", "partly_upheld", True, "40",
    )  # fmt: skip


@pytest.mark.django_db
def test_nothing_outside_is_lost_by_clocks_alone(cast):
    case = under(decided(cast), "UK-FCA")
    before = outward.bodies(case)[0].last
    lapse(case, "accept_decision", "file_appeal")
    assert (case.state, case.remedies.count()) == ("final", 0)
    assert outward.bodies(case)[0].last == before
    At(cast.mei).post("refer", case, **told(body="uk-fos", body_name=""))
    assert case.state == "referred"


@pytest.mark.django_db(transaction=True)
def test_told_twice_at_once_is_told_once(cast):
    case, ready, results = in_mediation(cast), threading.Barrier(2, timeout=10), []

    def tell(by):
        try:
            ready.wait()
            referring.tell(
                Dispute.objects.get(pk=case.pk), by=by, body=None, body_name="Court", day=today(),
                their_reference="1",
            )  # fmt: skip
            results.append("kept")
        except Conflict as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell, args=(person,)) for person in (cast.mei, cast.sun)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["already_referred", "kept"]
    assert case.referrals.count() == 1
