"""Who has to let a sum go out (F7): bands, splitting, rates, and that no person stands in two places."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.operations import registration
from accounts.states import Role
from disputes.errors import FurtherApproval, NoRate, SameHands
from disputes.models import Approval, ApprovalLimit, Authority, Currency, Rate, Remedy
from disputes.operations import answering, authorising, proposing, remedying, responding
from disputes.reads import letters, money
from disputes.states.paying import Need
from helpdesk.core.errors import Conflict, Forbidden, NotFound
from tests.disputes import early
from tests.disputes.cases import accepted, decided, in_mediation
from tests.disputes.steps import at_once, case_events, page, told
from tests.support.api import Caller as Api

pytestmark = pytest.mark.django_db


def person(name: str, *roles: Role, **more) -> Person:
    return registration.register(f"{name}@demo.test", name=name, password="x", roles=list(roles), **more)


def refused(work, *errors, code: str = ""):
    with pytest.raises(errors) as found, transaction.atomic():
        work()
    assert not code or found.value.code == code


def denied_by_database(work):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        work()


def let_out(by, authority):
    client = Client()
    client.force_login(by)
    return client.post(reverse("disputes:desk-money-approve", args=[authority.pk]))


@pytest.fixture
def house(cast):
    """Another team's supervisor over Sun, and a finance lead over Fin."""
    cast.ruth = person("Ruth", Role.SUPERVISOR, unit="apac")
    cast.lou = person("Lou", Role.FINANCE)
    Person.objects.filter(pk=cast.sun.pk).update(unit="emea", manager=cast.ruth)
    Person.objects.filter(pk=cast.fin.pk).update(manager=cast.lou)
    for name in ("sun", "fin"):
        getattr(cast, name).refresh_from_db()
    return cast


class TestBands:
    def test_each_sum_has_its_approvers(self, cast):
        two, three = [Need.SUPERVISOR, Need.SECOND], [Need.COMPLIANCE, Need.FINANCE_LEAD]
        sums = Authority(dispute=in_mediation(cast), amount=None, currency="USD")
        assert money.figures(sums, timezone.now()).needs == (Need.SUPERVISOR,)
        for usd, needs in {
            "0.01": [Need.SUPERVISOR], "100": [Need.SUPERVISOR], "100.01": two, "1000": two,
            "1000.01": three, "20000": three, "20000.000001": [*three, Need.EXECUTIVE],
        }.items():  # fmt: skip
            sums.amount = Decimal(usd)
            assert list(money.figures(sums, timezone.now()).needs) == needs, usd
        sums.currency = "XYZ"
        found = money.figures(sums, timezone.now())
        assert found.unknown
        assert Need.EXECUTIVE in found.needs

    def test_which_approvals_fill_which_needs(self, cast):
        def hand(team, *can):
            return Approval(team=team, can=list(can))

        first, both = hand("emea", "supervisor", "second"), ["supervisor", "second"]
        assert money.missing(both, [first]) == ("second",)
        assert money.missing(both, [first, hand("emea", "supervisor", "second")]) == ("second",)
        assert money.missing(both, [first, hand("", "supervisor", "second")]) == ("second",)
        assert money.missing(both, [first, hand("apac", "supervisor", "second")]) == ()
        assert money.missing(both, [hand("", "second", "compliance")]) == ("supervisor",)
        # One person fills one need, however many they could fill.
        assert (
            len(money.missing(["compliance", "finance_lead"], [hand("", "compliance", "finance_lead")])) == 1
        )

    def test_a_large_decision_from_the_acceptance_to_the_payment(self, house):
        case = accepted(house, amount=Decimal("25000"))
        remedy, owed = case.remedies.get(), case.remedies.get().authority
        refused(lambda: remedying.approve(case, by=house.sun), Forbidden, code="approval_not_yours")
        refused(lambda: remedying.approve(case, by=house.fin), Forbidden, code="approval_not_yours")
        refused(lambda: remedying.approve(case, by=house.hal), Forbidden)
        assert told(house.lou, "dispute.task", task="approve")
        assert not told(house.fin, "dispute.task", task="approve")
        for who in ("cody", "lou"):
            remedying.approve(case, by=getattr(house, who))
        refused(lambda: remedying.pay(case, by=house.fin, proof="L 1"), FurtherApproval, code="not_approved")
        assert not remedy.is_approved
        assert not told(house.fin, "dispute.task", task="pay_now")
        shown = page(house.sun, case)
        assert "25,000.00 USD" in shown
        assert all(word in shown for word in ("Cody Park", "高管", "尚缺"))
        assert "尚缺" not in page(house.mei, case)
        remedying.approve(case, by=house.ruth)
        refused(lambda: remedying.approve(case, by=house.ruth), SameHands)
        refused(lambda: remedying.approve(case, by=house.sun), Conflict, code="already_approved")
        refused(lambda: remedying.pay(case, by=house.lou, proof="L 1"), SameHands)
        remedying.pay(case, by=house.fin, proof="L 1")
        given = owed.approvals.get(by=house.cody)
        assert (given.usd, given.counted, given.above) == (Decimal(25000), Decimal(25000), Decimal(20000))
        assert (given.rate, given.rate_day is not None, given.role) == (1, True, "compliance")
        assert "25,000.00 USD" in letters.plain(case.letters.filter(kind="decision").get())
        assert "25,000" not in "".join(case.events.values_list("body", flat=True)), "plain in the log"
        actions = list(case_events(house.ivo, case))
        assert actions.count("dispute.remedy.approved") == 3
        assert actions.count("dispute.remedy.paid") == 1

    def test_a_changed_table_counts_at_once(self, house):
        case = accepted(house)
        remedying.approve(case, by=house.sun)
        ApprovalLimit.objects.filter(above=0).update(needs=["compliance"])
        refused(lambda: remedying.pay(case, by=house.fin, proof="L 1"), FurtherApproval)
        remedying.approve(case, by=house.cody)
        remedying.pay(case, by=house.fin, proof="L 1")


