"""A log changed behind the application's back, at random, by somebody who may do anything: always found (I1).

TAMPERINGS=1000 does so many. WRITE_SECONDS=300 lets thirty-two writers go on for so long (I2).
"""

import json
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from disputes.models import Dispute, Event
from disputes.operations import anchoring, chain, talking
from disputes.reads import chains, verifier
from tests.disputes.cases import in_mediation
from tests.disputes.copies import members, packed, rich, taken
from tests.disputes.test_tampering import check, lines, relisted, rewritten
from tests.support import faults

TAMPERINGS = faults.times(60, 1000, "TAMPERINGS")
SECONDS = faults.times(2, 300, "WRITE_SECONDS")
WRITERS = 32


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def swap(dice, text):
    """One character of it is another one."""
    place = dice.randrange(len(text))
    other = "abcdefghijklmnopqrstuvwxyz0123456789".replace(text[place].lower(), "")
    return text[:place] + dice.choice(other) + text[place + 1 :]


def edit(dice, case, rows):
    row, column = dice.choice(rows), dice.choice(["body", "prev", "hash", "action", "role"])
    sql(f"UPDATE disputes_event SET {column} = %s WHERE id = %s", swap(dice, getattr(row, column)), row.pk)


def delete(dice, case, rows):
    row = dice.choice(rows[:-1])
    sql("DELETE FROM disputes_eventdata WHERE event_id = %s", row.pk)
    sql("DELETE FROM disputes_event WHERE id = %s", row.pk)


def reorder(dice, case, rows):
    one, other = sorted(dice.sample(rows, 2), key=lambda row: row.seq)
    for row, seq in ((one, 30_000), (other, one.seq), (one, other.seq)):
        sql("UPDATE disputes_event SET seq = %s WHERE id = %s", seq, row.pk)


def insert(dice, case, rows):
    row, prev = dice.choice(rows), case.chain_head
    body = json.loads(row.body) | {"seq": len(rows) + 1}
    text = verifier.canonical(body)
    prev = dice.choice([prev, "f" * 64])
    sql(
        "INSERT INTO disputes_event (dispute_id, seq, at, action, actor_id, role, body, prev, hash)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        case.pk, len(rows) + 1, row.at, row.action, row.actor_id, row.role, text, prev,
        verifier.link(prev, text),
    )  # fmt: skip


def truncate(dice, case, rows):
    """The tail, and what the case says of its own end with it: only an anchor can tell."""
    left = dice.randrange(1, len(rows))
    for row in rows[left:]:
        sql("DELETE FROM disputes_eventdata WHERE event_id = %s", row.pk)
        sql("DELETE FROM disputes_event WHERE id = %s", row.pk)
    sql("UPDATE disputes_dispute SET chain_length = %s, chain_head = %s WHERE id = %s",
        left, rows[left - 1].hash, case.pk)  # fmt: skip


def recompute(dice, case, rows):
    """One link changed and all that follow computed anew, the end in the case too."""
    start = dice.randrange(len(rows))
    prev = rows[start].prev
    for place, row in enumerate(rows[start:]):
        body = json.loads(row.body)
        if not place:
            body["facts"] = {**body["facts"], "forged": dice.randrange(10**6)}
        text = verifier.canonical(body)
        sql("UPDATE disputes_event SET body = %s, prev = %s, hash = %s WHERE id = %s",
            text, prev, f"-{row.pk}", row.pk)  # fmt: skip
        head = verifier.link(prev, text)
        sql("UPDATE disputes_event SET hash = %s WHERE id = %s", head, row.pk)
        prev = head
    sql("UPDATE disputes_dispute SET chain_head = %s WHERE id = %s", prev, case.pk)


def typed(dice, case, rows):
    """What somebody wrote is another text now, or its salt."""
    found = [row for row in rows if hasattr(row, "data")]
    row, column = dice.choice(found), dice.choice(["text", "salt"])
    value = swap(dice, getattr(row.data, column))
    sql(f"UPDATE disputes_eventdata SET {column} = %s WHERE event_id = %s", value, row.pk)


