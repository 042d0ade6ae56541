"""The external mediator knows one case: every address and every resource, as that person (F22, D1–D6)."""

import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import Factor, LegalEntity, TradingAccount
from accounts.operations import registration
from accounts.states import Role
from disputes.models import Grant, Letter, NameConsent, UndertakingText
from disputes.operations import (
    appointing,
    granting,
    leaving,
    mediating,
    reopening,
    sumholds,
    talking,
)
from helpdesk.core import clock
from helpdesk.core.errors import Forbidden
from helpdesk.notify.models import Notice
from helpdesk.realtime import topics
from tests.disputes.cases import in_mediation, opened
from tests.disputes.crawling import SETTINGS, SHARED, Crawler, answers, fresh, path, routes, shut
from tests.disputes.rooms import WAV, handed_in
from tests.support import samples
from tests.support.builders import file

pytestmark = pytest.mark.django_db
CANARY = "canary-of-another-case"


@pytest.fixture
def world(cast, monkeypatch):
    """Eva is drawn for one case of Mei's; Nia has another, in which a secret was said."""
    monkeypatch.setattr("helpdesk.core.throttle.take", lambda *_args, **_more: 0)
    entity = LegalEntity.objects.create(code="canary", name="Canary-Company Ltd")
    TradingAccount.objects.create(holder=cast.mei, entity=entity, number="NL-1")
    own = opened(cast, subject="The one Eva has")
    appointing.draw(own, "external_mediator", by=cast.sun)
    other = in_mediation(cast, subject=CANARY)
    talking.post(other, by=cast.mei, channel="open", body=CANARY)
    file(cast.omar, subject=CANARY, body=CANARY)
    return own, other


def promise(cast, case):
    """What stands before the declaration."""
    granting.promise(case, by=cast.eva, number=1)


def begin(cast, case):
    """Everything that stands before the case."""
    promise(cast, case)
    appointing.accept(case, by=cast.eva, statements=appointing.STATEMENTS)


def test_it_opens_step_by_step_and_then_this_case_alone(cast, world):
    """A second factor, the promise, the declaration; then one case, and of that no other name."""
    own, other = world
    item, foreign = (case.evidence.filter(mime_detected="image/png").first().key for case in (own, other))
    eva, grant = Crawler(cast.eva), Grant.objects.get(dispute=own)
    factor = Factor.objects.get(person=cast.eva)
    factor.delete()
    found = answers(eva, own, item)
    assert {told[0] for told in found.values()} <= {403, 404, 405}
    assert json.loads(found["get api_dispute"][1])["code"] == "second_factor_needed"
    page = found["get disputes:desk-dispute"][1].decode()
    assert "/me/factor/" in page
    assert not any(own.subject.encode() in told[1] for told in found.values())
    assert eva.ask("/desk/appointments/")[0] == 403
    assert not topics.may_listen(cast.eva, f"dispute:{own.reference}")
    factor.save(force_insert=True)

    found = answers(eva, own, item)
    assert json.loads(found["get api_dispute"][1])["code"] == "undertaking_missing"
    assert set(shut(found, 403)) <= {
        "get api_dispute_promise", "post api_dispute_promise", "post disputes:desk-promise",
        "post disputes:desk-declare", "post disputes:desk-recuse",
    }  # fmt: skip
    assert not any(own.subject.encode() in told[1] for told in found.values())
    text = UndertakingText.objects.get().en
    assert text.splitlines()[2][3:40] in found["get disputes:desk-dispute"][1].decode()
    assert json.loads(found["get api_dispute_promise"][1])["words"] == text
    notices = Notice.objects.filter(person=cast.eva, subject_ref=own.reference)
    assert notices.exists()
    assert not any(own.subject in str(one.context) for one in notices)

    api = f"/api/v1/disputes/{own.reference}/promise/"
    asked = Client().post(api, {"number": 2}, content_type="application/json", headers=eva.key)
    assert asked.status_code == 409
    asked = Client().post(api, {"number": 1}, content_type="application/json", headers=eva.key)
    assert asked.status_code == 200
    assert asked.json()["at"]
    assert grant.__class__.objects.get(pk=grant.pk).undertaking.words == text
    assert own.events.filter(action="dispute.grant.promised", actor=cast.eva).count() == 1
    assert eva.ask(f"/api/v1/disputes/{own.reference}/")[0] == 403  # the declaration
    appointing.accept(own, by=cast.eva, statements=appointing.STATEMENTS)
    talking.post(own, by=cast.mei, channel="open", body="Good day.")
    talking.post(own, by=cast.hal, channel="open", body="Good day to you.")

    answered, wrong, asked = set(), [], 0
    fresh()
    for name, converters in routes():
        for method in ("get", "post") if name != "account_logout" else ():
            address = path(name, converters, other, foreign)
            status, body = eva.ask(address, method)
            asked += 1
            told = body.replace(address.encode(), b"")
            if CANARY.encode() in told or other.reference.encode() in told:
                wrong.append(f"{method} {address} tells of the other case")
            alone = bool(SHARED.match(name)) or (name in SETTINGS and status == 403)
            if (status >= 500 and name != "readyz") or (not alone and status not in {404, 405}):
                wrong.append(f"{method} {address}: {status}")
    names = [cast.mei.name, cast.hal.name, cast.sun.name, cast.ada.name, "Canary-Company", cast.mei.email]
    for name, (status, body) in answers(eva, own, item).items():
        answered |= {name.removeprefix("get ")} if status == 200 and name.startswith("get ") else set()
        wrong += [f"{name}: {status}"] if status >= 500 else []
        wrong += [f"{name} says {one}" for one in names if one.encode() in body]
    assert not wrong, "\n".join(wrong)
    assert asked > 300
    assert answered >= {
        "disputes:desk-dispute", "disputes:evidence", "disputes:letter", "disputes:item", "api_dispute",
        "api_dispute_messages", "api_dispute_offers", "api_dispute_evidence", "api_dispute_file",
        "api_dispute_letters", "api_dispute_grants",
    }  # fmt: skip
    assert json.loads(eva.ask("/api/v1/disputes/")[1])["results"] == []
    assert eva.ask("/desk/disputes/")[0] == 404
    assert eva.ask("/desk/")[0] == 302
    assert eva.ask(f"/api/v1/disputes/{own.reference}/bundle/")[0] == 403
    assert topics.may_listen(cast.eva, f"dispute:{own.reference}")
    for topic in (
        f"dispute:{other.reference}",
        f"ticket:{own.ticket.reference}",
        "queue",
        f"person:{cast.mei.pk}",
    ):
        assert not topics.may_listen(cast.eva, topic), topic