class TestSplitting:
    def test_sums_of_thirty_days_count_together(self, house):
        first = accepted(house, amount=Decimal(90))
        remedying.approve(first, by=house.sun)
        remedying.pay(first, by=house.fin, proof="L 1")
        second = accepted(house, amount=Decimal(90))
        remedying.approve(second, by=house.sun)
        refused(lambda: remedying.pay(second, by=house.fin, proof="L 2"), FurtherApproval)
        found = money.standing(second.remedies.get().authority)
        assert (found.figures.counted, found.others, found.missing) == (180, 90, (Need.SECOND,))
        assert "180.00 美元" in page(house.sun, second)
        remedying.approve(second, by=house.ruth)
        remedying.pay(second, by=house.fin, proof="L 2")
        # A month later nothing of it counts any more.
        later = timezone.now() + timedelta(days=31)
        third = Authority(dispute=second, amount=Decimal(90), currency="USD")
        assert money.figures(third, later).counted == 90

    @pytest.mark.django_db(transaction=True)
    def test_two_halves_approved_in_the_same_moment(self, house):
        halves = [accepted(house, amount=Decimal(60)) for _half in range(2)]

        def approve(case):
            return remedying.approve(case, by=house.sun) and "done"

        assert at_once(approve, *halves) == ["done", "done"]
        complete = [case.remedies.get().authority.completed_at is not None for case in halves]
        assert sorted(complete) == [False, True]


class TestRates:
    def euro(self, usd, ahead=0):
        day = timezone.now().date() + timedelta(days=ahead)
        return Rate.objects.create(
            currency=Currency.objects.get(code="EUR"), day=day, usd=Decimal(usd), source="test"
        )

    def test_a_rate_that_rises_after_the_approval_asks_for_another(self, house):
        self.euro("1.05")
        self.euro("9", ahead=3)
        case = accepted(house, amount=Decimal(90), currency="EUR")
        remedying.approve(case, by=house.sun)
        authority = case.remedies.get().authority
        assert (authority.approvals.get().rate, authority.approvals.get().usd) == (
            Decimal("1.05"),
            Decimal("94.50"),
        )
        rate = self.euro("1.20")
        assert authority.completed_at is not None
        for _again in range(2):
            with pytest.raises(FurtherApproval):
                remedying.pay(case, by=house.fin, proof="L 1")
        authority.refresh_from_db()
        assert authority.completed_at is None
        assert list(case_events(house.ivo, case)).count("dispute.remedy.recounted") == 1
        assert told(house.ruth, "dispute.task", task="approve")
        assert case.remedies.get().paid_at is None
        remedying.approve(case, by=house.ruth)
        remedying.pay(case, by=house.fin, proof="L 1")
        assert [row.rate for row in authority.approvals.all()] == [Decimal("1.05"), rate.usd]
        denied_by_database(lambda: Rate.objects.filter(pk=rate.pk).update(usd=1))
        denied_by_database(lambda: authority.approvals.update(rate=1))

    def test_without_a_rate_nobody_approves(self, house):
        case = accepted(house, amount=Decimal(5), currency="DOGE")
        refused(lambda: remedying.approve(case, by=house.sun), NoRate, code="no_rate")
        assert "DOGE" in page(house.sun, case)
        doge = Currency.objects.create(code="DOGE", decimals=4)
        Rate.objects.create(currency=doge, day=timezone.now().date(), usd=Decimal("0.2"), source="test")
        remedying.approve(case, by=house.sun)


