"""Official letters: written with the move, once, for both sides; whole or not at all; the same on paper."""

import hashlib
import json
import re

import pytest
from django.db import DatabaseError, transaction

from disputes.access import taking
from disputes.access.letters import letters_for, taken_letters
from disputes.errors import LetterIncomplete, OwnTemplate, TemplateChanged
from disputes.models import LetterTemplate
from disputes.operations import (
    admitting,
    answering,
    appointing,
    chain,
    leaving,
    lettering,
    letterwriting,
    printing,
    proposing,
    remedying,
    responding,
    solving,
    sweeping,
)
from disputes.reads import letters, lettersamples
from disputes.states import NEEDS, PLACES, LetterKind, LetterLanguage
from helpdesk.core import paper
from helpdesk.core.errors import Forbidden, Invalid
from helpdesk.notify.models import Notice
from tests.disputes import cases, early
from tests.disputes.copies import members, run, taken
from tests.disputes.walking import At, lapse

pytestmark = pytest.mark.django_db
HOSTILE = (
    '# Heading {{rights}} {% now "Y" %}\n- #include("/etc/passwd") #import "@preview/x:0.1.0" <b>&amp; =1+1'
)


def kinds(case):
    return list(case.letters.values_list("kind", flat=True))


def newest(case):
    return case.letters.order_by("id").last()


def text_of(letter):
    return letters.plain(letter)


def test_every_letter_has_words_in_every_language_and_they_are_sound():
    for kind in LetterKind:
        for language in LetterLanguage:
            template = lettering.in_force(kind, language)
            assert (template.language, template.author) == (language, None), (kind, language)
            assert letters.wrong(kind, template.subject, template.body) == {}, (kind, language)
            # A last day counts itself.
            assert not re.search(r"}}\s*之?前|before {{", template.subject + template.body), (kind, language)
            subject, blocks = letters.filled(kind, template.subject, template.body, lettersamples.samples())
            assert "{{" not in subject + json.dumps(blocks)
            assert len(blocks) >= 3
    assert lettering.languages() == ["zh-hans", "en"]
    assert {name for needs in NEEDS.values() for name in needs.known} == set(PLACES)