def test_names_are_told_when_both_sides_agree_and_never_before(cast, world):
    """On pages, to programs, in letters and mails; the trader's own letters keep the names."""
    own, _other = world
    begin(cast, own)
    eva, mei, sun = Crawler(cast.eva), Crawler(cast.mei), Crawler(cast.sun)
    desk, api = own.get_desk_url(), f"/api/v1/disputes/{own.reference}/"
    talking.post(own, by=cast.mei, channel="open", body="Good day.")
    letter = Letter.objects.filter(dispute=own).first()
    paper = own.letter_url(letter.number)

    def told(who=eva):
        pages = [who.ask(one)[1].decode() for one in (desk, f"{api}messages/", f"{api}events/", paper)]
        return [
            "".join(pages),
            Notice.objects.filter(person=cast.eva, kind="dispute.message").last().context["by"],
        ]

    seen, by = told()
    assert cast.mei.name not in seen
    assert "Canary-Company" not in seen
    assert "Trader T" in seen
    assert by == "Trader T"
    assert "平台 P" in eva.ask(paper)[1].decode()  # the letter is in the language of the complaint
    assert cast.mei.name in letter.body
    assert cast.mei.name in mei.ask(paper)[1].decode()
    cast.eva.language = "zh-hans"
    cast.eva.save()
    assert "交易者 T" in eva.ask(desk)[1].decode()

    assert "leave names" in Crawler(cast.sun).ask(desk)[1].decode() or "姓名" in sun.ask(desk)[1].decode()
    assert eva.ask(f"{desk}names/", "post")[0] == 403
    post = {"content_type": "application/json"}
    names = f"/api/v1/disputes/{own.reference}/names/"
    assert mei.page.post(f"{own.get_absolute_url()}names/", {"do": "agree"}).status_code == 302
    assert mei.page.post(f"{own.get_absolute_url()}names/", {"do": "agree"}).status_code == 409
    assert "交易者 T" in eva.ask(desk)[1].decode()
    assert Client().post(names, {"agree": False}, headers=mei.key, **post).status_code == 200
    assert Client().post(names, {"agree": False}, headers=mei.key, **post).status_code == 409
    assert Client().post(names, {"agree": True}, headers=mei.key, **post).status_code == 200
    assert sun.page.post(f"{desk}names/", {"do": "agree"}).status_code == 302
    assert (
        Client().post(names, {"agree": False}, headers=mei.key, **post).status_code == 409
    )  # known is known
    with pytest.raises(DatabaseError), transaction.atomic():
        NameConsent.objects.filter(taken_back_at=None).update(taken_back_at=clock.now())
    talking.post(own, by=cast.mei, channel="open", body="So be it.")
    seen, by = told()
    assert cast.mei.name in seen
    assert by == cast.mei.name
    assert letter.title in eva.ask(paper)[1].decode()
    acts = list(own.events.filter(action__startswith="dispute.names").values_list("action", flat=True))
    assert acts == [f"dispute.names.{what}" for what in ("agreed", "taken_back", "agreed", "agreed")]