class TestOffers:
    def test_the_platform_offers_nothing_it_may_not_pay(self, house):
        case = in_mediation(house)
        offer = proposing.make(case, by=house.hal, text="We pay 600.", amount=Decimal(600), currency="USD")
        seen = page(house.mei, case)
        assert (offer.state, "We pay 600." in seen) == ("pending", False)
        assert not told(house.mei, "dispute.step", step="offer")
        assert "We pay 600." in page(house.hal, case)
        assert "dispute.offer.proposed" not in case_events(house.mei, case)
        refused(
            lambda: proposing.accept(case, offer.number, by=house.mei, sha256=offer.text_sha256), Conflict
        )
        for who in ("sun", "ruth"):
            assert let_out(getattr(house, who), offer.authority).status_code == 302
        assert told(house.mei, "dispute.step", step="offer")
        assert "We pay 600." in page(house.mei, case)
        assert not {"dispute.offer.allowed", "dispute.offer.proposed"} & set(case_events(house.mei, case))
        proposing.accept(case, offer.number, by=house.mei, sha256=offer.text_sha256)
        remedy = case.remedies.get()
        assert remedy.authority == offer.authority
        assert remedy.is_approved
        refused(lambda: remedying.approve(case, by=house.cody), Conflict)
        refused(lambda: remedying.pay(case, by=house.hal, proof="x"), Forbidden)
        remedying.pay(case, by=house.fin, proof="L 1")

    def test_a_new_offer_takes_the_old_permission_along(self, house):
        case = in_mediation(house)
        first = proposing.make(case, by=house.hal, text="One.", amount=Decimal(60), currency="USD")
        second = proposing.make(case, by=house.hal, text="Two.", amount=Decimal(70), currency="USD")
        first.refresh_from_db()
        assert (first.state, first.authority.void_at is not None) == ("dropped", True)
        refused(lambda: authorising.approve(first.authority, by=house.sun), Conflict)
        denied_by_database(lambda: Approval.objects.create(authority=first.authority, by=house.sun, can=[]))
        authorising.approve(second.authority, by=house.sun)
        assert "One." not in page(house.mei, case)
        assert "Two." in page(house.mei, case)

    def test_the_traders_own_offer_waits_for_the_platforms_people(self, house):
        case = in_mediation(house)
        offer = proposing.make(case, by=house.mei, text="91", amount=Decimal(91), currency="USD")

        def accept(by):
            return proposing.accept(case, offer.number, by=by, sha256=offer.text_sha256)

        refused(lambda: accept(house.hal), FurtherApproval)
        authorising.approve(offer.authority, by=house.sun)
        refused(lambda: accept(house.sun), SameHands)
        accept(house.hal)
        authority = Authority.objects.get(offer=offer)
        assert (authority.proposed_by, case.remedies.get().proposed_by) == (house.hal, house.hal)

    def test_nobody_who_may_still_be_drawn_learns_of_it(self, house):
        both = person("Both", Role.SUPERVISOR, Role.DECIDER)
        case = in_mediation(house)
        offer = proposing.make(case, by=house.hal, text="9", amount=Decimal(9), currency="USD")
        assert money.overview(both)["waiting"] == []
        with pytest.raises(NotFound):
            authorising.one(both, offer.authority.pk)
        refused(lambda: authorising.approve(offer.authority, by=both), Forbidden)


class TestTheAnswer:
    def test_money_in_it_needs_its_approvals_before_it_goes_out(self, house):
        case = early.submitted(house, amount=Decimal(5000))
        seal = early.seal(case)
        refused(lambda: responding.issue(case, by=house.sun, sha256=seal), FurtherApproval)
        authority = case.authorities.get()
        assert (authority.source, authority.proposed_by, authority.approvals.count()) == (
            "answer",
            house.hal,
            0,
        )
        for who in ("cody", "lou"):
            authorising.approve(authority, by=getattr(house, who))
        assert not {"dispute.answer.allowed"} & set(case_events(house.mei, case))
        responding.issue(case, by=house.sun, sha256=seal)
        responding.accept(case, by=house.mei, sha256=case.decisions.get().sha256)
        remedying.pay(case, by=house.fin, proof="L 1")
        assert case.remedies.get().authority == authority

    def test_a_small_one_is_approved_by_whoever_lets_it_out(self, house):
        case = early.answered(house)
        given = case.authorities.get().approvals.get()
        assert (given.by, given.usd) == (house.sun, 91)

    def test_sent_back_it_needs_them_anew(self, house):
        case = early.submitted(house, amount=Decimal(600))
        authorising.approve(case.authorities.get(), by=house.sun)
        responding.send_back(case, by=house.sun, reason="Too little.")
        responding.submit(case, early.text(case, amount=Decimal(900)), by=house.hal)
        old, new = case.authorities.order_by("id")
        assert (old.void_at is not None, new.amount, new.approvals.count()) == (True, 900, 0)

    @pytest.mark.django_db(transaction=True)
    def test_approving_and_changing_at_once(self, house):
        case = early.submitted(house, amount=Decimal(600))
        authority = case.authorities.get()

        def act(by):
            if by == house.ruth:
                return authorising.approve(authority, by=by) and "approved"
            return responding.send_back(case, by=by, reason="No.") and "back"

        found = at_once(act, house.ruth, house.sun)
        authority.refresh_from_db()
        assert sorted(map(str, found)) in (["409", "back"], ["approved", "back"])
        assert authority.void_at is not None
        assert authority.approvals.count() == ("approved" in found)


