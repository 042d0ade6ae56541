"""The requester's pages and the desk's, at the doors people use."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.support import builders
from tests.support.samples import upload
from tests.support.web import picture, signed_in
from tickets import access
from tickets.models import Ticket
from tickets.operations import conversation, intake
from tickets.states import Kind, Status

pytestmark = pytest.mark.django_db
WITHDRAWAL = {
    "category": "WDR-DELAY",
    "subject": "USDT 提现 1,200 未到账",
    "body": "昨晚 22:40 申请提现，一直是“处理中”。",
    "about_withdrawal": "W-88120",
    "about_amount": "1,200 USDT",
}


# --- filing ---------------------------------------------------------------------------------------
def test_filing_shows_the_promise_at_once(cast):
    mei = signed_in(cast.mei)
    answer = mei.post("/tickets/new/", WITHDRAWAL | {"files": [picture()]}, follow=True)
    page = answer.content.decode()
    made = Ticket.objects.get(requester=cast.mei)
    assert answer.redirect_chain[-1][0] == made.get_absolute_url()
    assert "首次答复" in page
    assert made.reference in page
    assert "1,200 USDT<" in page
    assert made.fields == {"withdrawal": "W-88120", "amount": "1,200 USDT"}
    assert made.attachments.get().name == "截图 1.png"


def test_the_form_follows_the_problem_type(cast):
    mei = signed_in(cast.mei)
    assert "about_withdrawal" in mei.get("/tickets/new/?category=WDR-DELAY").content.decode()
    page = mei.get("/tickets/new/?category=BIN-EXPIRY").content.decode()
    assert "about_withdrawal" not in page
    assert "about_trade" in page
    assert mei.get("/tickets/new/?category=NOPE").status_code == 404


def test_problem_types_are_found_in_both_languages(cast):
    omar = signed_in(cast.omar)
    assert "WDR-DELAY" in omar.get("/tickets/new/?q=withdrawal").content.decode()
    assert "WDR-DELAY" in omar.get("/tickets/new/?q=提现").content.decode()
    assert "WDR-DELAY" not in omar.get("/tickets/new/?q=zzzz").content.decode()


def test_an_error_names_the_field_keeps_the_text_and_asks_for_the_files_again(cast):
    mei = signed_in(cast.mei)
    wrong = WITHDRAWAL | {"about_withdrawal": "", "subject": "", "files": [picture()]}
    answer = mei.post("/tickets/new/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WITHDRAWAL["body"] in page
    assert 'id="id_about_withdrawal-error"' in page
    assert 'id="id_subject-error"' in page
    assert "请重新选择文件" in page
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>", "无法接收的文件类型"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "无法接收的文件类型"),
        ("renamed.png", b"MZ\x00\x90 not a picture", "无法接收的文件类型"),
        ("empty.txt", b"", "空"),
    ],
)
def test_files_of_the_wrong_kind_are_refused_in_words(cast, name, content, said):
    mei = signed_in(cast.mei)
    answer = mei.post("/tickets/new/", WITHDRAWAL | {"files": [upload(name, content)]})
    assert answer.status_code == 422
    assert name in answer.content.decode()
    assert WITHDRAWAL["body"] in answer.content.decode()
    assert not Ticket.objects.exists()


def test_null_bytes_and_a_million_signs_are_answered_clearly(cast):
    mei = signed_in(cast.mei)
    assert mei.post("/tickets/new/", WITHDRAWAL | {"body": "a\x00b"}).status_code == 422
    assert mei.post("/tickets/new/", WITHDRAWAL | {"body": "x" * 1_000_000}).status_code == 422


def test_a_second_ticket_about_the_same_is_warned_of(cast, ticket):
    mei = signed_in(cast.mei)
    assert ticket.get_absolute_url() in mei.get("/tickets/new/?category=WDR-DELAY").content.decode()
    assert ticket.get_absolute_url() not in mei.get("/tickets/new/?category=BIN-EXPIRY").content.decode()


# --- who sees what --------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "own", "desk"), [
    ("mei", 200, 404), ("ada", 404, 200), ("omar", 404, 404), ("sun", 404, 200), ("cody", 404, 200),
    ("ivo", 404, 200), ("nia", 404, 404), ("root", 404, 404), ("faye", 404, 404), (None, 302, 302),
])  # fmt: skip
def test_who_may_open_a_ticket(cast, ticket, who, own, desk):
    client = signed_in(getattr(cast, who)) if who else Client()
    assert client.get(ticket.get_absolute_url()).status_code == own
    assert client.get(ticket.get_desk_url()).status_code == desk
    assert client.get("/desk/queue/").status_code == desk


@pytest.mark.parametrize(("who", "status"), [("mei", 404), ("omar", 404), ("cody", 403), ("ivo", 403)])
def test_who_may_not_work_on_a_ticket(cast, ticket, who, status):
    client = signed_in(getattr(cast, who))
    for name in ("desk-reply", "desk-note", "desk-claim", "desk-assign", "desk-move", "desk-priority",
                 "desk-tags", "desk-escalate"):  # fmt: skip
        answer = client.post(
            reverse(f"tickets:{name}", args=[ticket.reference]), {"body": "x", "move": "close"}
        )
        assert answer.status_code == status, name
    assert ticket.messages.count() == 1


def test_a_note_never_reaches_the_requester(cast, ticket):
    conversation.post_message(ticket, by=cast.ada, body="Canary R-17", kind=Kind.NOTE)
    mei = signed_in(cast.mei)
    for path in (
        ticket.get_absolute_url(),
        "/tickets/",
        reverse("tickets:transcript", args=[ticket.reference]),
    ):
        assert "R-17" not in mei.get(path).content.decode()
    assert "R-17" in signed_in(cast.bo).get(ticket.get_desk_url()).content.decode()


# --- the requester's page -------------------------------------------------------------------------
def test_the_list_shows_an_unread_answer_until_it_is_read(cast, ticket):
    conversation.post_message(ticket, by=cast.ada, body="We are looking.")
    page = signed_in(cast.mei).get("/tickets/").content.decode()
    assert "ticket-card--unread" in page
    assert ticket.subject in page
    mei = signed_in(cast.mei)
    mei.get(ticket.get_absolute_url())
    assert "ticket-card--unread" not in mei.get("/tickets/").content.decode()
    assert ticket.subject not in signed_in(cast.omar).get("/tickets/").content.decode()


def test_a_reply_goes_into_the_thread_and_an_empty_one_does_not(cast, ticket):
    mei = signed_in(cast.mei)
    path = reverse("tickets:reply", args=[ticket.reference])
    assert mei.post(path, {"body": "补充：TXID 在附件里", "files": [picture()]}).status_code == 302
    assert "TXID" in mei.get(ticket.get_absolute_url()).content.decode()
    assert mei.post(path, {"body": "  "}).status_code == 422


def test_a_reply_written_before_our_answer_is_held_back_once(cast, ticket):
    mei = signed_in(cast.mei)
    seen = ticket.messages.latest("pk").pk
    conversation.post_message(ticket, by=cast.ada, body="It was sent just now.")
    path = reverse("tickets:reply", args=[ticket.reference])
    answer = mei.post(path, {"body": "还没有到账", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "还没有到账" in page
    assert "say--fresh" in page
    assert mei.post(path, {"body": "还没有到账", "seen": seen, "anyway": "1"}).status_code == 302


def test_solved_closes_and_it_can_be_opened_again(cast, ticket):
    mei = signed_in(cast.mei)
    mei.post(reverse("tickets:solved", args=[ticket.reference]))
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    assert (
        reverse("tickets:reopen", args=[ticket.reference])
        in mei.get(ticket.get_absolute_url()).content.decode()
    )
    mei.post(reverse("tickets:reopen", args=[ticket.reference]))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_escalating_is_explained_and_needs_a_reason(cast, ticket):
    mei = signed_in(cast.mei)
    path = reverse("tickets:escalate", args=[ticket.reference])
    assert mei.get(path).status_code == 409
    conversation.post_message(ticket, by=cast.ada, body="Not possible.")
    assert path in mei.get(ticket.get_absolute_url()).content.decode()
    assert mei.get(path).status_code == 200
    assert mei.post(path, {"reason": ""}).status_code == 422
    assert mei.post(path, {"reason": "钱还没到"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.MEDIATION


# --- files ----------------------------------------------------------------------------------------
def test_files_leave_as_sealed_downloads(cast):
    mei = signed_in(cast.mei)
    mei.post("/tickets/new/", WITHDRAWAL | {"files": [picture('截"图\n1.png')]})
    file = Ticket.objects.get(requester=cast.mei).attachments.get()
    answer = mei.get(file.get_absolute_url())
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    looked = mei.get(file.get_absolute_url() + "preview/")
    assert looked.status_code == 200
    assert looked["Content-Disposition"].startswith("inline")
    assert looked["Content-Type"] in {"image/png", "image/jpeg"}
    for other in (cast.omar, cast.nia):
        assert signed_in(other).get(file.get_absolute_url()).status_code == 404
        assert signed_in(other).get(file.get_absolute_url() + "preview/").status_code == 404
    assert Client().get(file.get_absolute_url()).status_code == 302


def test_a_file_of_a_note_or_of_another_ticket_is_not_there(cast, ticket):
    signed_in(cast.ada).post(
        reverse("tickets:desk-note", args=[ticket.reference]), {"body": "See file", "files": [picture()]}
    )
    file = ticket.attachments.get()
    assert signed_in(cast.mei).get(file.get_absolute_url()).status_code == 404
    other = intake.file_ticket(cast.mei, category=access.category("GEN-ASK"), subject="b", body="b")
    moved = reverse("tickets:attachment", args=[other.reference, file.key])
    assert signed_in(cast.ada).get(moved).status_code == 404
    assert signed_in(cast.ada).get(file.get_absolute_url()).status_code == 200


def test_whoever_works_here_reads_no_notes_about_their_own_ticket(cast):
    """Ada filed it herself: to this ticket she is its requester, at every door."""
    own = builders.file(cast.ada, "GEN-ASK")
    builders.answer(own, cast.bo, body="Between us: she asks this every week.", kind="note")
    builders.answer(own, cast.bo, body="Here is how it works.")
    client = signed_in(cast.ada)
    for address in (own.get_desk_url(), own.get_absolute_url(), f"{own.get_absolute_url()}transcript/"):
        page = client.get(address).content.decode()
        assert "Here is how it works." in page
        assert "every week" not in page
        assert "internal note" not in page.partition('id="composers"')[0]
