"""Parts covered by a second person's leave, who opens what, sound and film in pieces, files hashed again."""

import random
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from disputes import access
from disputes.access import room as doors
from disputes.models import Dispute, Evidence, Redaction
from disputes.operations import keeping, redacting, ruling, staging, tending
from helpdesk.core.errors import DomainError
from tests.disputes import cases
from tests.disputes.copies import lines, members, taken
from tests.disputes.rooms import M4A, OGG, WAV, WEBM, aside, handed_in, stored
from tests.disputes.steps import told
from tests.disputes.walking import At

pytestmark = pytest.mark.django_db
PLACES = [{"place": "Line 2", "reason": "third_party"}]


def refused(status, work, *args, **more):
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        work(*args, **more)
    assert refusal.value.status == status, refusal.value.message


def numbers(rows):
    return {item.index_no for item in rows}


def test_covered_by_two_people_and_open_to_few(cast):
    case = cases.in_mediation(cast)
    item = handed_in(case, cast.sun, ("log.txt", b"one\nTHE-OTHER-CLIENT\n"), title="Secret-title")[0]
    edited = stored(("edited.txt", b"one\n[covered]\n"))[0]
    for by in (cast.mei, cast.ivo, cast.eva):
        refused(403, redacting.request, item, by=by, places=PLACES, file=edited)
    refused(400, redacting.request, item, by=cast.hal, places=[{"place": "x", "reason": "ugly"}], file=edited)
    refused(400, redacting.request, item, by=cast.hal, places=PLACES)
    asked = redacting.request(item, by=cast.hal, places=PLACES, file=edited)
    refused(409, redacting.request, item, by=cast.sun, places=PLACES, summary="x")
    refused(409, redacting.decide, asked, by=cast.hal, approve=True)
    refused(403, redacting.decide, asked, by=cast.nia, approve=True)
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=asked.pk).update(decided_by=cast.hal, decided_at=now, approved=True)
    assert item.index_no in numbers(access.evidence_for(cast.mei, case))
    redacting.decide(asked, by=cast.cody, approve=True)
    asked.refresh_from_db(), item.refresh_from_db()
    made = asked.derivative
    assert (item.visibility, made.derivative_of, made.transform) == ("restricted", item, "redact")
    for who, opens in (
        ("mei", False),
        ("nia", False),
        ("ivo", False),
        ("sun", True),
        ("hal", True),
        ("cody", True),
    ):
        person = getattr(cast, who)
        assert (item.index_no in numbers(access.evidence_for(person, case))) is opens, who
        assert made.index_no in numbers(access.evidence_for(person, case)), who
        url = f"/disputes/{case.reference}/evidence/{item.key}/"
        assert At(person).client.get(url).status_code == (200 if opens else 404), who
        page = At(person).client.get(f"{url}about/").content.decode()
        assert ("THE-OTHER-CLIENT" in page, "Secret-title" in page) == (opens, opens), who
        assert made.index_no in page
        assert item.sha256 in page
    assert told(cast.mei, "dispute.step", step="redacted", edited=made.index_no)
    parts = members(taken(case, cast.mei))
    assert not [
        name for name, data in parts.items() if b"THE-OTHER-CLIENT" in data or b"Secret-title" in data
    ]
    assert f"evidence/{made.index_no}.txt" in parts
    assert f"evidence/{item.index_no}.txt" not in parts
    assert any(item.sha256 in str(line) for line in lines(parts["events.jsonl"]))
    assert f"evidence/{item.index_no}.txt" in members(taken(case, cast.hal))


def test_held_back_on_the_way_in_counts_once_agreed(cast):
    case = cases.in_mediation(cast)
    draft = aside(case, cast.sun, "rules.png")[0]
    refused(400, staging.change, draft, {"held_back": "security"}, by=cast.sun)
    staging.change(draft, {"held_back": "security", "summary": "How fraud is found."}, by=cast.sun)
    item = staging.submit(case, [draft.pk], by=cast.sun)[0]
    asked = case.redactions.get()
    assert item not in case.evidence.for_decider()
    assert item not in access.evidence_for(cast.mei, case)
    refused(409, redacting.decide, asked, by=cast.sun, approve=True)
    redacting.decide(asked, by=cast.cody, approve=True)
    assert item in case.evidence.for_decider()
    assert item not in access.evidence_for(cast.mei, case)
    assert "How fraud is found." in At(cast.mei).get("dispute", case)


