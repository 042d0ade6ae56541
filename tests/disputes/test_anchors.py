"""The root of the day: made once, never changed, mailed, published; and what it finds."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from disputes.models import Anchor, AnchorLeaf, Dispute
from disputes.operations import anchoring, chain, talking
from disputes.reads import anchors, chains, verifier
from helpdesk.notify.models import Notice
from helpdesk.settings import env
from helpdesk.timers import sweeps
from tests.disputes.cases import in_mediation, opened
from tests.disputes.copies import taken

pytestmark = pytest.mark.django_db
TABLES = ("event", "eventdata", "dispute", "anchor", "anchorleaf")


def by_hand(*statements):
    """What somebody with the database's own password could do, triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE disputes_{table} DISABLE TRIGGER USER")
        for sql, *values in statements:
            cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE disputes_{table} ENABLE TRIGGER USER")


def day(ahead=0):
    return timezone.now().date() + timedelta(days=ahead)


def said(case, cast, n=1):
    for number in range(n):
        talking.post(case, by=cast.mei, channel="open", body=f"Line {number}")
    case.refresh_from_db()


def told(**options):
    with pytest.raises(CommandError) as refused:
        call_command("verify_chain", stdout=StringIO(), **options)
    return str(refused.value)


def forged(case, seq, *, upto=None):
    """Statements that rewrite a chain from one link on, consistently, and shorten it if asked."""
    prev = case.events.get(seq=seq).prev
    last = upto or case.chain_length
    yield ("DELETE FROM disputes_eventdata WHERE event_id IN (SELECT id FROM disputes_event"
           " WHERE dispute_id = %s AND seq >= %s)", case.pk, seq)  # fmt: skip
    for event in case.events.filter(seq__gte=seq, seq__lte=last).order_by("seq"):
        body = event.body.replace('"nonce":"', '"nonce":"ff')
        digest = chain.digest(prev, body)
        yield ("UPDATE disputes_event SET body = %s, prev = %s, hash = %s WHERE id = %s",
               body, prev, digest, event.pk)  # fmt: skip
        prev = digest
    yield "DELETE FROM disputes_event WHERE dispute_id = %s AND seq > %s", case.pk, last
    yield "UPDATE disputes_dispute SET chain_length = %s, chain_head = %s WHERE id = %s", last, prev, case.pk


def test_one_a_day_by_the_sweep(cast):
    assert sweeps.run("disputes.anchors") == 0  # nothing to anchor
    opened(cast)
    assert [sweeps.run("disputes.anchors") for _n in range(3)] == [1, 0, 0]
    assert Anchor.objects.get().day == timezone.now().date()


def test_each_root_holds_the_one_before_and_every_case(cast):
    cases = [opened(cast) for _n in range(5)]
    roots = [verifier.GENESIS]
    for n in range(3):
        said(in_mediation(cast), cast)
        made = anchoring.make(day(n))
        assert made.previous == roots[-1]
        roots.append(made.root)
    assert made.cases == 8
    for case in Dispute.objects.all():
        proof = anchors.proof(case.reference)
        leaf = verifier.leaf(case.reference, proof["length"], proof["head"])
        assert verifier.climb(leaf, proof["path"]) == made.root
        assert (proof["length"], proof["head"]) == (case.chain_length, case.chain_head)
    # A case that stood still is written once.
    assert AnchorLeaf.objects.filter(reference=cases[0].reference).count() == 1
    assert anchors.proof("D-2026-999999") is None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33])
