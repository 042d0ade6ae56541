"""F2: every kind of file that is kept, opened in every way a browser has: nothing comes to life."""

import pytest
from playwright.sync_api import Error, expect

from disputes.models import Dispute
from tests.support import builders, samples
from tests.support.browser import Visitor, calling
from tickets.models import Attachment, Ticket
from tickets.operations import lifecycle

pytestmark = pytest.mark.browser
FRAMES = """<!doctype html><title>Careless</title><body>%s</body>"""
WAYS = (
    '<iframe src="{0}"></iframe><img src="{0}"><object data="{0}"></object><embed src="{0}">'
    '<script src="{0}"></script><script type="module" src="{0}"></script>'
    '<link rel="stylesheet" href="{0}"><video src="{0}"></video><audio src="{0}"></audio>'
)


class Watching(Visitor):
    """Only what runs counts: that a browser refuses to is what we want, and it says so loudly."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.saved: list[str] = []
        self.page.on("download", lambda download: self.saved.append(download.url))

    def _listen(self, message) -> None:
        pass

    def _watch(self, request) -> None:
        if "/canary/" in request.url:
            self.complaints.append(f"a file asked for {request.url}")

    def embed(self, body: str, type_: str = "text/html") -> None:
        """On a page of our own address that has no content policy at all."""
        self.page.unroute_all()
        self.page.route("**/careless/", lambda route: route.fulfill(body=body, content_type=type_))
        self.page.goto(f"{self.address}/careless/", wait_until="commit")
        self.page.wait_for_timeout(400)


@pytest.fixture
def come(browser, server, transactional_db):
    with calling(browser, server, Watching) as come:
        yield come


def file_them_all(visitor) -> list[Ticket]:
    """Through the form, ten at a time."""
    made = [{"name": name, "mimeType": "text/html", "buffer": make()} for name, make in samples.KEPT.values()]
    for start in range(0, len(made), 10):
        page = visitor.open("/tickets/new/?category=GEN-ASK")
        page.fill("#id_subject", f"Files from {start}")
        page.fill("#id_body", "Please look.")
        page.set_input_files("#ticket-form input[type=file]", made[start : start + 10])
        page.locator("#ticket-form button[type=submit]").click()
        expect(page.locator("#thread")).to_be_visible()
    return list(Ticket.objects.order_by("pk"))


def addresses_of(tickets) -> dict[str, list[str]]:
    """Every address a kept file has, for its owner, for an agent, and as evidence; pictures apart."""
    files = Attachment.objects.filter(ticket__in=tickets)
    assert files.count() == len(samples.KEPT), "some kind is not kept any more: move it to REFUSED"
    found = {"mei": [], "ada": [], "previews": []}
    for file in files:
        found["ada"].append(file.get_absolute_url())
        found["previews"] += [f"{file.get_absolute_url()}preview/"] if file.preview_name else []
    for case in Dispute.objects.all():
        for item in case.evidence.all():
            found["mei"].append(f"/disputes/{case.reference}/evidence/{item.key}/")
            found["previews"] += [f"{found['mei'][-1]}preview/"] if item.preview_key else []
    return found


def test_nothing_that_is_kept_comes_to_life(come, cast):
    mei, ada = come(cast.mei), come(cast.ada)
    tickets = file_them_all(mei)
    for ticket in tickets:
        builders.answer(ticket, cast.ada)
        lifecycle.escalate(ticket, by=cast.mei, reason="Evidence of all of it.")
    found = addresses_of(tickets)
    assert len(found["previews"]) >= 8
    for who, addresses in ((mei, [*found["mei"], *found["previews"]]), (ada, found["ada"])):
        for address in addresses:
            sealed(who, address)
            at_the_top(who, address)
        who.embed(FRAMES % "".join(WAYS.format(address) for address in addresses))
        who.embed(FRAMES % "".join(f"<p>{WAYS.format(address)}</p>" for address in reversed(addresses)))
    assert len(mei.saved) >= len(found["mei"])
    assert len(ada.saved) >= len(found["ada"])


def sealed(who, address):
    answer = who.context.request.get(who.address + address)
    assert answer.status == 200, address
    told = answer.headers
    assert told["x-content-type-options"] == "nosniff"
    assert "sandbox" in told["content-security-policy"]
    assert "default-src 'none'" in told["content-security-policy"]
    assert told["cross-origin-resource-policy"] == "same-origin"
    if address.endswith("preview/"):
        assert told["content-type"] in {"image/png", "image/jpeg"}
        assert b"canary" not in answer.body()
    else:
        assert told["content-disposition"].startswith("attachment")
        assert told["content-type"].partition(";")[0] not in {"text/html", "image/svg+xml", "text/javascript"}


def at_the_top(who, address):
    """A file is saved, never shown; a preview is a picture."""
    if address.endswith("preview/"):
        who.page.goto(who.address + address)
        return
    with pytest.raises(Error, match=r"Download is starting|ERR_ABORTED"):
        who.page.goto(who.address + address)


def test_a_careless_file_is_found(come, cast):
    """Whoever watches above would see it: the same bytes from an address that does not guard them."""
    for body, kind in ((samples.ALIVE, "text/html"), (samples.SVG, "image/svg+xml")):
        mei = come(cast.mei)
        mei.embed(body.decode(), kind)
        assert mei.complaints
        mei.complaints.clear()
    mei = come(cast.mei)
    mei.page.route("**/kept/*", lambda route: route.fulfill(body=samples.ALIVE, content_type="text/html"))
    mei.page.route(
        "**/around/", lambda route: route.fulfill(body=WAYS.format("/kept/1"), content_type="text/html")
    )
    mei.page.goto(f"{mei.address}/around/")
    mei.page.wait_for_timeout(300)
    assert mei.complaints
    mei.complaints.clear()
