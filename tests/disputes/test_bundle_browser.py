"""A trader takes the file, reads it without us, and has it checked on the public page, on a phone and without
scripts.
"""

import io
import zipfile

import pytest

from disputes.operations import anchoring
from tests.disputes import cases, copies
from tests.journeys.test_every_page import OVER, SQUEEZED
from tests.support import cast as people
from tests.support.browser import Visitor, calling, committed

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


class Reader(Visitor):
    """Also opens pages from the disk."""

    def _watch(self, request):
        if not request.url.startswith("file:"):
            super()._watch(request)


@pytest.fixture(scope="module")
def case(lasting):
    cast = people.gather()
    found = cases.paid(cast)
    anchoring.make(found.opened_at.date())
    return found


def fits(visitor, where):
    wide, narrow = visitor.page.evaluate(OVER), visitor.page.evaluate(SQUEEZED)
    visitor.complaints += [f"{where} is too wide by {wide}"] if wide else []
    visitor.complaints += [f"{where} squeezes {narrow}"] if narrow else []


@pytest.mark.parametrize(("who", "language"), [("mei", "zh-hans"), ("ivo", "en")])
def test_the_file_is_read_from_the_disk(case, browser, server, tmp_path, who, language):
    person = getattr(people.gather(), who)
    data = committed(lambda: copies.taken(case, person))
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        bundle.extractall(tmp_path)
    with calling(browser, server, Reader) as come:
        visitor = come(language=language)
        for name, width in (("phone", 360), ("desktop", 1280)):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.goto(f"file://{tmp_path}/index.html")
            assert visitor.page.get_attribute("html", "lang") == language
            assert (
                visitor.page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "736px"
            )
            fits(visitor, f"index {language} {name}")
            visitor.shot(f"bundle-index-{language}-{name}")
        visitor.accessible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_page_tells_what_is_so(case, browser, server, tmp_path, language):
    person = people.gather().mei
    data = committed(lambda: copies.taken(case, person))
    parts = copies.members(data)
    parts["evidence/T-1.png"] += b"?"
    good, bad = tmp_path / "case.zip", tmp_path / "changed.zip"
    good.write_bytes(data)
    bad.write_bytes(copies.packed(parts | {"more.txt": b"x"}))
    said = {"zh-hans": ("以来未被改动", "T-1.png"), "en": ("Unchanged since", "Changed: evidence/T-1.png")}[
        language
    ]
    with calling(browser, server) as come:
        visitor = come(script=False, phone=True, language=language)
        for name, width in (("phone", 360), ("desktop", 1280)):
            visitor.page.set_viewport_size({"width": width, "height": 800})
            for path, word in zip((good, bad), said, strict=True):
                visitor.arrive("/procedure/verify/")
                visitor.page.set_input_files("input[type=file]", str(path))
                visitor.page.click("main form button")
                assert word in visitor.page.inner_text("main")
                visitor.shot(f"bundle-verify-{path.stem}-{language}-{name}")
        scripted = come(language=language)
        scripted.arrive("/procedure/verify/")
        scripted.page.set_input_files("input[type=file]", str(bad))
        scripted.page.click("main form button")
        scripted.page.wait_for_selector(".check-told")
        scripted.page.set_viewport_size({"width": 360, "height": 740})
        fits(scripted, "verify")
        scripted.accessible()
        scripted.arrive("/procedure/anchors/")
        fits(scripted, "anchors")
        scripted.shot(f"bundle-anchors-{language}")


def test_the_button_gives_the_file(case, browser, server):
    with calling(browser, server) as come:
        visitor = come(people.gather().mei)
        visitor.arrive(case.get_absolute_url())
        with visitor.page.expect_download() as told:
            visitor.page.click("form[action$='/bundle/'] button")
        assert told.value.suggested_filename == f"{case.reference}.zip"
        visitor.shot("bundle-case-page")
        item = case.evidence.get(side="trader", number=1)
        visitor.arrive(f"{case.get_absolute_url()}evidence/{item.key}/receipt/")
        visitor.page.set_viewport_size({"width": 360, "height": 740})
        fits(visitor, "receipt")
        visitor.shot("bundle-receipt")
