"""Letters 8 and 11, block h of the answer, and the file for one body outside with the record of what went."""

import hashlib
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from disputes.errors import LetterIncomplete
from disputes.models import (
    Decision,
    Dispute,
    ExternalBody,
    ExternalPack,
    Letter,
    LetterTemplate,
    SystemicIssue,
)
from disputes.operations import (
    asking,
    authorising,
    chain,
    directory,
    lettering,
    packing,
    printing,
    proposing,
    redacting,
    remedying,
    responding,
    systemic,
    talking,
)
from disputes.reads import letters, register, verifier
from helpdesk.audit.models import Entry
from helpdesk.core import paper
from helpdesk.core.errors import Forbidden, Invalid, NotFound
from helpdesk.notify.models import Notice
from tests.disputes import cases, early, rooms
from tests.disputes.copies import members, run
from tests.disputes.walking import At
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
WANTED = [asking.Wanted("Bank statement", "bank_proof"), asking.Wanted("The picture", held="T-1")]


def newest(case) -> Letter:
    return case.letters.order_by("id").last()


def test_asking_is_a_letter_that_says_what_why_by_when_and_what_without_it(cast):
    case = cases.in_mediation(cast)
    with pytest.raises(Invalid) as refused:
        asking.ask(case, "trader", WANTED, by=cast.nia, note=" ")
    assert "note" in refused.value.fields
    assert not case.info_requests.exists()
    asked = asking.ask(case, "trader", WANTED, by=cast.nia, note="为了核对到账时间。")
    letter = newest(case)
    assert (letter.kind, asked.letter, letter.author) == ("info_request", letter, cast.nia)
    told, text = letter.told, letters.plain(letter)
    assert (told["to"], cast.nia.name in told["from"]) == (cast.mei.name, True)
    due = timezone.localtime(asked.deadline.due_at).date().isoformat()
    for word in (
        "Bank statement",
        "T-1",
        "为了核对到账时间。",
        due,
        "不会因此失去任何权利",
        f"/disputes/{case.reference}/asked/1/",
    ):
        assert word in text, word
    facts = json.loads(case.events.get(seq=letter.event.seq + 1).body)["facts"]
    assert (letter.event.action, facts["sha256"]) == ("dispute.info.asked", letter.sha256)
    # Both sides find it at one moment; both, the neutral and those who oversee read it, nobody else.
    notices = Notice.objects.filter(subject_ref=case.reference, context__letter=letter.number)
    assert {(one.person, one.url) for one in notices} == {
        (cast.mei, letter.get_absolute_url()), (cast.sun, letter.get_absolute_url()),
    }  # fmt: skip
    for who in (cast.mei, cast.sun, cast.nia, cast.cody):
        page = At(who).client.get(letter.get_absolute_url()).content.decode()
        assert "Bank statement" in page, who
        assert "/asked/1/" in page
    assert At(cast.omar).client.get(letter.get_absolute_url()).status_code == 404
    assert printing.letter(letter, by=cast.mei).startswith(b"%PDF-")
    assert (
        letter.get_absolute_url()
        in At(cast.mei).client.get(f"/disputes/{case.reference}/asked/1/").content.decode()
    )
    root = f"/api/v1/disputes/{case.reference}/"
    assert Caller(cast.mei).get(root + "requests/").json()["results"][0]["letter"] == letter.number
    body = {"side": "platform", "items": [{"title": "Server log", "kind": "server_log"}]}
    assert Caller(cast.nia).post(root + "requests/", body).status_code == 400
    assert Caller(cast.nia).post(root + "requests/", body | {"note": "The hour of it."}).status_code == 201
    other = newest(case)
    assert "不会因此处于不利地位" in letters.plain(other)
    assert other.told["to"] != cast.mei.name
    # A gap refuses the question with the letter.
    template = lettering.in_force("info_request", "zh-hans")
    with pytest.raises(LetterIncomplete):
        letters.filled("info_request", template.subject, template.body, {"reference": "x", "items": []})