def test_what_is_taken_away_carries_a_mark(cast, world):
    """Pictures and PDFs across every page, texts beside a notice; sound is heard here and stays here."""
    own, _other = world
    begin(cast, own)
    items = handed_in(own, cast.mei, "a.png", ("b.pdf", samples.pdf()), ("c.txt", b"words"), ("d.wav", WAV))
    picture, pdf, text, sound = items
    before = {item.pk: (item.sha256, item.storage_key) for item in own.evidence.all()}
    eva, mei = Crawler(cast.eva), Crawler(cast.mei)

    def page(item, what=""):
        return f"/disputes/{own.reference}/evidence/{item.key}/{what}"

    for address in (
        page(picture),
        page(picture, "preview/"),
        f"/api/v1/disputes/{own.reference}/evidence/{picture.key}/",
    ):
        status, body = eva.ask(address)
        assert status == 200
        assert body.startswith(b"\x89PNG")
        assert body != mei.ask(address)[1]
    status, body = eva.ask(page(pdf))
    assert status == 200
    assert body.startswith(b"%PDF")
    assert body != mei.ask(page(pdf))[1]
    status, body = eva.ask(page(text))
    bundle = zipfile.ZipFile(io.BytesIO(body))
    notice = bundle.read("CONFIDENTIAL.txt").decode()
    assert all(word in notice for word in (cast.eva.name, own.reference, "UTC", text.sha256))
    assert bundle.read(f"{text.index_no}.txt") == b"words"
    assert eva.ask(page(sound))[0] == 403
    assert eva.ask(page(sound, "play/"))[0] == 200
    assert eva.ask(f"/api/v1/disputes/{own.reference}/evidence/{sound.key}/")[0] == 403
    told = eva.ask(page(picture, "about/"))[1].decode()
    assert picture.sha256 in told
    assert "of the original" in told
    letter = own.letter_url(own.letters.first().number) + "pdf/"
    assert eva.ask(letter)[1].startswith(b"%PDF")
    assert eva.ask(letter)[1] != mei.ask(letter)[1]
    assert eva.ask(f"{own.get_desk_url()}dossier/", "post")[1].startswith(b"%PDF")
    assert eva.ask(f"{own.get_desk_url()}bundle/", "post")[0] == 403
    assert before == {item.pk: (item.sha256, item.storage_key) for item in own.evidence.all()}
    marked = own.events.filter(action="dispute.evidence.opened", body__contains='"how":"marked"')
    assert marked.filter(body__contains='"sha256"').count() >= 3  # the same second gives the same copy


def test_it_ends_at_once_or_by_itself(cast, world):
    """Revoked, stepped back, or 14 days after the case was closed; taking a case up again opens nothing."""
    own, _other = world
    begin(cast, own)
    item, eva = own.evidence.filter(mime_detected="image/png").first().key, Crawler(cast.eva)
    grant = Grant.objects.get(dispute=own)
    with pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.create(dispute=own, user=cast.nia, seat=own.assignments.get(user=cast.eva))
    talking.post(own, by=cast.mei, channel="open", body="While it went on.")
    mediating.report_no_settlement(own, by=cast.eva, note="Apart.")
    with pytest.raises(Forbidden):
        granting.promise(own, by=cast.eva, number=1)  # their part is over
    talking.post(own, by=cast.mei, channel="open", body="Only for the decider.")
    grant.refresh_from_db()
    seen = eva.ask(own.get_desk_url())[1].decode()
    assert grant.scope == "past"
    assert "While it went on." in seen
    assert "Only for the decider." not in seen
    assert eva.ask(f"{own.get_desk_url()}say/", "post")[0] in {403, 422}
    assert not own.messages.filter(author=cast.eva).exists()

    with clock.at(clock.now()):
        leaving.ask(own, by=cast.mei)
    later = clock.now() + timedelta(hours=49)
    with clock.at(later):
        leaving.withdraw(own, by=cast.mei)
    grant.refresh_from_db()
    assert grant.until == later + timedelta(days=14)
    with pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(until=None)
    with clock.at(grant.until - timedelta(seconds=1)):
        assert eva.ask(own.get_desk_url())[0] == 200
        api = f"/api/v1/disputes/{own.reference}/"
        dates = json.loads(eva.ask(api)[1])["deadlines"]
        reopening.reopen(own, by=cast.mei, reason="There is more.", points=["A point of later"])
        assert json.loads(eva.ask(api)[1])["deadlines"] == dates
        sumholds.propose(own, by=cast.mei, amount=Decimal("91.5"), asset="USDT")
        sumholds.answer(own, by=cast.sun, agree=True)
        assert "A point of later" in Crawler(cast.sun).ask(own.get_desk_url())[1].decode()
        for name, (status, body) in answers(eva, own, item).items():
            assert status != 200 or not any(
                word in body for word in (b"There is more.", b"A point of later", b"91.5")
            ), name
        assert eva.ask(own.get_desk_url())[0] == 200
    with clock.at(grant.until):
        assert not shut(answers(eva, own, item))
        assert not topics.may_listen(cast.eva, f"dispute:{own.reference}")
        assert Crawler(cast.sun).ask(own.get_desk_url())[0] == 200