def _no_walls():
    """No triggers, and nothing that points at a link holds it: somebody who owns the tables."""
    for table in ("event", "eventdata", "dispute"):
        sql(f"ALTER TABLE disputes_{table} DISABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'disputes_event'::regclass"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


ROW_WAYS = [edit, delete, reorder, insert, truncate, recompute, typed]


@pytest.mark.django_db
def test_rows_changed_at_random_are_always_found(cast):
    case, dice, done = rich(cast), faults.dice("tamper"), Counter()
    anchoring.make(timezone.now().date() + timedelta(days=1))
    case.refresh_from_db()
    rows = list(case.events.select_related("data").order_by("seq"))
    assert not list(chain.faults(case))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    _no_walls()
    for _n in range(TAMPERINGS):
        way = dice.choice(ROW_WAYS)
        with transaction.atomic():
            way(dice, case, rows)
            found = [fault for fault in chains.faults(case.reference)]
            assert found, f"{way.__name__} was not found"
            transaction.set_rollback(True)
        done[way.__name__] += 1
    assert not list(chain.faults(case))
    faults.tell(rows_tampered=dict(done))


def _a_byte(dice, parts):
    name = dice.choice(sorted(parts))
    data = bytearray(parts[name])
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return parts | {name: bytes(data)}


def _links(change):
    def tamper(dice, parts):
        rows = lines(parts["events.jsonl"])
        change(dice, rows)
        text = "".join(verifier.canonical(row) + "\n" for row in rows)
        return relisted(parts | {"events.jsonl": text.encode()})

    return tamper


def _suffix(dice, parts):
    """Written anew from one link on, the manifest made to fit: only the anchor's root can tell."""

    def change(rows):
        row = dice.choice([row for row in rows[:-1] if "body" in row])
        row["body"] = row["body"].replace('"nonce":"', '"nonce":"0', 1)
        return rows

    return rewritten(parts, change)


def _tail(dice, parts):
    return rewritten(parts, lambda rows: rows[: dice.randrange(1, 6)] + rows[-1:])


def _without(dice, parts):
    name = dice.choice([name for name in sorted(parts) if name != "manifest.json"])
    return relisted({one: data for one, data in parts.items() if one != name})


BUNDLE_WAYS = [
    _a_byte, _links(lambda dice, rows: rows.pop(dice.randrange(len(rows) - 1))),
    _links(lambda dice, rows: rows.insert(0, rows.pop(dice.randrange(1, len(rows))))),
    _links(lambda dice, rows: rows.insert(dice.randrange(len(rows)), dict(dice.choice(rows)))),
    _links(lambda dice, rows: rows.__delitem__(slice(-dice.randrange(1, len(rows)), None))), _suffix, _tail,
    _without,
]  # fmt: skip


@pytest.mark.django_db
def test_copies_changed_at_random_are_always_found(cast):
    case, dice, done = rich(cast), faults.dice("bundles"), Counter()
    anchoring.make(timezone.now().date() + timedelta(days=1))
    # The auditor's copy has every link. Of a link that a reader may not see a copy holds only the hash, and
    # nothing ties the one before it to that hash (docs/decisions/0014).
    parts = members(taken(case, cast.ivo))
    assert not check(parts, chains.anchors.root_of).wrong
    for _n in range(TAMPERINGS):
        way = dice.randrange(len(BUNDLE_WAYS))
        changed = BUNDLE_WAYS[way](dice, dict(parts))
        report = check(packed(changed), chains.anchors.root_of)
        assert not report.ok, f"way {way} was not found"
        done[way] += 1
    faults.tell(copies_tampered=dict(done))


@pytest.mark.django_db(transaction=True)
def test_thirty_two_writers_leave_whole_chains(cast):
    cases = [in_mediation(cast) for _n in range(3)]
    stop, said, failed = time.perf_counter() + SECONDS, Counter(), []
    turned_away = Counter()
    before = sum(case.events.count() for case in cases)

    def write(number):
        who = [cast.mei, cast.sun, cast.hal, cast.nia][number % 4]
        try:
            while time.perf_counter() < stop:
                case = cases[(number + said[number]) % len(cases)]
                try:
                    talking.post(case, by=who, channel="open", body=f"{number} {said[number]}")
                except OperationalError as error:  # five seconds in vain: refused whole
                    if "lock timeout" not in str(error):
                        raise
                    turned_away[number] += 1
                else:
                    said[number] += 1
        except Exception as error:
            failed.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 120)
    assert not failed, failed[:3]
    assert Event.objects.filter(dispute__in=cases).count() == before + sum(said.values())
    for case in Dispute.objects.filter(pk__in=[case.pk for case in cases]):
        assert not list(chain.faults(case))
        assert case.chain_length == case.events.count()
    faults.tell(
        writers=WRITERS, seconds=SECONDS, links=sum(said.values()), turned_away=sum(turned_away.values())
    )
