"""The demo story is told whole: what contracts.md promises of it is there, and it holds together."""

from collections import Counter
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils import timezone
from PIL import Image

from accounts.models import LegalEntity, Person, TradingAccount
from disputes.models import Authority, Dispute, Evidence, EvidenceDraft, ExternalPack, InfoItem
from disputes.operations import chain
from disputes.reads import money
from faq.models import Article, Policy, Subject
from helpdesk.audit.models import Entry
from helpdesk.demo import people, scripts, story
from helpdesk.timers.models import State
from tickets.models import Attachment, Ticket, TicketTimer
from tickets.states import Channel, Status

SIGN_INS = {
    "mei": "trader", "omar": "trader", "ada": "agent", "bo": "agent", "sun": "supervisor", "nia": "mediator",
    "dan": "decider", "rex": "appeal_reviewer", "eva": "external_mediator", "cody": "compliance",
    "fin": "finance", "faye": "editor", "root": "admin",
}  # fmt: skip
CASES_STAND_IN = {
    "acknowledged", "investigating", "response_issued", "mediation_pending", "in_mediation",
    "in_determination", "provisional_decision", "decided", "under_appeal", "remedy_due", "referred", "closed",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The story, told once for the tests of this file, and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        # The cast of the tests has the same addresses; it steps aside for the length of the story.
        elsewhere = Replace("email", Value("@demo.test"), Value("@test.test"))
        for model in (Person, EmailAddress):
            model.objects.filter(email__endswith="@demo.test").update(email=elsewhere)
        Person.objects.filter(email__endswith="@test.test").update(is_active=False)
        start = timezone.now().replace(second=0, microsecond=0)
        story.tell(start)
        yield start
        transaction.set_rollback(True)


@pytest.mark.slow
def test_the_story_is_whole(told):
    for key, role in SIGN_INS.items():
        person = Person.objects.get(email=f"{key}@demo.test")
        assert person.check_password(people.PASSWORD)
        assert person.roles == [role]
        assert EmailAddress.objects.filter(user=person, verified=True, primary=True).exists()
    assert Person.objects.get(email="mei@demo.test").language == "zh-hans"
    assert Person.objects.get(email="omar@demo.test").language == "en"
    assert LegalEntity.objects.count() >= 2
    assert TradingAccount.objects.filter(holder__email="mei@demo.test").exists()

    assert Ticket.objects.count() >= 60
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(Ticket.objects.values_list("channel", flat=True)) == set(Channel.values)
    languages = Counter(Ticket.objects.values_list("language", flat=True))
    assert min(languages["zh-hans"], languages["en"]) >= 20

    assert Article.objects.count() >= 40
    assert Subject.objects.filter(articles__isnull=False).distinct().count() == 9
    assert [policy.versions.count() for policy in Policy.objects.all()] == [2, 2, 2]

    assert Dispute.objects.count() == 13
    assert set(Dispute.objects.values_list("state", flat=True)) == CASES_STAND_IN
    mine = Dispute.objects.filter(trader__email="mei@demo.test", state="response_issued")
    assert mine.filter(deadlines__metric="accept_response", deadlines__state=State.RUNNING).exists()
    asked = InfoItem.objects.filter(request__dispute__state="investigating")
    assert [item.answered_at is not None for item in asked.order_by("number")] == [False, True, False]
    assert EvidenceDraft.objects.filter(dispute__state="investigating").count() == 1
    # Above 1,000 USD compliance has approved; Fin leads finance, Flo pays.
    large = Authority.objects.get(amount=4800)
    waits = money.standing(large)
    assert waits.missing == ("finance_lead",)
    assert money.would_help(waits, Person.objects.get(email="fin@demo.test"))
    assert not money.would_help(waits, Person.objects.get(email="flo@demo.test"))
    assert Person.objects.get(email="flo@demo.test").roles == ["finance"]
    pack = ExternalPack.objects.get(dispute__state="referred")
    assert (pack.body.code, pack.their_reference, pack.handed_by.email) == (
        "cy-fo", "FO-2026-4417", "sun@demo.test",
    )  # fmt: skip
    late = Dispute.objects.get(state="remedy_due").deadlines.get(metric="pay_remedy")
    assert late.state == State.BREACHED
    assert {d.language for d in Dispute.objects.all()} == {"zh-hans", "en"}


def test_its_promises_were_kept_broken_and_paused_as_they_happened(told):
    states = Counter(TicketTimer.objects.values_list("state", flat=True))
    assert all(states[state] for state in (State.RUNNING, State.PAUSED, State.FULFILLED, State.BREACHED))
    for timer in TicketTimer.objects.exclude(breached_at=None):
        assert timer.detected_at - timer.breached_at < timedelta(seconds=2)
    assert not TicketTimer.objects.running().filter(due_at__lte=told).exists()
    soon = Ticket.objects.live().filter(promise_due_at__gt=told, promise_due_at__lt=told + timedelta(hours=1))
    assert soon.count() >= 4
    assert Ticket.objects.late(told).count() >= 3
    answered = Ticket.objects.exclude(last_staff_at=None).values_list("created_at", flat=True)
    assert min(answered) < told - timedelta(days=25)


def test_nothing_happened_after_the_moment_it_is_told_at(told):
    by_the_story = Entry.objects.filter(at__gt=told).exclude(action="person.registered")
    assert not by_the_story.exists()
    assert not Ticket.objects.filter(updated_at__gt=told).exists()


def test_files_are_what_they_say_and_evidence_is_what_arrived(told):
    kinds = Counter(Attachment.objects.values_list("mime", flat=True))
    assert all(kinds[mime] for mime in ("image/png", "image/jpeg", "application/pdf", "text/csv"))
    for item in Evidence.objects.all():
        assert item.sha256 == item.claimed_sha256
    for dispute in Dispute.objects.all():
        assert list(chain.faults(dispute)) == []


def test_one_trade_was_settled_at_the_wrong_tick(told):
    dispute = Dispute.objects.get(category="BIN-EXPIRY")
    files = {item.title: item for item in dispute.evidence.all()}
    ticks = next(item for title, item in files.items() if title.startswith("ticks-EURUSD"))
    record = next(item for title, item in files.items() if title.startswith("trade-871204"))
    with default_storage.open(ticks.storage_key) as stream:
        rows = [line.split(",") for line in stream.read().decode().splitlines()[1:]]
    end = f"{dispute.ticket.created_at:%Y-%m-%d}T10:00:00.000+00:00"
    by_the_terms = max((row for row in rows if row[1] <= end), key=lambda row: row[1])
    with default_storage.open(record.storage_key) as stream:
        settled = dict(line.split(",") for line in stream.read().decode().splitlines()[1:])
    assert by_the_terms[2] == "1.08421"
    assert settled["exit_tick_price"] == "1.08409"
    assert settled["exit_tick_at"] > settled["expiry_at"] == end
    assert float(settled["strike"]) < float(by_the_terms[2])
    shot = next(item for item in files.values() if item.is_image)
    with default_storage.open(shot.storage_key) as stream, Image.open(stream) as image:
        assert image.size[0] > 600


def test_the_command_asks_for_demo_mode_and_tells_only_once(db, settings, capsys):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
    settings.DEMO = True
    call_command("seed_demo")  # the cast of the tests has the same addresses
    assert "already" in capsys.readouterr().out


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_story_can_be_told_at_any_hour(hour):
    start = timezone.now().replace(hour=hour, minute=3, second=0, microsecond=0)
    for script in scripts.read(start):
        assert all(step.at <= start for step in script.steps), script.subject
