"""A copy of the file: what each person gets of it, and that a stranger can check it."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.operations import api_keys
from disputes.models import Event
from disputes.operations import bundling, evidence, printing, talking
from disputes.reads import verifier
from tests.disputes import early
from tests.disputes.cases import decided, in_mediation, paid, with_decider
from tests.disputes.copies import (
    INSIDE,
    OFFERED,
    ONE_WINDOW,
    SECRET,
    lines,
    members,
    packed,
    rich,
    run,
    taken,
)
from tests.disputes.steps import erased
from tests.support.samples import picture, upload

pytestmark = pytest.mark.django_db
AT_THE_DOOR = "/disputes/{0}/bundle/"


def test_a_stranger_checks_the_zip_and_the_folder(cast, tmp_path):
    data = taken(paid(cast), cast.mei)
    (tmp_path / "case.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "case.zip") as bundle:
        bundle.extractall(tmp_path / "case")
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "verify.py").write_bytes(members(data)["verify.py"])
    code, told = run(alone, tmp_path / "case.zip", "--lang", "en")
    assert (code, "UNCHANGED" in told) == (0, True), told
    assert "7 letters are as they were issued" in told
    assert "2 items of evidence" in told
    code, told = run(tmp_path / "case", tmp_path / "case")
    assert (code, "未被改动" in told) == (0, True), told  # in the language of whom it was made for


def test_what_is_in_it(cast):
    case = decided(cast)
    parts = members(taken(case, cast.mei))
    assert {"index.html", "case.json", "events.jsonl", "texts.jsonl", "manifest.json", "verify.py"} <= set(
        parts
    )
    assert {"letters/decision-1.json", "letters/decision-2.json"} <= set(parts)
    assert parts["verify.py"] == Path(verifier.__file__).read_bytes()
    manifest = json.loads(parts["manifest.json"])
    assert set(manifest["files"]) == set(parts) - {"manifest.json"}
    for name, told in manifest["files"].items():
        assert told == {"size": len(parts[name]), "sha256": hashlib.sha256(parts[name]).hexdigest()}, name
    case.refresh_from_db()
    assert manifest["chain"] == {"length": case.chain_length, "head": case.chain_head}
    assert case.events.get(seq=case.chain_length).action == "dispute.bundle.made"
    ruling = case.decisions.get(number=2)
    assert hashlib.sha256(parts["letters/decision-2.json"]).hexdigest() == ruling.sha256
    item = case.evidence.get(side="trader", number=1)
    with default_storage.open(item.storage_key) as stored:
        assert parts["evidence/T-1.png"] == stored.read()


def test_the_page_in_it_stands_alone_and_speaks_the_readers_language(cast):
    case = rich(cast)
    for person, word in ((cast.mei, "案件"), (cast.ivo, "Points of the complaint")):
        page = members(taken(case, person))["index.html"].decode()
        assert word in page
        assert "<script" not in page
        assert "src=" not in page
        assert f'lang="{person.language}"' in page
        assert "<style>" in page


@pytest.mark.parametrize(
    ("who", "sees", "not_sees"),
    [
        ("mei", {SECRET, OFFERED}, {INSIDE}),
        ("sun", {OFFERED, INSIDE}, {SECRET}),
        ("cody", {INSIDE}, {SECRET, OFFERED}),
        ("ivo", {INSIDE}, {SECRET, OFFERED}),
        ("nia", set(), {SECRET, OFFERED, INSIDE}),  # a mediator knows it, and does not carry it away
    ],
)
def test_everybody_gets_what_the_doors_let_them_see(cast, who, sees, not_sees):
    case, person = rich(cast), getattr(cast, who)
    parts = members(taken(case, person))
    everything = b"".join(parts.values())
    assert b"Said to everyone." in everything
    for text in sees:
        assert text.encode() in parts["index.html"]
        assert text.encode() in parts["texts.jsonl"] + parts["case.json"]
    for text in not_sees:
        assert text.encode() not in everything


def test_a_decider_learns_of_no_offer_and_no_talk_apart(cast):
    case = with_decider(cast)
    parts = members(taken(case, cast.dan))
    rows = lines(parts["events.jsonl"])
    told = [json.loads(row["body"])["action"] for row in rows if "body" in row]
    assert not [action for action in told if "offer" in action or "caucus" in action]
    assert json.loads(parts["case.json"])["offers"] == []


def test_a_link_one_may_not_know_of_is_a_hash_and_nothing_else(cast):
    case = rich(cast)
    parts = members(taken(case, cast.mei))
    rows = lines(parts["events.jsonl"])
    closed = [row for row in rows if "body" not in row]
    assert closed
    assert all(set(row) == {"seq", "prev", "hash"} for row in closed)
    hidden = case.events.get(action="dispute.said.internal")
    assert [row["hash"] for row in closed if row["seq"] == hidden.seq] == [hidden.hash]
    assert len(json.loads(hidden.body)["nonce"]) == 32  # or its text could be found by trying
    for name in ("index.html", "case.json"):
        assert hidden.hash[:12].encode() not in parts[name]
    assert verifier.verify_zip(_stream(packed(parts))).ok


def test_the_platforms_answer_is_a_letter_too(cast):
    case = early.answered(cast)
    report = verifier.verify_zip(_stream(taken(case, cast.mei)))
    assert report.ok, report.wrong
    assert ("ok_letters", {"n": 3}) in report.right


def _stream(data):
    import io

    return io.BytesIO(data)


def test_the_same_copy_has_the_same_bytes(cast, tmp_path):
    case = in_mediation(cast)
    one = bundling.copy(case, by=cast.mei, printed=printing.whole(case, by=cast.mei))
    made = []
    for name in ("a", "b"):
        with (tmp_path / name).open("wb") as out:
            bundling.write(one, out)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_the_same_state_and_moment_have_the_same_bytes(cast):
    from django.db import transaction

    case, at, made = in_mediation(cast), timezone.now(), []
    import unittest.mock as mock

    for _turn in range(2):
        point = transaction.savepoint()
        with mock.patch("disputes.operations.chain.secrets.token_hex", return_value="0" * 32):
            printed = printing.whole(case, by=cast.mei, at=at)
            one = bundling.copy(case, by=cast.mei, at=at, printed=printed)
        out = _stream(b"")
        bundling.write(one, out)
        made.append(out.getvalue())
        transaction.savepoint_rollback(point)
    assert made[0] == made[1]


def test_erased_words_leave_a_file_that_still_checks(cast, tmp_path):
    case = rich(cast)
    erased(*Event.objects.filter(action="dispute.said.open"))
    data = taken(case, cast.mei)
    report = verifier.verify_zip(_stream(data))
    assert report.ok
    assert ("not_given" in dict(report.notes)) is True


def test_it_is_held_by_the_root_of_the_day(cast):
    case = rich(cast)
    manifest = json.loads(members(taken(case, cast.mei))["manifest.json"])
    anchor = manifest["anchor"]
    assert anchor["length"] < manifest["chain"]["length"]
    leaf = verifier.leaf(case.reference, anchor["length"], anchor["head"])
    assert verifier.climb(leaf, anchor["path"]) == anchor["root"]
    assert case.events.get(seq=anchor["length"]).hash == anchor["head"]


def test_the_ways_in(client, cast):
    case = rich(cast)
    client.force_login(cast.mei)
    page = client.get(case.get_absolute_url()).content.decode()
    assert reverse("disputes:bundle", args=[case.reference]) in page
    answer = client.post(reverse("disputes:bundle", args=[case.reference]))
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}.zip"'
    assert answer["Cache-Control"] == "no-store, private"
    assert verifier.verify_zip(_stream(b"".join(answer.streaming_content))).ok
    client.force_login(cast.sun)
    answer = client.post(reverse("disputes:desk-bundle", args=[case.reference]))
    assert verifier.verify_zip(_stream(b"".join(answer.streaming_content))).ok
    client.logout()
    _row, key = api_keys.issue(cast.mei, name="test", by=cast.mei)
    answer = client.get(
        f"/api/v1/disputes/{case.reference}/bundle/", headers={"Authorization": f"Bearer {key}"}
    )
    assert verifier.verify_zip(_stream(b"".join(answer.streaming_content))).ok
    makers = case.events.filter(action="dispute.bundle.made").values_list("actor", flat=True)
    assert list(makers) == [cast.mei.pk, cast.sun.pk, cast.mei.pk]


def test_who_pays_takes_no_file_and_too_many_copies_have_to_wait(client, cast, monkeypatch):
    monkeypatch.setattr("helpdesk.core.throttle.time", ONE_WINDOW)
    case = paid(cast)
    client.force_login(cast.fin)
    assert client.post(reverse("disputes:desk-bundle", args=[case.reference])).status_code in {403, 404}
    client.force_login(cast.mei)
    codes = [client.post(reverse("disputes:bundle", args=[case.reference])).status_code for _n in range(11)]
    assert codes == [200] * 10 + [429]


def test_verify_bundle_uses_the_published_roots(cast, tmp_path, capsys):
    path = tmp_path / "case.zip"
    path.write_bytes(taken(rich(cast), cast.mei))
    call_command("verify_bundle", str(path))
    assert "That root was published" in capsys.readouterr().out
    path.write_bytes(path.read_bytes().replace(b"Said to everyone.", b"Said to everybody"))
    with pytest.raises(CommandError):
        call_command("verify_bundle", str(path))


def test_a_receipt_for_what_was_submitted(client, cast):
    case = in_mediation(cast)
    client.force_login(cast.mei)
    data = picture(text="order 871204")
    client.post(
        reverse("disputes:add-evidence", args=[case.reference]),
        {"title": "Order", "files": upload("order.png", data)},
    )
    item = case.evidence.get(side="trader", number=2)
    address = reverse("disputes:receipt", args=[case.reference, item.key])
    assert address in client.get(case.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    link = case.events.get(action="dispute.evidence.admitted", body__contains='"evidence":"T-2"')
    case.refresh_from_db()
    assert case.chain_head == link.hash
    for told in ("T-2", "order.png", hashlib.sha256(data).hexdigest(), link.hash, str(item.size)):
        assert told in page
    client.force_login(cast.omar)
    assert client.get(address).status_code == 404


def test_files_are_not_held_in_memory(cast):
    import tracemalloc

    from tickets.operations import attaching

    case = in_mediation(cast)
    big = picture(size=(64, 64))
    for start in range(0, 20, 10):
        stored = attaching.store(
            [attaching.Upload(_stream(big + bytes(1_000_000)), f"{start + n}.png") for n in range(10)]
        )
        evidence.submit(case, stored, by=cast.mei)
    talking.post(case, by=cast.mei, channel="open", body="All of it.")
    tracemalloc.start()
    with bundling.take(case, by=cast.mei) as stream:
        size = stream.seek(0, 2)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 20_000_000
        assert peak < 6_000_000
        assert verifier.verify_zip(stream).ok