def test_a_tree_that_grew_is_the_tree_made_at_once(size):
    grown = anchors.Tree()
    for n in range(size):
        grown.put(n, verifier.sha(str(n)))
        root = grown.root()
    whole = anchors.Tree()
    for n in range(size):
        whole.put(n, verifier.sha(str(n)))
    assert whole.root() == root
    assert all(verifier.climb(verifier.sha(str(n)), grown.path(n)) == root for n in range(size))
    grown.put(size // 2, "changed")
    assert grown.root() != root
    assert verifier.climb("changed", grown.path(size // 2)) == grown.root()


@pytest.mark.parametrize("table", ["anchor", "anchorleaf"])
@pytest.mark.parametrize("act", ["UPDATE disputes_{0} SET id = id", "DELETE FROM disputes_{0}"])
def test_it_is_never_changed(cast, table, act):
    opened(cast)
    anchoring.make(day())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE disputes_{table} CASCADE")
    assert Anchor.objects.count() == 1


def test_it_is_mailed_and_published(cast, client, settings):
    settings.ANCHOR_EMAIL = "notary@elsewhere.test"
    opened(cast)
    made = anchoring.make(day())
    rows = Notice.objects.filter(kind="dispute.anchor")
    assert {(row.person_id, row.address) for row in rows} == {
        (cast.cody.pk, ""), (None, "notary@elsewhere.test")}  # fmt: skip
    assert all(row.context["root"] == made.root for row in rows)
    assert made.root in client.get(reverse("disputes:anchors")).content.decode()
    listed = client.get(reverse("disputes:anchors-json")).json()
    assert listed == {"anchors": [{"day": made.day.isoformat(), "root": made.root}]}


@pytest.mark.parametrize("value", ["no address", "a@b, c@d", "Name <a@b.test>", "a@"])
def test_one_address_outside_or_none(monkeypatch, value):
    monkeypatch.setenv("ANCHOR_EMAIL", value)
    with pytest.raises(ImproperlyConfigured, match="ANCHOR_EMAIL"):
        env.address("ANCHOR_EMAIL")
    monkeypatch.setenv("ANCHOR_EMAIL", "notary@elsewhere.test")
    assert env.address("ANCHOR_EMAIL") == "notary@elsewhere.test"
    monkeypatch.delenv("ANCHOR_EMAIL")
    assert env.address("ANCHOR_EMAIL") == ""


def test_older_ones_are_on_older_pages(cast, client, monkeypatch):
    opened(cast)
    for n in range(4):
        anchoring.make(day(n))
    monkeypatch.setattr(anchors, "PAGE", 2)
    page = client.get(reverse("disputes:anchors")).content.decode()
    assert f"?until={day(1)}" in page
    assert str(day()) not in page
    assert str(day()) in client.get(reverse("disputes:anchors"), {"until": str(day(1))}).content.decode()
    for odd in ("x", "2026-13-99", "'; --"):
        assert client.get(reverse("disputes:anchors"), {"until": odd}).status_code == 200


def test_a_cut_tail_is_found(cast):
    case = in_mediation(cast)
    said(case, cast, 4)
    anchoring.make(day())
    said(case, cast, 2)
    cut = case.chain_length - 4
    head = case.events.get(seq=cut).hash
    by_hand(
        (
            "DELETE FROM disputes_eventdata WHERE event_id IN (SELECT id FROM disputes_event WHERE seq > %s)",
            cut,
        ),
        ("DELETE FROM disputes_event WHERE seq > %s", cut),
        ("UPDATE disputes_dispute SET chain_length = %s, chain_head = %s", cut, head),
    )
    assert f"{case.reference} link {cut + 1}: cut" in told()
    assert f"link {cut + 1}" in told(dispute=case.reference)


def test_a_log_written_anew_is_found_between_two_roots(cast):
    case = in_mediation(cast)
    anchoring.make(day())
    good = case.chain_length
    said(case, cast, 3)
    anchoring.make(day(1))
    last = case.chain_length
    said(case, cast, 2)
    by_hand(*forged(case, good + 2))
    assert f"{case.reference} link {good + 1}: links {good + 1} to {last} were rewritten" in told()


def test_a_row_edited_is_found_with_its_number(cast):
    other, case = opened(cast), in_mediation(cast)
    anchoring.make(day())
    seq = case.events.filter(body__contains="mediation_pending").first().seq
    by_hand(("UPDATE disputes_event SET body = replace(body, 'mediation_pending', 'closed')"
             f" WHERE dispute_id = %s AND seq = {seq}", case.pk))  # fmt: skip
    said_so = told()
    assert f"{case.reference} link {seq}: the link does not fit" in said_so
    assert other.reference not in said_so


def test_an_anchor_altered_is_found(cast):
    opened(cast)
    anchoring.make(day())
    anchoring.make(day(1))
    by_hand(("UPDATE disputes_anchor SET root = %s WHERE day = %s", "0" * 64, day()))
    assert f"anchor {day()}: its root is not the root" in told()


def test_a_case_that_vanished_is_found(cast):
    opened(cast)
    anchoring.make(day())
    by_hand(("INSERT INTO disputes_anchorleaf (anchor_id, position, reference, length, head)"
             " SELECT id, 2, 'D-2020-000001', 3, %s FROM disputes_anchor", "0" * 64))  # fmt: skip
    assert "D-2020-000001 link 1: the case was anchored and is gone" in told()


def test_the_next_anchor_raises_the_alarm(cast):
    case = in_mediation(cast)
    anchoring.make(day())
    by_hand(*forged(case, 3, upto=case.chain_length - 1))
    anchoring.make(day(1))
    letter = Notice.objects.filter(kind="dispute.anchor", person=cast.cody).latest("id")
    assert letter.context["misfits"] == case.reference
    assert case.reference in told()


def test_a_copy_somebody_holds_shows_what_was_rewritten(cast, tmp_path):
    case = in_mediation(cast)
    said(case, cast, 2)
    path = tmp_path / "case.zip"
    path.write_bytes(taken(case, cast.mei))
    call_command("verify_chain", bundle=path, stdout=StringIO())
    case.refresh_from_db()
    by_hand(*forged(case, case.chain_length - 2))
    call_command("verify_chain", stdout=StringIO())  # there is no anchor yet: it looks whole
    assert f"link {case.chain_length - 2}: the log here is not the one in" in told(bundle=path)


def test_all_is_well_and_the_pace_is_told(cast):
    for _n in range(3):
        opened(cast)
    anchoring.make(day())
    out = StringIO()
    call_command("verify_chain", stdout=out)
    assert "3 chains" in out.getvalue()
    assert "1 anchors" in out.getvalue()
    assert "events per second" in out.getvalue()
    assert not list(chains.faults())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one(cast):
    opened(cast)
    gate, made = threading.Barrier(4), []

    def work():
        gate.wait()
        made.append(anchoring.make_due())
        connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [0, 0, 0, 1]
    assert Anchor.objects.count() == 1
