"""The queue and the desk's page of a ticket."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.notify.models import Notice
from tests.support.web import picture, signed_in
from tickets import access
from tickets.models import Message, Ticket
from tickets.operations import assignment, breaches, conversation, intake, lifecycle
from tickets.states import Delivery, Kind, Status

pytestmark = pytest.mark.django_db


def filed(person, code="GEN-ASK", subject="Question", body="How?", **more) -> Ticket:
    return intake.file_ticket(person, category=access.category(code), subject=subject, body=body, **more)


def shown(client: Client, query: str = "") -> str:
    answer = client.get(f"/desk/queue/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


# --- the queue ------------------------------------------------------------------------------------
def test_the_queue_is_in_the_order_of_what_is_due(cast):
    slow, fast = filed(cast.omar, "GEN-ASK"), filed(cast.mei, "WDR-DELAY")
    page = shown(signed_in(cast.ada))
    first, second = sorted((slow, fast), key=lambda t: t.promise_due_at)
    assert page.index(first.reference) < page.index(second.reference)


def test_views_and_filters_stand_in_the_address(cast):
    mine, free = filed(cast.mei, subject="mine"), filed(cast.omar, subject="free", language="en")
    assignment.claim(mine, by=cast.ada)
    lifecycle.set_tags(free, ["vip"], by=cast.ada)
    lifecycle.set_priority(free, "P1", by=cast.ada)
    ada = signed_in(cast.ada)
    for query, here, gone in [
        ("?view=mine", mine, free), ("?view=unassigned", free, mine), ("?tag=vip", free, mine),
        ("?priority=P1", free, mine), ("?assignee=me", mine, free), ("?assignee=none", free, mine),
        ("?language=en", free, mine), ("?q=assignee:me", mine, free), ("?q=tag:vip status:new", free, mine),
        (f"?q=requester:{cast.omar.email}", free, mine), ("?q=assignee:ada", mine, free),
    ]:  # fmt: skip
        page = shown(ada, query)
        assert here.reference in page, query
        assert gone.reference not in page, query
    late = timezone.now() + timedelta(days=30)
    Ticket.objects.filter(pk=free.pk).update(promise_due_at=late)
    assert free.reference not in shown(ada, "?q=due:<2d")
    lifecycle.change_status(free, "close", by=cast.omar)
    assert free.reference in shown(ada, "?view=closed")
    assert free.reference not in shown(ada)


def test_nonsense_in_the_address_is_left_out(cast, ticket):
    ada = signed_in(cast.ada)
    for query in (
        "?view=x&status=y&priority=z&assignee=%00&after=~~&size=9999",
        "?after=2026~1",
        "?after=~99999999999999999999",
        "?q=" + "%22" * 50,
        "?q=status:",
        "?assignee=999999999999999999999",
    ):
        shown(ada, query)


def test_search_finds_words_in_both_languages_and_numbers_directly(cast):
    one = filed(cast.mei, subject="提现一直没有到账", body="急")
    two = filed(cast.omar, subject="Chart is wrong", body="The expiry price")
    ada = signed_in(cast.ada)
    assert one.reference in shown(ada, "?q=提现")
    assert two.reference not in shown(ada, "?q=提现")
    assert two.reference in shown(ada, "?q=expiry")
    assert ada.get(f"/desk/queue/?q={one.reference}")["Location"] == one.get_desk_url()
    assert ada.get(f"/desk/queue/?q={one.reference[2:].lower()}")["Location"] == one.get_desk_url()


def test_every_ticket_is_on_exactly_one_page(cast):
    made = {filed(cast.omar, subject=f"n{n}").reference for n in range(60)}
    for waiting in Ticket.objects.order_by("pk")[:20]:
        conversation.post_message(waiting, by=cast.ada, body="?", then="wait")
    ada, seen, query = signed_in(cast.ada), [], ""
    while True:
        answer = ada.get(f"/desk/queue/{query}")
        seen += [row.reference for row in answer.context["page"].rows]
        query = answer.context["next"]
        if not query:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_counts_stop_at_a_hundred(cast, ticket):
    ada = signed_in(cast.ada)
    assert ada.get("/desk/queue/counts/").context["counts"]["due"] == "1"
    filed(cast.omar)
    assert ada.get("/desk/queue/counts/").context["counts"]["due"] == "1"
    caches["here"].clear()
    assert ada.get("/desk/queue/counts/").context["counts"]["due"] == "2"


def test_the_queue_asks_little_however_many_rows(cast, queries):
    for n in range(30):
        assignment.claim(
            filed(cast.omar if n % 2 else cast.mei, subject=f"n{n}"), by=cast.ada if n % 3 else cast.bo
        )
    ada = signed_in(cast.ada)
    with queries("queue"):
        shown(ada)
    with queries("queue"):
        shown(ada, "?q=n1 status:new")


# --- one ticket -----------------------------------------------------------------------------------
def test_the_pages_of_a_ticket_ask_little(cast, ticket, queries):
    for n in range(12):
        conversation.post_message(ticket, by=cast.ada if n % 2 else cast.mei, body=f"{n}")
    filed(cast.mei)
    ada, mei = signed_in(cast.ada), signed_in(cast.mei)
    with queries("ticket"):
        assert ada.get(ticket.get_desk_url()).status_code == 200
    with queries("own ticket"):
        assert mei.get(ticket.get_absolute_url()).status_code == 200
    with queries("own tickets"):
        assert mei.get("/tickets/").status_code == 200


def test_reply_and_note_are_two_forms_that_cannot_be_mixed_up(cast, ticket):
    ada = signed_in(cast.ada)
    ada.post(
        reverse("tickets:desk-note", args=[ticket.reference]),
        {"body": "R-17", "kind": "public", "then": "wait"},
    )
    assert ticket.messages.latest("pk").kind == Kind.NOTE
    page = ada.get(ticket.get_desk_url()).content.decode()
    assert "Send to 林美" in page
    assert "Save note, team only" in page


def test_an_answer_can_be_undone_and_comes_back_with_its_files(cast, ticket):
    ada = signed_in(cast.ada)
    path = reverse("tickets:desk-reply", args=[ticket.reference])
    ada.post(path, {"body": "Wrong person", "then": "wait", "files": [picture("a.png")]})
    held = ticket.messages.latest("pk")
    assert held.delivery == Delivery.HELD
    assert "Wrong person" not in signed_in(cast.mei).get(ticket.get_absolute_url()).content.decode()
    undo = reverse("tickets:desk-recall", args=[ticket.reference, held.pk])
    assert undo in ada.get(ticket.get_desk_url()).content.decode()
    assert signed_in(cast.bo).post(undo).status_code == 404
    back = ada.post(undo, follow=True)
    begun = back.context["reply"]["begun"]
    assert begun["body"] == "Wrong person"
    assert "Wrong person</textarea>" in back.content.decode()
    ada.post(path, {"body": "Right person", "again": begun["again"]})
    assert ticket.messages.latest("pk").attachments.get().name == "a.png"
    Message.objects.filter(pk=held.pk).update(delivery=Delivery.SENT)
    assert ada.post(undo).status_code == 409


def test_an_answer_written_before_the_trader_spoke_is_held_back(cast, ticket):
    ada = signed_in(cast.ada)
    seen = ticket.messages.latest("pk").pk
    conversation.post_message(ticket, by=cast.mei, body="已经到账了")
    path = reverse("tickets:desk-reply", args=[ticket.reference])
    answer = ada.post(path, {"body": "Please wait", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Please wait" in page
    assert "已经到账了" in page
    assert "say--fresh" in page
    assert "Send anyway" in page
    assert ada.post(path, {"body": "Please wait", "seen": seen, "anyway": "1"}).status_code == 302


def test_who_comes_second_is_told_who_was_first(cast, ticket):
    claim = reverse("tickets:desk-claim", args=[ticket.reference])
    assert signed_in(cast.ada).post(claim).status_code == 302
    second = signed_in(cast.bo).post(claim)
    assert second.status_code == 409
    assert "Ada Brandt" in second.content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ada


def test_moves_priority_tags_and_hand_over(cast, ticket):
    ada = signed_in(cast.ada)

    def act(name, **typed):
        return ada.post(reverse(f"tickets:desk-{name}", args=[ticket.reference]), typed).status_code

    assert act("move", move="wait_for_third_party") == 302
    assert act("move", move="escalate") == 422
    assert act("move", move="reopen") == 409
    assert act("priority", priority="P1") == 302
    assert act("priority", priority="P9") == 422
    assert act("tags", tags="vip，urgent, vip") == 302
    assert act("tags", tags=",".join("abcdefghijklm")) == 422
    assert act("assign", assignee=cast.bo.pk) == 302
    assert act("assign", assignee=cast.mei.pk) == 404
    assert act("escalate", reason="x") == 403
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.tags, ticket.assignee) == (
        Status.ON_HOLD, "P1", ["urgent", "vip"], cast.bo
    )  # fmt: skip


def test_parts_are_swapped_in_when_the_page_asks_for_them(cast, ticket):
    ada = signed_in(cast.ada)
    asked = {"HX-Request": "true"}
    part = ada.get(ticket.get_desk_url(), headers=asked).content.decode()
    assert "<html" not in part
    assert 'id="thread"' in part
    assert "hx-swap-oob" in part
    assert 'id="composers"' not in part
    assert part.count("<textarea") == part.count("hx-preserve") == 1, "what is being typed is left alone"
    path = reverse("tickets:desk-reply", args=[ticket.reference])
    wrong = ada.post(path, {"body": ""}, headers=asked)
    assert wrong.status_code == 422
    assert 'id="composers"' in wrong.content.decode()


def test_the_search_knows_only_what_each_may_see(cast):
    from helpdesk.search import index

    filed(cast.mei, subject="提现一直没有到账", body="W-88120")

    def found(person):
        return [hit.id for hit in index.search(["tickets"], "到账", person, "en").hits]

    assert len(found(cast.mei)) == len(found(cast.ada)) == 1
    assert found(cast.omar) == found(cast.nia) == []


# --- a breach is never cleared --------------------------------------------------------------------
def test_what_was_late_and_made_good_never_stands_as_kept(cast):
    late = filed(cast.mei, at=timezone.now() - timedelta(hours=13))
    kept = filed(cast.mei)
    breaches.break_due()
    for one in (late, kept):
        conversation.post_message(one, by=cast.ada, body="Done.", then="resolve")
    ada, mei = signed_in(cast.ada), signed_in(cast.mei)
    rows = {row.reference: row.pill for row in ada.get("/desk/queue/?view=closed").context["page"].rows}
    assert (rows[late.reference].tone, rows[late.reference].text) == ("mended", "late, made good")
    assert rows[kept.reference].tone == "kept"
    head = ada.get(late.get_desk_url()).content.decode()
    assert '<span class="pill pill--mended">late, made good</span>' in head
    own = mei.get(reverse("tickets:tickets")).content.decode()
    assert own.count("曾超时，已补") == 1
    assert "我们在这个工单上超过时，后来补上了。" in mei.get(late.get_absolute_url()).content.decode()
    lifecycle.change_status(Ticket.objects.get(pk=late.pk), "reopen", by=cast.mei)
    assert Ticket.objects.get(pk=late.pk).promise_state == "running"


def test_a_late_promise_that_nobody_made_good_is_owed_no_more_once_its_trader_closes(cast):
    late = filed(cast.mei, at=timezone.now() - timedelta(hours=13))
    breaches.break_due()
    lifecycle.change_status(late, "close", by=cast.mei)
    head = signed_in(cast.ada).get(late.get_desk_url()).content.decode()
    assert '<span class="pill pill--mended">late, not made good</span>' in head


def test_a_preview_is_plain_text(cast, ticket):
    conversation.post_message(ticket, by=cast.ada, body="**Sent** to `TRX`.\n\n- tomorrow", then="wait")
    for client, address in ((cast.ada, "/desk/queue/?view=waiting"), (cast.mei, reverse("tickets:tickets"))):
        page = signed_in(client).get(address).content.decode()
        assert "Sent to TRX. tomorrow" in page
        assert "**" not in page
    line = Notice.objects.get(kind="ticket.answered", person=cast.mei).context["line"]
    assert line == "Sent to TRX. tomorrow"
