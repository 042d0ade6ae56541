"""Wrong, huge, hostile and stale input at the doors: answered clearly, nothing lost, nothing broken."""

from html.parser import HTMLParser

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from tests.support import builders, samples
from tests.support.payloads import ODD, SCRIPTS
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
GOOD = {"category": "GEN-ASK", "subject": "A question", "body": "How long does it take?"}
FOREIGN = {"iframe", "base", "math", "object", "embed", "style", "animate", "x"}
TYPED = "这是我刚刚写的很长的一段话"


@pytest.fixture
def mei(cast):
    client = Client(raise_request_exception=False)
    client.force_login(cast.mei)
    return client


@pytest.fixture
def ada(cast):
    client = Client(raise_request_exception=False)
    client.force_login(cast.ada)
    return client


@pytest.fixture
def ticket(cast):
    return builders.file(cast.mei)


class Suspicious(HTMLParser):
    """What a browser would build from the page and none of our templates contains."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        odd = [name for name in given if name.startswith("on") or name in {"style", "srcdoc", "formaction"}]
        inline = tag == "script" and "src" not in given and given.get("type") != "application/json"
        goal = (given.get("href") or given.get("action") or "").lower()
        away = goal.startswith(("javascript:", "data:")) or (tag == "form" and "://" in goal)
        if odd or inline or away or tag in FOREIGN:
            self.faults.append(self.get_starttag_text() or tag)


def stored() -> set[str]:
    """Every file there is."""
    try:
        return {
            f"{folder}/{name}"
            for folder in default_storage.listdir("tickets")[0]
            for name in default_storage.listdir(f"tickets/{folder}")[1]
        }
    except FileNotFoundError:
        return set()


def encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("field", ["subject", "body"])
def test_odd_texts_in_a_new_ticket(mei, kind, field):
    answer = mei.post(reverse("tickets:new"), GOOD | {field: encodable(ODD[kind])})
    assert answer.status_code in {302, 422}
    refused = {"empty", "spaces", "null byte", "control", "direction", "megabyte"}
    assert (answer.status_code == 422) == (kind in refused)
    assert Ticket.objects.count() == (answer.status_code == 302)
    for kept in Ticket.objects.values_list("subject", flat=True):
        assert "\n" not in kept


@pytest.mark.parametrize("kind", ODD)
def test_odd_texts_in_an_answer(ada, ticket, kind):
    before = Message.objects.count()
    for way in ("tickets:desk-reply", "tickets:desk-note"):
        answer = ada.post(reverse(way, args=[ticket.reference]), {"body": encodable(ODD[kind])})
        assert answer.status_code in {302, 422}
    if kind in {"empty", "spaces", "null byte", "megabyte"}:
        assert Message.objects.count() == before


@pytest.mark.parametrize("kind", samples.REFUSED)
def test_wrong_files_are_refused_by_name_and_the_text_stays(mei, kind):
    name, make = samples.REFUSED[kind]
    before = stored()
    answer = mei.post(
        reverse("tickets:new"), GOOD | {"body": TYPED, "files": samples.upload(name, make(), "image/png")}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert TYPED in page
    assert Ticket.objects.count() == 0
    assert stored() == before
    assert name in page or kind == "empty"


def test_right_files_beside_a_wrong_one_are_not_kept_either(mei):
    before = stored()
    both = [samples.upload("a.png", samples.picture()), samples.upload("b.svg", samples.SVG)]
    answer = mei.post(reverse("tickets:new"), GOOD | {"files": both})
    assert answer.status_code == 422
    assert stored() == before


def test_too_many_files_are_a_sentence_not_an_accident(mei):
    few = [samples.upload(f"{n}.txt", b"log") for n in range(11)]
    assert mei.post(reverse("tickets:new"), GOOD | {"files": few}).status_code == 422
    many = [samples.upload(f"{n}.txt", b"log") for n in range(30)]
    assert mei.post(reverse("tickets:new"), GOOD | {"files": many}).status_code == 400
    assert mei.post(reverse("tickets:new"), {f"f{n}": "x" for n in range(600)}).status_code == 400
    assert mei.post(reverse("tickets:new"), GOOD | {"body": "x" * 4_000_000}).status_code in {400, 413}
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("payload", SCRIPTS)
def test_scripts_are_shown_as_text(mei, ada, cast, payload):
    answer = mei.post(reverse("tickets:new"), GOOD | {"subject": payload[:200], "body": payload})
    if answer.status_code == 422:
        assert "<" not in payload or payload.encode() not in answer.content
        return
    ticket = Ticket.objects.get()
    for client, address in ((mei, ticket.get_absolute_url()), (ada, ticket.get_desk_url())):
        page = client.get(address).content.decode()
        assert not Suspicious(page).faults


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("tickets:desk-move", {"move": "nonsense"}),
        ("tickets:desk-move", {"move": "close'; --"}),
        ("tickets:desk-move", {}),
        ("tickets:desk-priority", {"priority": "P9"}),
        ("tickets:desk-priority", {}),
        ("tickets:desk-assign", {"assignee": "999999999"}),
        ("tickets:desk-assign", {"assignee": "9" * 40}),
        ("tickets:desk-assign", {"assignee": "-1"}),
        ("tickets:desk-assign", {"assignee": "ada"}),
        ("tickets:desk-tags", {"tags": "x" * 5000}),
        ("tickets:desk-tags", {"tags": "a\x00b"}),
        ("tickets:desk-reply", {"body": "Hello", "seen": "9" * 30}),
        ("tickets:desk-reply", {"body": "Hello", "seen": "x"}),
        ("tickets:desk-reply", {"body": "Hello", "then": "fly"}),
        ("tickets:desk-reply", {"body": "Hello", "again": "a b c ../../etc/passwd"}),
    ],
)
def test_forged_choices_are_refused(ada, ticket, name, typed):
    answer = ada.post(reverse(name, args=[ticket.reference]), typed)
    assert answer.status_code in {302, 404, 409, 422}
    ticket.refresh_from_db()
    assert ticket.status == "new" or name == "tickets:desk-reply"
    assert ticket.priority in {"P1", "P2", "P3", "P4"}


@pytest.mark.parametrize(
    "reference", ["T-000000", "t-abc", "%00", "T-22ZZ22%0d%0aX: y", "..%2f..", "提现", "'--", "x" * 3000]
)
def test_references_that_are_none(mei, ada, reference):
    for client, start in (
        (mei, "/tickets/"),
        (ada, "/desk/tickets/"),
        (mei, "/disputes/"),
        (ada, "/desk/disputes/"),
    ):
        assert client.get(f"{start}{reference}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00&subject=%00&category=%00&status=%00&priority=%00&assignee=%00&team=%00&tag=%00&view=%00&after=%00",
        "q=" + "a" * 5000,
        "q=%F0%28%8C%28&view=../x&sort=;drop&language=xx",
        "q='&status=nonsense&priority=P9&assignee=x&channel=fax&category=NO-SUCH&page=-1&from=-1",
        "q=%25_%5C&status=new&status=open&from=9999&page=x",
        "after=x&before=x&draft=x&number=x",
        "after=99999999999999999999&before=99999999999999999999&draft=99999999999999999999&page=99999999999",
        "assignee=9999999999999999999&after=1.5&cursor=%00",
        "assignee=%C2%B2&after=%C2%B2&draft=%C2%B2&before=%C2%B2&size=%C2%B2",
        "q=x&after=%C2%B2",
        "category=%00&topic=ticket:%00&q=x%00&draft=" + "9" * 5000,
    ],
)
def test_addresses_with_nonsense_behind_them(mei, ada, ticket, query):
    own = [reverse("tickets:tickets"), reverse("faq:home"), reverse("faq:search"), reverse("faq:suggest")]
    own += [reverse("tickets:new"), reverse("notifications"), ticket.get_absolute_url()]
    own += [reverse("live_token"), reverse("tickets:attachment", args=[ticket.reference, "x\x00"])]
    desk = [reverse("tickets:queue"), reverse("tickets:queue-counts"), ticket.get_desk_url()]
    for client, addresses in ((mei, own), (ada, desk)):
        for address in addresses:
            assert client.get(f"{address}?{query}").status_code in {200, 302, 400, 404}, address


@pytest.mark.parametrize(
    "value", ["a\x00@demo.test", "a" * 400 + "@demo.test", "mei@demo.test\r\nBcc: x@y.z", "', --"]
)
def test_odd_addresses_at_sign_in(client, db, value):
    client.raise_request_exception = False
    for name, typed in (
        ("account_login", {"login": value, "password": "x\x00y"}),
        ("account_reset_password", {"email": value}),
        ("account_signup", {"email": value, "password1": "a long enough phrase 9", "name": "Zoe\x00"}),
    ):
        assert client.post(reverse(name), typed).status_code in {200, 302, 422, 429}


@pytest.mark.parametrize("name", ["tickets:reply", "tickets:desk-reply", "tickets:desk-note"])
def test_an_expired_form_gives_back_what_was_typed(cast, ticket, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.mei if name == "tickets:reply" else cast.ada)
    answer = client.post(
        reverse(name, args=[ticket.reference]), {"body": TYPED, "csrfmiddlewaretoken": "x" * 64}
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert TYPED in page
    assert "csrfmiddlewaretoken" in page
    assert reverse(name, args=[ticket.reference]) in page


def test_an_expired_sign_in_never_shows_the_password(db):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {"login": "mei@demo.test", "password": "my-secret-phrase"})
    assert answer.status_code == 403
    assert b"my-secret-phrase" not in answer.content


def test_a_file_is_sent_so_that_it_can_do_nothing(mei, cast):
    ticket = builders.file(cast.mei, files=[("a\r\nX-Evil: 1 报告.png", samples.picture())])
    answer = mei.get(ticket.attachments.get().get_absolute_url())
    assert answer["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in answer.headers
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