def test_an_answer_says_what_was_changed_or_why_nothing_had_to(cast):
    case = early.submitted(cast, measure="nothing", measures="一次性的人工失误，已有检查。")
    responding.issue(case, by=cast.sun, sha256=early.seal(case))
    case.refresh_from_db()
    answer, text = case.decisions.get(), letters.plain(newest(case))
    assert "无需改变，因为" in text
    assert "一次性的人工失误，已有检查。" in text
    assert json.loads(responding.ruling.text_of(answer))["measures"] == answer.measures
    issued = Caller(cast.mei).get(f"/api/v1/disputes/{case.reference}/decisions/").json()["results"]
    assert (issued[0]["measure"], issued[0]["measures"]) == ("nothing", answer.measures)
    for who, name in ((cast.mei, "dispute"), (cast.sun, "desk-dispute")):
        assert "一次性的人工失误" in At(who).get(name, case)
    with pytest.raises(DatabaseError, match="says what was changed"), transaction.atomic():
        Decision.objects.create(
            dispute=case, kind="response", number=9, author=cast.hal, approved_by=cast.sun,
            conclusion="accept", facts="x", rule_applied="x", reasoning="x", calculation="x",
            not_accepted="x", rights="x", sha256="x", outcome="upheld", remedy="none",
            issued_at=timezone.now(),
        )  # fmt: skip
    # The register tells what was changed, and whoever works on a cause that comes again reads it.
    kind = {"remedy": "apology", "amount": None, "currency": ""}
    changed = [early.answered(cast, **kind) for _n in range(3)]
    rows = list(register.told([case.complaint.pk, changed[0].complaint.pk], timezone.now()))
    assert [row["measures_taken"] for row in rows] == ["", "The alarm now rings after an hour."]
    systemic.open_due()
    number = SystemicIssue.objects.get().pk
    assert (
        "The alarm now rings after an hour."
        in At(cast.cody).client.get(f"/desk/disputes/systemic/{number}/").content.decode()
    )
    told = Caller(cast.cody).get(f"/api/v1/disputes/systemic/{number}/").json()["cases"]
    assert {row["measure"] for row in told} == {"changed", "nothing"}


def rich(cast) -> Dispute:
    """A decided case with offers, talks apart, notes, a restricted item and a request."""
    case = cases.in_mediation(cast)
    held = rooms.aside(case, cast.sun, ("held.txt", b"secret-bytes"))[0]
    from disputes.operations import staging

    staging.change(
        held, {"title": "secret-title", "held_back": "security", "summary": "The fair summary."}, by=cast.sun
    )
    staging.submit(case, [held.pk], by=cast.sun)
    redacting.decide(case.redactions.get(), by=cast.cody, approve=True)
    asking.ask(case, "trader", WANTED, by=cast.nia, note="Why it is needed.")
    offer = proposing.make(case, by=cast.sun, text="secret-offer", remedy="apology")
    proposing.decline(case, offer.number, by=cast.mei, reason="secret-reason")
    for who, channel in ((cast.mei, "caucus_trader"), (cast.sun, "internal"), (cast.sun, "caucus_platform")):
        talking.post(case, by=who, channel=channel, body=f"secret-{channel}")
    talking.post(case, by=cast.mei, channel="open", body="Said to everyone.")
    case.refresh_from_db()
    return case


def test_a_file_for_one_body_holds_what_both_see_and_can_be_checked(cast, tmp_path):
    case = rich(cast)
    body = ExternalBody.objects.get(code="uk-fos")
    pack = packing.make(case, by=cast.sun, body=body, their_reference="FOS-1")
    data = default_storage.open(pack.storage_key).read()
    assert (pack.number, pack.body_name, pack.language) == (1, body.name_en, "en")
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (pack.sha256, pack.size)
    parts = members(data)
    assert {
        "pack.json",
        "index.html",
        "verify.py",
        "events.jsonl",
        "texts.jsonl",
        "manifest.json",
        "terms/procedure.json",
    } <= set(parts)
    whole = b"\n".join(parts.values())
    assert b"secret" not in whole
    assert b"Said to everyone." in whole
    told = json.loads(parts["pack.json"])
    assert told["body"] | {"code": "uk-fos", "country": "GB", "their_reference": "FOS-1"} == told["body"]
    assert told["contact"]["email"] == "helpdesk@localhost"
    assert told["register"][0]["register_no"] == case.complaint.register_no
    assert told["verification_reports"] == []
    [held] = [row for row in told["evidence"] if row["visibility"] == "restricted"]
    assert (held["file"], held["summary"], "title" in held) == ("", "The fair summary.", False)
    shown = [row["file"] for row in told["evidence"] if row["file"]]
    assert shown
    assert set(shown) == {name for name in parts if name.startswith("evidence/")}
    page = parts["index.html"].decode()
    for word in (
        "no trade of this case was checked",
        "The fair summary.",
        "Documents in force",
        case.complaint.register_no,
    ):
        assert word in page, word
    assert "<script" not in page
    cover = pack.letter
    assert (cover.kind, cover.language, cover.told["to"]) == ("external_pack", "en", body.name_en)
    text = letters.plain(cover)
    for word in (
        "FOS-1",
        cast.mei.name,
        "none: no trade",
        "without prejudice",
        "helpdesk@localhost",
        "1 by summary",
    ):
        assert word in text, word
    assert f"letters/{cover.number:02d}-external_pack.json" in parts
    assert f"paper/{cover.number:02d}-external_pack.pdf" in parts
    (tmp_path / "verify.py").write_bytes(parts["verify.py"])
    (tmp_path / "copy.zip").write_bytes(data)
    code, said = run(tmp_path, tmp_path / "copy.zip")
    assert code == 0, said
    assert not verifier.verify_zip(io.BytesIO(data.replace(b"Said to everyone.", b"Said to nobody...."))).ok
    assert not list(chain.faults(case))
    # A second body gets its own, and nothing of the first.
    other = packing.make(case, by=cast.cody, body=None, body_name="法院", language="zh-hans")
    parts = members(default_storage.open(other.storage_key).read())
    assert b"FOS-1" not in b"".join(parts[name] for name in parts if not name.startswith("events"))
    assert not [name for name in parts if name == f"letters/{cover.number:02d}-external_pack.json"]
    assert "法院" in parts["index.html"].decode()
    [link] = [row for row in case.events.filter(action="dispute.pack.made") if '"pack":1' in row.body]
    assert json.loads(link.body)["facts"] == {
        "body": "uk-fos",
        "pack": 1,
        "sha256": pack.sha256,
        "size": pack.size,
    }