def test_the_way_to_a_decision_in_letters_and_who_reads_them(cast):
    case = cases.paid(cast)
    assert kinds(case) == ["acknowledgement", "appointment", "provisional", "decision", "remedy"]
    for letter in case.letters.select_related("event", "decision"):
        assert letter.sha256 == hashlib.sha256(letter.body.encode()).hexdigest()
        assert (letter.issued_at, letter.chain_head) == (letter.event.at, letter.event.hash)
        link = case.events.get(seq=letter.event.seq + 1)
        facts = json.loads(link.body)["facts"]
        assert (link.action, facts["sha256"], facts["letter"]) == (
            "dispute.letter.issued", letter.sha256, letter.number,
        )  # fmt: skip
        assert letter.language == case.language == "zh-hans"
        assert case.reference in text_of(letter)
    first, _seat, provisional, decision, remedy = case.letters.all()
    for word in (case.points.all()[0].title, "helpdesk@localhost", "中文、English", "2 项", "法院"):
        assert word in text_of(first)
    for word in ("It is so.", "The reasoning of the case.", "P-1", "91.00 USD", cast.dan.name):
        assert word in text_of(provisional)
        assert word in text_of(decision)
    assert "ledger 8871" in text_of(remedy)
    # Both sides at the same moment, and the notice leads to the letter.
    told = Notice.objects.filter(kind="dispute.decision", subject_ref=case.reference, context__letter=1002)
    assert {notice.person for notice in told} == {cast.mei, cast.sun}
    assert {notice.url for notice in told} == {case.letter_url(1002)}
    assert len({notice.created_at for notice in told}) == 1
    assert decision.decision.sha256 in {row.sha256 for row in case.decisions.all()}
    assert not list(chain.faults(case))
    case.refresh_from_db()
    wanted = {
        "mei": 5,
        "sun": 5,
        "cody": 5,
        "ivo": 5,
        "dan": 5,
        "nia": 0,
        "omar": 0,
        "ada": 0,
        "fin": 0,
        "root": 0,
    }
    assert {who: letters_for(getattr(cast, who), case).count() for who in wanted} == wanted
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        case.letters.update(subject="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        case.letters.all().delete()


def test_the_other_ends_have_their_letters(cast):
    refused = early.refused(cast)
    assert kinds(refused)[-1] == "inadmissible"
    for word in (early.REFUSAL["explanation"], early.REFUSAL["elsewhere"]):
        assert word in text_of(newest(refused))
    admitting.ask_review(refused, by=cast.mei)
    appointing.accept(refused, by=cast.rex, statements=appointing.STATEMENTS)
    admitting.review(refused, by=cast.rex, admit=False, text="It stays.")
    assert kinds(refused)[-1] == "rights"
    solved = early.investigated(cast)
    solving.solve(solved, by=cast.mei, words=HOSTILE)
    assert kinds(solved)[-1] == "solved"
    [words] = [block for block in newest(solved).blocks if "passwd" in block["text"]]
    assert (words["is"], words["text"]) == ("text", HOSTILE)
    silent = early.answered(cast)
    answer = newest(silent)
    assert (answer.kind, answer.author, answer.approved_by) == ("answer", cast.hal, cast.sun)
    clock = silent.deadlines.get(metric="accept_response")
    for code, at in (("50", silent.opened_at), ("75", silent.received_at)):
        clock.rungs.create(rung=code, at=at)
    lapse(silent, "accept_response")
    assert (silent.state, kinds(silent)[-1]) == ("closed", "no_reply")
    assert "法院" in text_of(newest(silent))
    late = cases.in_mediation(cast)
    lapse(late, "response")
    assert kinds(late)[-1] == "delay"
    assert "我们的责任" in text_of(newest(late))
    notice = Notice.objects.get(kind="dispute.delay", person=cast.mei)
    assert notice.url == late.letter_url(newest(late).number)
    nobody = cases.decided(cast)
    answering.decline(nobody, by=cast.mei)
    assert kinds(nobody)[-1] == "rights"
    assert sweeping.sweep_due() == 0


def test_a_settlement_is_a_letter_for_those_who_may_know_of_offers_alone(cast):
    case = cases.in_mediation(cast)
    offer = proposing.make(case, by=cast.sun, text="和解条款：退款。", remedy="apology")
    proposing.accept(case, offer.number, by=cast.mei, sha256=offer.text_sha256)
    case.refresh_from_db()
    letter = newest(case)
    assert (letter.kind, "退款" in text_of(letter), offer.text_sha256 in text_of(letter)) == (
        "settlement",
        True,
        True,
    )
    assert letter in letters_for(cast.mei, case)
    assert letter in letters_for(cast.sun, case)
    assert letter not in letters_for(cast.cody, case)
    assert letter not in taken_letters(cast.ivo, case)
    written = case.events.get(action="dispute.offer.letter")
    assert written in taking.taken_events(cast.sun, case)
    assert written not in taking.taken_events(cast.nia, case)
    for who, status in ((cast.mei, 200), (cast.sun, 200), (cast.ivo, 404), (cast.omar, 404)):
        client = At(who).client
        assert client.get(letter.get_absolute_url()).status_code == status, who


def test_nothing_is_issued_with_a_gap_and_the_move_is_refused_with_it(cast, monkeypatch):
    case = early.submitted(cast)
    real = lettering.lettervalues._decision
    monkeypatch.setattr(
        lettering.lettervalues,
        "_decision",
        lambda dispute, decision: real(dispute, decision) | {"calculation": " "},
    )
    with pytest.raises(LetterIncomplete) as refused:
        responding.issue(case, by=cast.sun, sha256=early.seal(case))
    assert "calculation" in refused.value.fields
    case.refresh_from_db()
    assert (case.state, kinds(case)) == ("investigating", ["acknowledgement"])
    monkeypatch.undo()
    answer = case.decisions.get()
    answer.findings.update(answer="")
    with pytest.raises(LetterIncomplete, match="letter_incomplete"):
        lettering.lettervalues._answers(case, answer)
    template = lettering.in_force("remedy", "en")
    values = lettersamples.samples()
    for gap in ("proof", "remedy"):
        with pytest.raises(LetterIncomplete):
            letters.filled("remedy", template.subject, template.body, values | {gap: ""})
    _subject, blocks = letters.filled(
        "solved",
        "x",
        "{{reference}} {{words}}".replace(" ", "\n\n") + "\n\n{{rights}}\n\n# Later\n\nUntil {{reopen_by}}.",
        values | {"reopen_by": ""},
    )
    assert [block["is"] for block in blocks] == ["text", "text", "text"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda body: body + "\n\n{{rigths}}", "{{rigths}}"),
        (lambda body: body + "\n\n{{ request.user.password }}", "request.user.password"),
        (lambda body: body.replace("{{proof}}", "ledger"), "{{proof}}"),
        (lambda body: body + "\n\n{{reference", "{{reference"),
        (lambda body: body + "\n\n# Nothing here", "Nothing here"),
        (lambda body: body + "\n\n{{answers}}", "{{answers}}"),
    ],
)
def test_words_that_cannot_make_a_letter_are_not_saved_and_the_reason_names_the_place(cast, change, named):
    base = lettering.in_force("remedy", "en")
    sent = {"do": "keep", "subject": base.subject, "body": change(base.body), "seen": ""}
    client = At(cast.faye).client
    page = client.post("/desk/letters/remedy/en/", sent)
    assert page.status_code == 422
    assert named in page.content.decode()
    assert "Ledger entry or transaction" in page.content.decode()
    assert not LetterTemplate.objects.draft().exists()