def test_what_decides_is_what_both_can_open_or_have_a_version_of(cast):
    case = cases.with_decider(cast)
    dice = random.Random(11)
    template = case.evidence.get(side="trader", number=1)
    for number in range(2, 14):
        template.pk, template.number, template.key = None, number, f"k{number}" * 4
        template.side = dice.choice(["trader", "platform", "neutral"])
        template.number += 20
        template.visibility = dice.choice(["both", "restricted"])
        template.restricted_reason = "identity" if template.visibility == "restricted" else ""
        template.summary_for_other_side = dice.choice(["", "In short."])
        template.status = dice.choice(["admitted", "excluded"])
        template.exclusion_reason = "ruled" if template.status == "excluded" else ""
        template.save(force_insert=True)
    both = numbers(access.evidence_for(cast.mei, case)) & numbers(access.evidence_for(cast.hal, case))
    summed = {
        item.index_no
        for item in case.evidence.filter(visibility="restricted").exclude(summary_for_other_side="")
    }
    seen = numbers(access.evidence_for(cast.dan, case))
    assert seen == both | summed
    assert seen - both
    for number in sorted(numbers(case.evidence.all()) - numbers(case.evidence.relied())):
        draft = cases.draft(case, evidence=("P-1", number))
        refused(400, ruling.issue_provisional, case, draft, by=cast.dan)
    assert set(doors.index_for(cast.mei, case)) == set(doors.index_for(cast.dan, case))


def test_sound_and_film_in_pieces(cast):
    case = cases.in_mediation(cast)
    sent = (("a.wav", WAV), ("b.m4a", M4A), ("c.ogg", OGG), ("d.webm", WEBM))
    items = handed_in(case, cast.mei, *sent)
    assert [item.mime_detected for item in items] == ["audio/wav", "audio/mp4", "audio/ogg", "video/webm"]
    client, data = At(cast.sun).client, WAV
    url = f"/disputes/{case.reference}/evidence/{items[0].key}/play/"
    for asked, status, want in (
        ("", 200, data), ("bytes=0-3", 206, data[:4]), ("bytes=70-", 206, data[70:]),
        ("bytes=-5", 206, data[-5:]),
        (f"bytes={len(data)}-", 416, b""), ("bytes=-0", 416, b""), ("bytes=9-3", 416, b""),
        ("lines=1-2", 416, b""),
    ):  # fmt: skip
        answer = client.get(url, headers={"Range": asked} if asked else {})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert (answer.status_code, body) == (status, want), asked
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
    picture = case.evidence.get(side="trader", number=1)
    assert client.get(f"/disputes/{case.reference}/evidence/{picture.key}/play/").status_code == 404
    page = client.get(f"/disputes/{case.reference}/evidence/{items[0].key}/about/").content.decode()
    assert "<audio" in page
    assert case.events.filter(action="dispute.evidence.opened", body__contains='"how":"play"').count() == 1


def test_a_changed_file_is_found_and_the_case_is_held(cast):
    case = cases.in_mediation(cast)
    item = handed_in(case, cast.mei, "chart.png")[0]
    Evidence.objects.all().update(checked_at=timezone.now() - timedelta(days=8))
    count = Evidence.objects.count()
    assert tending.tend() == count
    assert tending.tend() == 0
    assert not case.events.filter(action="dispute.evidence.damaged").exists()
    with open(default_storage.path(item.storage_key), "ab") as file:
        file.write(b"?")
    Evidence.objects.filter(pk=item.pk).update(checked_at=timezone.now() - timedelta(days=8))
    assert tending.tend() == 1
    item.refresh_from_db(), case.refresh_from_db()
    assert (item.status, item.exclusion_reason, case.hold) == ("excluded", "hash_mismatch", "legal")
    assert case.events.filter(action="dispute.evidence.damaged").count() == 1
    assert told(cast.cody, "dispute.task", task="damaged", item=item.index_no)
    assert item not in case.evidence.relied()
    held = case.holds.get(kind="legal", lifted_at=None)
    assert (held.set_by, item.index_no in held.reason) == (None, True)
    keeping.ask_end(held.pk, reason="The backup has the file.", by=cast.cody)
    keeping.agree_end(held.pk, by=cast.sun)
    case.refresh_from_db()
    assert (case.hold, case.holds.filter(kind="legal", lifted_at=None).exists()) == ("none", False)


def test_a_file_that_was_erased_by_rule_is_no_alarm(cast):
    case = cases.in_mediation(cast)
    item = handed_in(case, cast.mei, "chart.png")[0]
    Evidence.objects.filter(pk=item.pk).update(checked_at=timezone.now() - timedelta(days=8))
    Dispute.objects.filter(pk=case.pk).update(purged_at=timezone.now())
    default_storage.delete(item.storage_key)
    assert tending.tend() == 0
    assert not case.events.filter(action="dispute.evidence.damaged").exists()