def test_what_was_settled_stays_between_the_sides_and_no_body_learns_of_another(cast):
    case = cases.in_mediation(cast)
    sum_of = {"remedy": "payment", "amount": Decimal("77.31"), "currency": "USD"}
    offer = proposing.make(case, by=cast.hal, text="secret-terms", **sum_of)
    authorising.approve(offer.authority, by=cast.sun)
    proposing.accept(case, offer.number, by=cast.mei, sha256=offer.text_sha256)
    remedying.pay(case, by=cast.fin, proof="secret-ledger")
    packing.make(case, by=cast.sun, body=ExternalBody.objects.get(code="uk-fos"))
    pack = packing.make(case, by=cast.cody, body=None, body_name="A court", language="en")
    parts = members(default_storage.open(pack.storage_key).read())
    whole = b"\n".join(parts.values())
    for word in (b"77.31", b"secret", b"uk-fos", b"redress_", b"-remedy."):
        assert word not in whole, word
    told = json.loads(parts["pack.json"])
    assert (told["case"]["outcome"], told["remedies"]) == ("settled", [])
    assert 'pack\\":2' in parts["events.jsonl"].decode(), "its own making is in it"


def test_what_went_where_is_recorded_once_and_read_by_both(cast, monkeypatch):
    case = cases.in_mediation(cast)
    url, sun = f"/disputes/{case.reference}/packs/", At(cast.sun).client
    assert sun.post(url, {"body": ""}).status_code == 422
    assert sun.post(url, {"body": "other", "body_name": " "}).status_code == 422
    assert not case.letters.filter(kind="external_pack").exists()
    monkeypatch.setattr(paper, "fonts", list)  # a house without fonts hands over the texts
    assert sun.post(url, {"body": "other", "body_name": "Court of Delaware"}).status_code == 302
    pack = ExternalPack.objects.get()
    today = timezone.now().date()
    for bad in ({"day": today + timedelta(days=1), "how": "Portal"}, {"day": today, "how": ""}):
        answer = sun.post(f"{url}1/handed/", bad)
        assert (answer.status_code, pack.sha256 in answer.content.decode()) == (422, True)
    assert sun.post(f"{url}1/handed/", {"day": today, "how": "Portal, receipt 77"}).status_code == 302
    assert sun.post(f"{url}1/handed/", {"day": today, "how": "Again"}).status_code == 409
    pack.refresh_from_db()
    assert (pack.handed_by, pack.handed_on, pack.handed_how) == (cast.sun, today, "Portal, receipt 77")
    facts = json.loads(case.events.get(action="dispute.pack.handed_over").body)["facts"]
    assert facts == {"body": "", "day": today.isoformat(), "pack": 1, "sha256": pack.sha256}
    told = Notice.objects.filter(subject_ref=case.reference, context__step="pack_handed")
    assert {one.person for one in told} == {cast.mei, cast.sun}
    for who in (cast.mei, cast.cody, cast.ivo):
        client = At(who).client
        page = client.get(url).content.decode()
        assert "receipt 77" in page
        assert ('name="body_name"' in page) == (who == cast.cody)
        got = client.get(f"{url}1/")
        assert hashlib.sha256(b"".join(got.streaming_content)).hexdigest() == pack.sha256
    assert case.events.filter(action="dispute.pack.taken").count() == 3
    assert At(cast.mei).client.post(url, {"body": "other", "body_name": "X"}).status_code == 403
    for who in (cast.omar, cast.nia, cast.ada, cast.fin):
        assert At(who).client.get(url).status_code == 404
        assert At(who).client.get(f"{url}1/").status_code == 404
    assert "Court of Delaware" in At(cast.mei).get("dispute", case)
    for change in ({"sha256": "0" * 64}, {"handed_on": today - timedelta(days=1)}):
        with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
            ExternalPack.objects.filter(pk=pack.pk).update(**change)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM disputes_externalpack")
    root = f"/api/v1/disputes/{case.reference}/packs/"
    assert Caller(cast.cody).post(root, {"body": "no-such"}).status_code == 400
    assert Caller(cast.mei).post(root, {"body_name": "X"}).status_code == 403
    made = Caller(cast.cody).post(root, {"body_name": "Ombudsman"}).json()
    assert (
        Caller(cast.cody)
        .post(f"{root}{made['number']}/", {"day": str(today), "how": "Mail"})
        .json()["handed_how"]
        == "Mail"
    )
    assert [row["name"] for row in Caller(cast.mei).get(root).json()["results"]] == [
        "Court of Delaware",
        "Ombudsman",
    ]
    assert Caller(cast.nia).get(root).status_code == 404