def test_a_supervisor_or_compliance_ends_it_with_a_reason(cast, world):
    """By page and by program; nobody else; and the case goes back to be appointed."""
    own, _other = world
    begin(cast, own)
    item, eva, sun, cody = (
        own.evidence.filter(mime_detected="image/png").first().key,
        *map(Crawler, (cast.eva, cast.sun, cast.cody)),
    )
    grant = Grant.objects.get(dispute=own)
    page, api = f"{own.get_desk_url()}access/{grant.pk}/revoke/", f"/api/v1/disputes/{own.reference}/grants/"
    for who, status in (("eva", 403), ("hal", 403), ("nia", 404), ("ivo", 403), ("mei", 404)):
        assert Crawler(getattr(cast, who)).page.post(page, {"reason": "x"}).status_code == status, who
    assert sun.page.post(page, {"reason": ""}).status_code == 422
    wrong = Client().post(
        api, {"grant": grant.pk + 99, "reason": "x"}, headers=cody.key, content_type="application/json"
    )
    assert wrong.status_code == 404
    done = Client().post(
        api,
        {"grant": grant.pk, "reason": "Spoke to the press."},
        headers=cody.key,
        content_type="application/json",
    )
    assert done.status_code == 200
    assert done.json()[0]["over"]
    assert sun.page.post(page, {"reason": "again"}).status_code == 409
    own.refresh_from_db()
    grant.refresh_from_db()
    assert own.state == "mediation_pending"
    assert grant.revoked_by == cast.cody
    assert own.events.filter(action="dispute.grant.revoked", actor=cast.cody).count() == 1
    assert not shut(answers(eva, own, item))
    assert not topics.may_listen(cast.eva, f"dispute:{own.reference}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(revoked_at=None, revoked_by=None, revoked_why="")
    with pytest.raises(DatabaseError), transaction.atomic():
        grant.delete()
    # Stepping back, and losing the role, end it the same way.
    second = opened(cast, subject="Another")
    appointing.draw(second, "external_mediator", by=cast.sun)
    begin(cast, second)
    assert eva.ask(second.get_desk_url())[0] == 200
    registration.set_roles(cast.eva, [Role.TRADER], by=cast.root)
    assert eva.ask(second.get_desk_url())[0] == 404
    registration.set_roles(cast.eva, [Role.EXTERNAL_MEDIATOR], by=cast.root)
    appointing.recuse(second, by=cast.eva, reason="I know them.")
    assert eva.ask(second.get_desk_url())[0] == 404
    assert Grant.objects.get(dispute=second).revoked_why == "recused"


def test_what_a_person_may_do_ends_with_the_next_request(cast, world):
    """With the role (D6): pages, keys and streams."""
    _own, other = world
    hal = Crawler(cast.hal)

    def asked(who, case):
        api = f"/api/v1/disputes/{case.reference}/"
        said = who.ask(f"{case.get_desk_url()}say/", "post")[0]
        return {who.ask(case.get_desk_url())[0], who.ask(api)[0], who.ask(f"{api}events/")[0], said}

    assert asked(hal, other) == {200, 422}
    registration.set_roles(cast.hal, [Role.AGENT], by=cast.root)
    assert asked(hal, other) == {404}
    # Who comes from outside has no other role by which a case opens (tests/accounts/test_admin.py).
    assert asked(Crawler(cast.eva), other) == {404}