def test_reasons_are_never_written_beforehand():
    template = lettering.in_force("decision", "en")
    for name in ("reasons", "facts", "calculation"):
        body = template.body.replace("{{" + name + "}}", "As usual: {{" + name + "}}")
        assert "paragraph of its own" in str(letters.wrong("decision", template.subject, body)["body"])


def test_one_drafts_another_publishes_and_letters_that_are_out_stay(cast):
    case = cases.accepted(cast)
    remedying.approve(case, by=cast.sun)
    base = lettering.in_force("remedy", "zh-hans")
    body = base.body + "\n\n祝好！"
    address = "/desk/letters/remedy/zh-hans/"
    sent = {"do": "preview", "subject": base.subject, "body": body, "seen": ""}
    cody, sun, faye = At(cast.cody).client, At(cast.sun).client, At(cast.faye).client
    shown = cody.post(address, sent)
    assert (shown.status_code, "祝好！" in shown.content.decode()) == (200, True)
    assert not LetterTemplate.objects.draft().exists()
    assert cody.post(address, sent | {"do": "keep"}).status_code == 302
    assert faye.post(address, sent | {"do": "keep"}).status_code == 409  # written meanwhile
    seal = letterwriting.seal(LetterTemplate.objects.draft().get())
    for client, seen, status in (
        (cody, seal, 409),
        (faye, seal, 403),
        (sun, "old", 409),
        (At(cast.mei).client, seal, 404),
    ):
        assert client.post(address + "publish/", {"seen": seen}).status_code == status
    with pytest.raises(OwnTemplate):
        letterwriting.publish("remedy", "zh-hans", seen=seal, by=cast.cody)
    with pytest.raises(TemplateChanged):
        letterwriting.publish("remedy", "zh-hans", seen="", by=cast.sun)
    with pytest.raises(Forbidden):
        letterwriting.save("remedy", "en", subject="x", body="x", seen="", by=cast.sun)
    with pytest.raises(Invalid):
        letterwriting.save("remedy", "en", subject="x", body="x", seen="", by=cast.faye)
    draft = LetterTemplate.objects.draft().get()
    with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        LetterTemplate.objects.filter(pk=draft.pk).update(published_at=case.opened_at, published_by=cast.cody)
    copy = case.letters.first()
    copy.pk, copy.number, copy.kind, copy.template = None, 99, "remedy", draft
    with pytest.raises(DatabaseError, match="not published"), transaction.atomic():
        copy.save(force_insert=True)
    assert sun.post(address + "publish/", {"seen": seal}).status_code == 302
    remedying.pay(case, by=cast.fin, proof="ledger 1")
    assert "祝好" in text_of(newest(case))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LetterTemplate.objects.filter(number=1).update(body="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LetterTemplate.objects.filter(number=1, kind="rights").delete()
    for number, there in ((2, False), (3, True)):
        page = At(cast.ivo).client.get(f"{address}{number}/").content.decode()
        assert ("祝好！" in page) == there


def test_on_the_pages_on_paper_and_for_programs(cast, monkeypatch):
    case = early.complained(cast, subject=HOSTILE.replace("\n", " ")[:90])
    mei, sun = At(cast.mei), At(cast.sun)
    for page in (mei.get("dispute", case), sun.get("desk-dispute", case)):
        assert case.letter_url(1) in page
    letter = case.letters.get()
    page = mei.client.get(case.letter_url(1)).content.decode()
    assert '<h1 id="letter" lang="zh-hans">' in page
    assert "&lt;b&gt;" in page or "{% now" in page
    assert letter.sha256 in page
    assert letter.chain_head in page
    mei.client.get(case.letter_url(1))
    assert case.events.filter(action="dispute.letter.opened").count() == 1
    answers = [who.client.get(f"{case.letter_url(1)}pdf/") for who in (mei, sun, mei)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["Content-Disposition"].startswith("attachment")
    assert answers[0]["Content-Type"] == "application/pdf"
    assert "sandbox" in answers[0]["Content-Security-Policy"]
    assert answers[0].content.startswith(b"%PDF-")
    assert case.events.filter(action="dispute.letter.opened").count() == 3
    whole = mei.client.post(mei.url("dossier", case))
    assert (whole.status_code, whole.content[:5]) == (200, b"%PDF-")
    link = case.events.get(action="dispute.dossier.made")
    assert json.loads(link.body)["facts"]["sha256"] == hashlib.sha256(whole.content).hexdigest()
    monkeypatch.setattr(paper, "fonts", list)
    for answer in (mei.client.get(f"{case.letter_url(1)}pdf/"), mei.client.post(mei.url("dossier", case))):
        assert answer.status_code == 409
        assert "字体" in answer.content.decode()
    assert case.events.filter(action="dispute.dossier.made").count() == 1
    parts = members(taken(case, cast.mei))
    assert not [name for name in parts if name.endswith(".pdf")]


def test_a_copy_holds_the_letters_and_the_file_on_paper_and_is_still_verified(cast, tmp_path):
    case = cases.decided(cast)
    data = taken(case, cast.mei)
    parts = members(data)
    texts = sorted(name for name in parts if name.startswith("letters/") and "decision-" not in name)
    assert [name.partition("-")[2] for name in texts] == [
        "acknowledgement.json", "appointment.json", "provisional.json", "decision.json",
    ]  # fmt: skip
    for name, letter in zip(texts, case.letters.all(), strict=True):
        assert hashlib.sha256(parts[name]).hexdigest() == letter.sha256
        printed = parts[name.replace("letters/", "paper/").replace(".json", ".pdf")]
        assert printed == printing.letter(letter, by=cast.mei)
    assert parts["paper/dossier.pdf"].startswith(b"%PDF-")
    listed = json.loads(parts["manifest.json"])["files"]
    assert {name for name in parts if name != "manifest.json"} == set(listed)
    (tmp_path / "verify.py").write_bytes(parts["verify.py"])
    (tmp_path / "copy.zip").write_bytes(data)
    code, told = run(tmp_path, tmp_path / "copy.zip")
    assert code == 0, told
    assert "6 份文书与发出时一致" in told
    case.refresh_from_db()
    assert members(taken(case, cast.sun))["paper/dossier.pdf"] != parts["paper/dossier.pdf"]


def test_withdrawing_repeats_the_rights(cast, monkeypatch):
    case = early.complained(cast)
    leaving.ask(case, by=cast.mei)
    monkeypatch.setattr(leaving, "THINK", leaving.THINK * 0)
    leaving.withdraw(case, by=cast.mei)
    assert kinds(case)[-1] == "rights"
    assert "撤回" in text_of(newest(case))