def test_the_directory_is_kept_by_supervisors_and_compliance(cast):
    sun, root = At(cast.sun).client, "/desk/disputes/bodies/"
    for who, status in ((cast.sun, 200), (cast.cody, 200), (cast.ivo, 200), (cast.hal, 404), (cast.mei, 404)):
        assert At(who).client.get(root).status_code == status
    typed = {
        "code": "nl-kifid", "name_en": "Kifid", "name_zh": "荷兰金融申诉机构", "country": "nl",
        "jurisdictions": ["HOUSE"], "languages": "nl, en", "limit_n": "3", "limit_unit": "",
        "counts_from": "receipt",
        "cost_en": "free", "cost_zh": "免费", "binding": "both", "active": "on",
    }  # fmt: skip
    assert sun.post(root + "new/", typed).status_code == 422
    assert sun.post(root + "new/", typed | {"country": "NLD"}).status_code == 422
    assert sun.post(root + "new/", typed | {"limit_unit": "months"}).status_code == 302
    assert sun.post(root + "new/", typed | {"limit_unit": "months"}).status_code == 409
    body = ExternalBody.objects.get(code="nl-kifid")
    assert (body.country, body.limit_n, body.jurisdictions, body.binding) == ("NL", 3, ["HOUSE"], "both")
    shown = sun.get(root).content.decode()
    assert "免费" in shown
    assert '英国 FCA DISP 1 <small class="quiet mono law">UK-FCA</small>' in shown, (
        "rules by name, the code beside"
    )
    assert "英国 FCA DISP 1 · UK-FCA" in sun.get(root + "new/").content.decode()
    case = cases.in_mediation(cast)
    assert "荷兰金融申诉机构" in At(cast.mei).get("dispute", case)
    assert "免费" in At(cast.mei).get("dispute", case)
    assert At(cast.ivo).client.get(f"{root}nl-kifid/").status_code == 403
    off = {name: value for name, value in typed.items() if name not in {"code", "active"}} | {
        "limit_unit": "months"
    }
    assert sun.post(f"{root}nl-kifid/", off).status_code == 302
    assert "荷兰金融申诉机构" not in At(cast.mei).get("dispute", case)
    assert Entry.objects.filter(action="body.changed", subject="body:nl-kifid").exists()
    api = "/api/v1/disputes/bodies/"
    assert Caller(cast.cody).post(f"{api}nl-kifid/", {"active": True}).json()["active"] is True
    assert Caller(cast.ivo).post(f"{api}nl-kifid/", {"active": True}).status_code == 403
    assert Caller(cast.cody).post(api, {"code": "x", "name_en": "X", "name_zh": ""}).status_code == 400
    assert {row["country"] for row in Caller(cast.ivo).get(api).json()} >= {"GB", "NL", ""}
    with pytest.raises(Forbidden):
        directory.add(by=cast.ivo, told={"code": "y"})
    with pytest.raises(NotFound):
        directory.add(by=cast.mei, told={"code": "y"})


def test_words_of_the_house_keep_their_place_when_answers_have_to_say_more():
    from importlib import import_module

    from django.apps import apps

    later = import_module("disputes.migrations.0039_packs_guards_and_words")
    kept = LetterTemplate.objects.filter(kind="answer", language="en").order_by("number")
    assert [row.number for row in kept] == [1, 2]
    assert "{{measures}}" in kept[1].body
    assert "{{measures}}" not in kept[0].body
    assert later.SECTIONS["en"].splitlines()[0] in kept[1].body
    assert apps.get_model("disputes", "LetterTemplate").objects.filter(kind="external_pack").count() == 2
