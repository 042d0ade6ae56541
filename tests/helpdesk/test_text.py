"""What people type comes out as text: no script, no frame, no style, and nothing they did not write."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core import richtext, text
from tests.support.payloads import ODD, SCRIPTS

WRITERS = {"article": richtext.article, "message": richtext.message, "plain": richtext.plain}
HARMLESS = {
    *("p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "table", "thead"),
    *("tbody", "tr", "th", "td", "hr", "img", "figure", "figcaption", "h2", "h3", "h4"),
}


class Reader(HTMLParser):
    """Collects what a browser would build."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.faults, self.words = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in HARMLESS:
            self.faults.append(tag)
        for name, value in attributes:
            if name.startswith(("on", "hx-", "data-")) or name in {"style", "srcdoc", "formaction"}:
                self.faults.append(f"{tag} {name}")
            if name in {"href", "src"} and re.match(r"\s*(javascript|data|vbscript)\s*:", value or "", re.I):
                self.faults.append(f"{tag} {value}")

    def handle_data(self, data):
        self.words.append(data)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("payload", SCRIPTS)
def test_no_script_survives(write, payload):
    assert not Reader(WRITERS[write](f"before {payload} after\n\n{payload}")).faults


@given(st.text(max_size=400))
def test_no_text_becomes_more_than_text(words):
    for write in WRITERS.values():
        assert not Reader(write(words)).faults


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_a_traders_words_are_kept_letter_for_letter(words):
    shown = "".join(Reader(richtext.plain(words)).words)
    assert shown == (words if words.strip() else "")


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("kind", sorted(set(ODD) - {"lone surrogate"}))
def test_odd_texts_are_no_accident(write, kind):
    assert "\x00" not in WRITERS[write](text.many_lines(ODD[kind]))


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(words):
    for clean in (text.one_line, text.many_lines):
        assert clean(clean(words)) == clean(words)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]", text.one_line(words))
    assert "\n" not in text.one_line(words)


def test_a_picture_from_elsewhere_is_never_asked_for():
    shown = richtext.article(
        "![a](https://x.test/a.png) ![b](//x.test/b.png) ![c](/\\x.test/c.png) ![d](/static/d.png)"
    )
    assert 'src="/static/d.png"' in shown
    assert 'alt="a"' in shown
    assert "x.test/a" not in shown
    assert "x.test/b" not in shown
    assert 'src="//' not in shown


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("**Done.** It *was* `2 h`.", "Done. It was 2 h."),
        ("1. one\n2. [two](https://x.test)\n\n> three", "one two three"),
        ("a\nb", "a b"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
        ("```\n<b>x</b>\n```", "<b>x</b>\n"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_a_reply_reads_without_its_marks(typed, read):
    assert richtext.words(typed) == read
