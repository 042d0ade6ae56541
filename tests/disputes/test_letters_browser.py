"""Letters and the words they are made of, seen on a phone and a desk, in both languages, light and dark."""

import pytest

from tests.disputes import cases
from tests.disputes.test_bundle_browser import fits
from tests.support import cast as people
from tests.support.browser import calling

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def case(lasting):
    return cases.decided(people.gather())


def test_a_letter_is_read_and_saved_and_its_words_are_written(case, browser, server):
    cast = people.gather()
    with calling(browser, server) as come:
        mei = come(cast.mei, dark=True)
        mei.arrive(case.letter_url(1002))
        for name, width in (("phone", 360), ("desktop", 1280)):
            mei.page.set_viewport_size({"width": width, "height": 800})
            fits(mei, f"letter {name}")
            mei.shot(f"letter-{name}")
        with mei.page.expect_download() as told:
            mei.page.click("a[href$='/pdf/']")
        assert told.value.suggested_filename == f"{case.reference}-1002-decision.pdf"
        mei.accessible()
        mei.arrive(case.get_absolute_url())
        mei.page.set_viewport_size({"width": 360, "height": 740})
        mei.page.locator("#letters").scroll_into_view_if_needed()
        fits(mei, "the list of letters")
        mei.shot("letter-list")
        faye = come(cast.faye)
        for name, width in (("phone", 360), ("desktop", 1280)):
            faye.page.set_viewport_size({"width": width, "height": 900})
            for path in ("/desk/letters/", "/desk/letters/remedy/en/", "/desk/letters/remedy/zh-hans/1/"):
                faye.arrive(path)
                fits(faye, f"{path} {name}")
                faye.shot(f"letter-words-{path.strip('/').replace('/', '-')}-{name}")
        faye.arrive("/desk/letters/remedy/en/")
        faye.page.fill("#id_body", "{{reference}} {{nowhere}}")
        faye.page.click("button[value=keep]")
        assert "{{nowhere}}" in faye.page.inner_text("main")
        assert faye.page.input_value("#id_body") == "{{reference}} {{nowhere}}"
        faye.accessible()
