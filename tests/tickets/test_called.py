"""Whom each rung of a ladder calls, how, and when: the whole table, and its words in both languages."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from helpdesk.core import clock as told
from helpdesk.notify import delivering, digests, render
from helpdesk.notify.models import Delivery, Notice
from tests.support.builders import file
from tickets.access import category
from tickets.operations import assignment, breaches, policies, rostering

pytestmark = pytest.mark.django_db
AT_ONCE, MORNING = "at once", "in the morning"
# When the office's calendar is open, and when it is not; the next opening after that.
WEDNESDAY, FRIDAY = datetime(2030, 1, 9, 10, tzinfo=UTC), datetime(2030, 1, 4, 17, tzinfo=UTC)
MONDAY = datetime(2030, 1, 7, 9, tzinfo=UTC)
HOURS = {"open": (WEDNESDAY, AT_ONCE), "closed": (FRIDAY, MORNING)}
# What the rung names, how things stand, and who hears: Ada has the ticket, Bo and Hal are its team, Sun
# supervises, Hal is on duty.
WHO = [
    ("assignee", "", {"ada"}),
    ("assignee", "nobody's", {"bo", "hal"}),
    ("assignee", "nobody's, without team", {"sun"}),
    ("team", "", {"bo", "hal"}),
    ("team", "without team", {"sun"}),
    ("supervisors", "", {"sun"}),
    ("duty_lead", "", {"hal"}),
    ("duty_lead", "nobody on duty", {"sun"}),
]
EVENTS = {
    "ticket.warning": {"key": "half", "share": 0.5},
    "ticket.late": {"key": "breach", "after": 0, "apologise": True},
    "ticket.still_late": {"key": "late-30m", "after": 1800},
}
PASSES = {"ticket.warning": [1.5], "ticket.late": [2.1], "ticket.still_late": [2.1, 2.7]}  # hours
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARK = "Fees 42"  # the subject: no word of either language's templates


def desk(cast, event, hearer, standing, at, tickets=1):
    """A promise of two hours whose ladder has this one rung, and tickets it was made on."""
    rung = {"tell": [hearer]} | EVENTS[event]
    at_breach = {"key": "breach", "after": 0, "tell": ["supervisors"]}
    ladder = [rung] if event == "ticket.late" else [rung, at_breach]
    policies.create_policy(
        name="Two hours", by=cast.sun, position=1, conditions={"category": ["GEN-ASK"]}, calendar="office",
        targets=[{"metric": "first_response", "seconds": 7200}], ladder=ladder,
    )  # fmt: skip
    members = [] if "without team" in standing else [cast.bo, cast.hal]
    with told.at(at - timedelta(hours=1)):
        rostering.create_team(
            name_en="Fees", name_zh="费用", members=members, categories=[category("GEN-ASK")], by=cast.sun
        )
        if standing != "nobody on duty":
            rostering.add_duty(cast.hal, starts_at=at, ends_at=at + timedelta(days=1), by=cast.sun)
    with told.at(at):
        found = [file(cast.mei, "GEN-ASK", subject=MARK, body="42", at=at) for _n in range(tickets)]
        if "nobody's" not in standing:
            for ticket in found:
                assignment.assign(ticket, to=cast.ada, by=cast.sun)
    for hours in PASSES[event]:
        with told.at(at + timedelta(hours=hours)):
            breaches.sweep_due()


def heard(cast):
    """Who was told what, by which channel, and when: (name, kind, channel, moment)."""
    names = {person.pk: name for name, person in vars(cast).items()}
    rows = Delivery.objects.filter(notice__event_id__regex="^(breach|rung):")
    return sorted(
        (names[person], kind, channel, MORNING if moment == MONDAY else AT_ONCE)
        for person, kind, channel, moment in rows.values_list(
            "notice__person", "notice__kind", "channel", "next_attempt_at"
        )
    )


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(("hearer", "standing", "who"), WHO)
def test_each_hears_exactly_what_the_table_says(cast, hearer, standing, who, event, hours):
    at, letters = HOURS[hours]
    desk(cast, event, hearer, standing, at)
    expected = []
    for name in who:
        expected += [(name, event, "email", letters), (name, event, "inapp", AT_ONCE)]
    if event == "ticket.late":  # the apology is never held back
        expected += [("mei", "ticket.apology", channel, AT_ONCE) for channel in ("email", "inapp")]
    if event == "ticket.still_late":  # the breach before it called the supervisors
        expected += [("sun", "ticket.late", "email", letters), ("sun", "ticket.late", "inapp", AT_ONCE)]
    assert heard(cast) == sorted(expected)


def words(notice, language):
    """The letter's subject, its text and the line behind the bell."""
    notice.person.language, notice.person.name = language, "Kim"
    letter = render.letter(notice)
    with translation.override(language):
        return SimpleNamespace(subject=letter.subject, text=letter.text, bell=render.bell_item(notice))


@pytest.mark.parametrize("event", EVENTS)
def test_every_word_is_there_in_both_languages(cast, event):
    desk(cast, event, "assignee", "", WEDNESDAY)
    notices = list(Notice.objects.filter(event_id__regex="^(breach|rung):").select_related("person"))
    assert {notice.kind for notice in notices} >= {event}
    for notice in notices:
        english, chinese = words(notice, "en"), words(notice, "zh-hans")
        for part in ("subject", "text", "bell"):
            assert notice.subject_ref in getattr(english, part)
            assert notice.subject_ref in getattr(chinese, part)
            assert not CHINESE.search(getattr(english, part)), (notice.kind, part)
            assert CHINESE.search(getattr(chinese, part)), (notice.kind, part)
    # A digest of them, as it is sent when there are too many.
    for language, title in (("en", "more warnings"), ("zh-hans", "")):
        parts = [notice for notice in notices if notice.kind != "ticket.apology"]
        for notice in parts:
            notice.person.language = language
        digest = render.digest(parts * 2)
        assert title in digest.subject
        assert digest.text.count(MARK) == 2 * len(parts)
        assert bool(CHINESE.search(digest.subject)) == (language != "en")


@pytest.mark.parametrize("event", EVENTS)
def test_ten_letters_go_singly_and_the_others_as_one(cast, event, box, monkeypatch):
    monkeypatch.setattr(digests, "WINDOW", 10**7)  # no window ends while the test runs
    desk(cast, event, "assignee", "", WEDNESDAY, tickets=13)
    Delivery.objects.exclude(notice__kind=event).exclude(channel="inapp").update(state="sent")
    assert delivering.deliver_due() == 10
    mine = Delivery.objects.filter(notice__kind=event, notice__person=cast.ada)
    assert {c: mine.filter(channel=c).count() for c in ("email", "digest", "inapp")} == {
        "email": 10, "digest": 3, "inapp": 13,
    }  # fmt: skip
    carrier = mine.filter(channel="digest").exclude(next_attempt_at=None)
    assert carrier.update(next_attempt_at=timezone.now()) == 1
    assert delivering.deliver_due() == 1
    assert set(mine.exclude(channel="inapp").values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("event", EVENTS)
def test_at_night_no_letter_goes_however_many(cast, event, box):
    desk(cast, event, "assignee", "", FRIDAY, tickets=12)
    kinds = ["ticket.warning", "ticket.late", "ticket.still_late"]
    Delivery.objects.exclude(notice__kind__in=kinds).exclude(channel="inapp").update(state="sent")
    assert delivering.deliver_due() == 0
    bell = Delivery.objects.filter(notice__kind=event, notice__person=cast.ada, channel="inapp")
    assert set(bell.values_list("state")) == {("delivered",)}
    assert bell.count() == 12
