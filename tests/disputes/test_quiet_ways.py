"""Quiet ways to learn or lose something: numbers with gaps, a held case, a last day, a running clock."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from disputes.access.letters import letters_for
from disputes.errors import Moved, StillRunning
from disputes.models import (
    Event,
    Letter,
    Purge,
)
from disputes.operations import (
    bundling,
    deadlines,
    lettering,
    packing,
    printing,
    proposing,
    purging,
    replying,
    talking,
)
from disputes.reads import keeping, verifier
from disputes.states import LetterKind
from tests.disputes import cases, rooms
from tests.disputes.walking import At

pytestmark = pytest.mark.django_db


def newest(case) -> Letter:
    return case.letters.order_by("id").last()


def test_no_reader_sees_a_gap_in_the_numbers_of_letters(cast):
    case = cases.in_mediation(cast)
    offer = proposing.make(case, by=cast.sun, text="Terms.", remedy="apology")
    proposing.accept(case, offer.number, by=cast.mei, sha256=offer.text_sha256)
    case.refresh_from_db()
    assert newest(case).number == 2001
    event = case.events.order_by("seq").last()
    lettering.issue(case, LetterKind.RIGHTS, event)
    for who, numbers in ((cast.mei, [1, 2, 2001, 3]), (cast.cody, [1, 2, 3])):
        assert [letter.number for letter in letters_for(who, case)] == numbers
    ruled = cases.decided(cast)
    assert [letter.number for letter in ruled.letters.all()] == [1, 2, 1001, 1002]


def test_a_copy_is_never_set_on_paper_while_the_case_is_held(cast, monkeypatch):
    case = cases.in_mediation(cast)
    real, held = printing.whole, []

    def moving(dispute, *, by, at=None):
        held.append(connection.in_atomic_block and len(connection.savepoint_ids))
        made = real(dispute, by=by, at=at)
        talking.post(case, by=cast.mei, channel="open", body="Meanwhile.")
        return made

    monkeypatch.setattr(printing, "whole", moving)
    before = len(connection.savepoint_ids)
    with pytest.raises(Moved):
        bundling.take(case, by=cast.mei)
    assert held == [before] * bundling.TRIES
    assert not Event.objects.filter(dispute=case, action=verifier.MADE).exists()
    answer = At(cast.mei).client.post(f"/disputes/{case.reference}/bundle/")
    assert answer.status_code == 409
    monkeypatch.undo()
    assert At(cast.mei).client.post(f"/disputes/{case.reference}/bundle/").status_code == 200


def test_a_reply_moves_no_closing_past_the_last_day_for_our_answer(cast):
    case = cases.with_decider(cast)
    decide = case.deadlines.running().get(metric="decide")
    at = timezone.now()
    last = at + timedelta(hours=3)
    deadlines.move(decide, at + timedelta(hours=1), at=at)
    deadlines.move(case.deadlines.running().get(metric="hard_stop"), last, at=at)
    rooms.handed_in(case, cast.mei, "late.png", late_reason="The bank was slow.")
    decide.refresh_from_db()
    reply = case.deadlines.running().get(metric="reply", waits_for="platform")
    assert reply.due_at > last
    assert decide.due_at == last
    assert "最后期限" in decide.extensions.get().reason
    assert replying.last_end(case) == reply.due_at


def test_a_case_in_which_a_time_still_runs_is_neither_proposed_nor_erased(cast):
    from tests.disputes.test_purging import closed

    case = closed(cast)
    at = timezone.now()
    row = deadlines.put(case, "info_request", at + timedelta(days=1), "trader", at=at - timedelta(days=29))
    assert keeping.ticking(case)
    assert purging.propose() == 0
    deadlines.cancel([row], at=at)
    assert purging.propose() == 1
    purge = Purge.objects.get()
    again = deadlines.put(case, "external_latest", at + timedelta(days=1), "trader", at=at)
    for who in (cast.cody, cast.sun):
        with pytest.raises(StillRunning):
            purging.approve(purge.pk, by=who)
    page = At(cast.cody).client.get("/desk/disputes/keeping/").content.decode()
    assert "a time in it still runs" in page
    deadlines.cancel([again], at=at)
    pack = packing.make(case, by=cast.sun, body=None, body_name="secret-body")
    packing.hand_over(pack, by=cast.sun, day=at.date(), how="secret-way")
    purging.approve(purge.pk, by=cast.cody)
    purging.approve(purge.pk, by=cast.sun)
    purging.delete_files()
    pack.refresh_from_db()
    assert "secret" not in pack.body_name + pack.handed_how
    assert (default_storage.exists(pack.storage_key), len(pack.sha256)) == (False, 64)
