"""Every page as whoever may see it: axe is content, and nothing runs off a phone, in either language."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.models import Person
from tests.support.browser import calling, committed

from . import doors, worlds
from .pages import LONG, NO_PAGE, PAGES, Page
from .rows import NOBODY, parse

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# BROWSER=full: everything, with pictures.
FULL = os.environ.get("BROWSER") == "full"
# Every two of language, size and theme meet.
HASTE = {
    ("zh-hans", "phone"): "dark",
    ("zh-hans", "desktop"): "light",
    ("en", "phone"): "light",
    ("en", "desktop"): "dark",
}
WHO = list(dict.fromkeys(who for page in PAGES for who in page.who))
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}
# Colours take three quarters of the time of axe, and are the same whoever looks.
AXE = """async colours => (await axe.run(document, {preload: false, resultTypes: ['violations'],
    rules: {'color-contrast': {enabled: colours}}})).violations.map(
    fault => `${fault.id} (${fault.impact}): ${fault.help}\\n    `
        + fault.nodes.slice(0, 3).map(node => node.html.slice(0, 240)).join('\\n    '))"""
# How far the page runs off its side, and what sticks out.
OVER = """() => { const page = document.scrollingElement, room = page.clientWidth;
    if (page.scrollWidth <= room) return '';
    const out = n => n.getBoundingClientRect().right > room + 0.5 && n.checkVisibility();
    const found = [...document.body.querySelectorAll('*')].filter(n => out(n) && ![...n.children].some(out));
    return `${page.scrollWidth - room} pixels: ` + found.slice(0, 4).map(n => n.outerHTML.slice(0, 160)); }"""
# Words that stand in a column so narrow that they are spelt downwards.
SQUEEZED = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const length = node.data.trim().length, range = document.createRange();
        if (length < 6 || !node.parentElement.checkVisibility({visibilityProperty: true})) continue;
        range.selectNodeContents(node);
        const boxes = [...range.getClientRects()].filter(box => box.width > 1);
        const lines = new Set(boxes.map(box => Math.round(box.top))).size;
        if (lines > 2 && length / lines < 3.5) found.push(node.data.trim().slice(0, 40));
    }
    return found.slice(0, 4).join(' | '); }"""
UNFOLD = "() => document.querySelectorAll('main details:not(.menu)').forEach(node => { node.open = true; })"


@pytest.fixture(scope="module")
def world(lasting):
    """A case at every stage, and one whose words are longer than any phone is wide."""
    world = worlds.build()
    worlds.add_long(world)
    return world


def test_no_page_is_missing_from_the_table():
    shown = {
        row.name
        for row in parse(doors.TABLE)
        if row.method == "GET" and any("200" in status for _, status in row.wanted)
    }
    shown -= {row.name for row in parse(doors.TABLE) if row.api and row.name != "api_docs"}
    named = {page.name for page in PAGES} | set(NO_PAGE)
    assert not shown - named, "give each of these a row in tests/journeys/pages.py"
    assert not named - shown - {"/nowhere/"}, "these are no pages any more"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", WHO)
def test_every_page(world, browser, server, who, language):
    pages = [page for page in PAGES if who in page.who and (whole(page, who, language) or page.who[0] == who)]
    person = None if who == NOBODY else getattr(world.cast, who)
    committed(lambda: Person.objects.update(language=language))
    with calling(browser, server) as come:
        visitor = come(person, language=language)
        for page in pages:
            colours = FULL or page.who[0] == who
            look_at(visitor, page, page.path(world), language, sizes_for_axe(page, who, language), colours)


def whole(page, who, language):
    """In haste axe looks in one language, in turn; the first person of a row sees the width in the other."""
    return FULL or (PAGES.index(page) + page.who.index(who)) % 2 == (language == "en")


def sizes_for_axe(page, who, language):
    """In haste axe, which takes two thirds of the time, looks in one size, in turn."""
    if not whole(page, who, language):
        return ()
    return tuple(SIZES) if FULL else (list(SIZES)[(PAGES.index(page) // 2 + page.who.index(who)) % 2],)


def look_at(visitor, row, path, language, axe_in=tuple(SIZES), colours=True):
    """One page in both sizes and themes, folded as it comes and everything unfolded."""
    page, told = visitor.arrive(path, row.status), visitor.complaints
    if (spoken := page.get_attribute("html", "lang")).lower()[:2] != language[:2]:
        told.append(f"{row}: in {spoken} instead of {language}")
    if axe_in:
        page.evaluate(Axe().axe_script)
    for size, shape in SIZES.items():
        page.set_viewport_size(shape)
        told += over(page, f"{row} {size}")
        if row.name not in LONG:
            page.evaluate(UNFOLD)
            told += over(page, f"{row} {size} unfolded")
        for theme in themes(language, size) if size in axe_in else ():
            page.emulate_media(color_scheme=theme)
            told += [f"{row} {size} {theme}: {fault}" for fault in page.evaluate(AXE, colours)]
            if FULL:
                name = f"{visitor.name} {row} {language} {size} {theme}".lower()
                visitor.shot(re.sub(r"[^a-z0-9]+", "-", name))


def themes(language, size):
    return ("light", "dark") if FULL else (HASTE[language, size],)


def over(page, where):
    """What is wider than the page, and what has too little of it."""
    wide, narrow = page.evaluate(OVER), page.evaluate(SQUEEZED)
    told = [f"{where} is too wide by {wide}"] if wide else []
    return [*told, f"{where} squeezes {narrow}"] if narrow else told


BAD = """<!doctype html><html lang="en"><title>Bad</title><main><h1>Bad</h1>
    <details><summary>More</summary><p style="color:#888;background:#999">Hardly there</p></details>
    <img src="data:,"><div style="width:2000px">Wide</div>
    <p style="width:1em;overflow-wrap:anywhere">Squeezed</p></main>"""


def test_what_is_wrong_is_found(browser, server):
    """The eyes of this file see: a page with a fault of each kind."""
    with calling(browser, server) as come:
        visitor = come()
        visitor.page.route("**/bad/", lambda route: route.fulfill(body=BAD, content_type="text/html"))
        look_at(visitor, Page("bad", (), ()), "/bad/", "zh-hans")
        told, visitor.complaints = "\n".join(visitor.complaints), []
    for fault in (
        "in en instead of",
        "bad phone is too wide",
        "squeezes Squeezed",
        "color-contrast",
        "image-alt",
    ):
        assert fault in told
    assert "Hardly there" in told
