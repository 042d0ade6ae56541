"""The log of a case is whole, and whoever changes it by hand is found."""

import json
import threading
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from disputes.models import Dispute, Event
from disputes.operations import chain, talking
from tests.disputes.cases import in_mediation, opened, paid
from tests.disputes.steps import erased

pytestmark = pytest.mark.django_db


def by_hand(sql, *values):
    """What somebody with the database's own password could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("event", "eventdata"):
            cursor.execute(f"ALTER TABLE disputes_{table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("event", "eventdata"):
            cursor.execute(f"ALTER TABLE disputes_{table} ENABLE TRIGGER USER")


def test_a_whole_case_verifies_and_the_view_shows_it(cast):
    case = paid(cast)
    out = StringIO()
    call_command("verify_chain", dispute=case.reference, stdout=out)
    assert f"{case.chain_length} links: whole" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, action, prev, hash FROM v_chain WHERE dispute = %s ORDER BY seq", [case.reference]
        )
        rows = cursor.fetchall()
    assert [seq for seq, *_rest in rows] == list(range(1, case.chain_length + 1))
    assert rows[0][2] == "0" * 64
    assert all(after[2] == before[3] for before, after in pairwise(rows))
    assert rows[-1][3] == case.chain_head


def test_a_stranger_can_verify_with_the_standard_library_alone(cast):
    import hashlib

    prev = "0" * 64
    for event in opened(cast).events.order_by("seq"):
        prev = hashlib.sha256((prev + event.body).encode()).hexdigest()
        assert prev == event.hash
        assert (
            json.dumps(json.loads(event.body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            == event.body
        )


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (
            "UPDATE disputes_event SET body = replace(body, 'T11', 'T12') WHERE action = 'dispute.escalate'",
            "link",
        ),
        ("UPDATE disputes_event SET at = at - interval '1 day' WHERE seq = 2", "columns"),
        (
            "UPDATE disputes_event SET actor_id = (SELECT min(id) FROM accounts_person) WHERE seq = 2",
            "columns",
        ),
        ("UPDATE disputes_event SET action = 'dispute.said.open' WHERE seq = 3", "columns"),
        ("DELETE FROM disputes_event WHERE action = 'dispute.letter.issued'", "missing"),
        ("DELETE FROM disputes_event WHERE action = 'dispute.escalate'", "end of the chain"),
        (
            "UPDATE disputes_eventdata SET text = '{}' WHERE id = (SELECT min(id) FROM disputes_eventdata)",
            "attached",
        ),
    ],
)
def test_tampering_is_found(cast, sql, what):
    case = opened(cast)
    by_hand(sql)
    with pytest.raises(CommandError, match=case.reference) as told:
        call_command("verify_chain", stdout=StringIO())
    assert what in str(told.value)


def test_recomputing_the_rest_after_a_change_is_found_by_the_end(cast):
    case = opened(cast)
    event = case.events.get(seq=case.chain_length)
    body = event.body.replace('"cause":"trader"', '"cause":"promise"')
    assert body != event.body
    by_hand(
        "UPDATE disputes_event SET body = %s, hash = %s WHERE id = %s",
        body,
        chain.digest(event.prev, body),
        event.pk,
    )
    assert [fault.what for fault in chain.faults(case)] == ["the end of the chain is missing"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_leave_one_unbroken_chain(cast):
    case = in_mediation(cast)
    before = case.chain_length

    def write(person):
        for number in range(10):
            talking.post(case, by=person, channel="open", body=f"{person} {number}")
        connection.close()

    people = [cast.mei, cast.sun, cast.nia, cast.hal, cast.mei, cast.sun]
    threads = [threading.Thread(target=write, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    case.refresh_from_db()
    assert case.chain_length == before + 60
    assert case.messages.count() == 60
    assert not list(chain.faults(case))


def test_what_was_typed_can_be_erased_and_the_chain_holds(cast):
    case = in_mediation(cast)
    talking.post(case, by=cast.mei, channel="open", body="My number is 138 0000 0000.")
    event = case.events.get(action="dispute.said.open")
    assert "0000 0000" not in event.body
    assert "138" in event.data.text
    erased(event)
    assert not list(chain.faults(Dispute.objects.get(pk=case.pk)))


@pytest.mark.parametrize(
    "table", ["event", "involvement", "draw", "decision", "assignment", "evidence", "dispute"]
)
def test_nothing_of_the_record_is_deleted_or_emptied(cast, table):
    case = paid(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM disputes_{table}")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE disputes_{table} CASCADE")
    assert case.events.exists()


def test_events_are_not_changed(cast):
    case = opened(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(dispute=case).update(role="trader")