class TestHands:
    def test_the_database_keeps_them_apart(self, house):
        case = accepted(house, amount=Decimal(300))
        remedy = Remedy.objects.select_related("authority").get(dispute=case)
        authority, now = remedy.authority, timezone.now()

        def pay(by):
            return Remedy.objects.filter(pk=remedy.pk).update(paid_by=by, paid_at=now, proof="x")

        def give(by):
            return Approval.objects.create(authority=authority, by=by, role="supervisor", can=["supervisor"])

        denied_by_database(lambda: give(house.dan))  # the decider proposed it
        denied_by_database(lambda: pay(house.fin))  # nobody has approved
        give(house.root)
        denied_by_database(lambda: give(house.root))
        authorising.recount(authority, at=now)
        denied_by_database(lambda: pay(house.fin))  # one is not enough
        give(house.cody)
        Authority.objects.filter(pk=authority.pk).update(completed_at=now)
        for by in (house.root, house.cody, house.dan):
            denied_by_database(lambda by=by: pay(by))
        denied_by_database(lambda: Authority.objects.filter(pk=authority.pk).update(amount=1))
        denied_by_database(lambda: Authority.objects.filter(pk=authority.pk).update(proposed_by=house.fin))
        denied_by_database(lambda: Remedy.objects.filter(pk=remedy.pk).update(amount=1) and pay(house.fin))
        denied_by_database(lambda: authority.approvals.all().delete())
        assert pay(house.fin) == 1
        denied_by_database(lambda: Remedy.objects.filter(pk=remedy.pk).update(paid_by=house.ruth))
        denied_by_database(lambda: give(house.ruth))

    @pytest.mark.django_db(transaction=True)
    def test_two_approve_and_two_pay_at_once(self, house):
        case = accepted(house, amount=Decimal(300))
        also = person("Rita", Role.SUPERVISOR, unit="latam")

        def approve(by):
            return remedying.approve(case, by=by) and "done"

        assert sorted(map(str, at_once(approve, house.ruth, also, house.sun))) == ["409", "done", "done"]
        second = person("Flo", Role.FINANCE)

        def pay(by):
            return remedying.pay(case, by=by, proof="L 1") and "paid"

        assert sorted(map(str, at_once(pay, house.fin, second))) == ["409", "paid"]
        assert list(case_events(house.ivo, case)).count("dispute.remedy.paid") == 1

    def test_the_same_request_twice_pays_once(self, house):
        case = accepted(house)
        remedying.approve(case, by=house.sun)
        api, body = Api(house.fin), {"step": "pay", "proof": "L 1"}
        url = f"/api/v1/disputes/{case.reference}/transitions/"
        first, again = (api.post(url, body, once="same-key") for _time in range(2))
        assert (first.status_code, again.status_code) == (200, 200)
        assert case.events.filter(action="dispute.remedy.paid").count() == 1


class TestPages:
    def test_each_sees_what_is_theirs(self, house, client):
        owed, ready = accepted(house), decided(house, amount=Decimal(5), currency="USDT")
        answering.accept(ready, by=house.mei)

        def shown(by):
            client.force_login(by)
            return client.get("/desk/disputes/money/")

        assert [shown(by).status_code for by in (house.mei, house.hal, house.root)] == [404] * 3
        body = shown(house.sun).content.decode()
        assert owed.reference in body
        assert "孙悦" in body
        remedying.approve(ready, by=house.sun)
        client.force_login(house.fin)
        listed = client.get("/desk/disputes/").content.decode()
        assert ready.reference in listed
        assert owed.reference not in listed
        rows = Api(house.cody).get("/api/v1/disputes/money/").json()
        assert {row["dispute"]: row["complete"] for row in rows} == {
            owed.reference: False,
            ready.reference: True,
        }
        pk = owed.remedies.get().authority.pk
        answers = [
            Api(by).post(f"/api/v1/disputes/money/{number}/approve/", {}).status_code
            for by, number in ((house.mei, pk), (house.cody, pk), (house.sun, pk + 999), (house.sun, pk))
        ]
        assert answers == [404, 403, 404, 200]
