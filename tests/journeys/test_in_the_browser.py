"""What only a real browser can show: pages that are live."""

import pytest
from playwright.sync_api import expect

from tests.support import builders

pytestmark = pytest.mark.browser


def test_a_queue_that_is_open_says_what_has_arrived(cast, visit):
    ada = visit(cast.ada)
    page = ada.open("/desk/queue/")
    expect(page.locator("#rows")).to_be_visible()
    page.wait_for_timeout(1000)  # the stream opens after the page is drawn
    builders.file(cast.omar, "GEN-ASK", subject="Arrives while you look", body="Hello.")
    # Rows never jump under the pointer: the page says that there is more, and shows it when asked.
    page.get_by_text("One new ticket, show it").click(timeout=15_000)
    expect(page.locator("#rows")).to_contain_text("Arrives while you look")
