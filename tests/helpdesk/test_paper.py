"""Paper: the same PDF/A every time, from words that stay words, by a program that reaches nothing."""

import re
from datetime import UTC, datetime

import pytest

from helpdesk.core import paper
from helpdesk.core.errors import Busy
from helpdesk.core.paper import NoPaper, Sheet, TooLong, pdfs

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LAYOUT = """#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(font: ("Noto Sans SC", "Noto Sans CJK SC", "Noto Sans KR"))
#for line in d.lines { par(line) }"""
HOSTILE = [
    '#include("/etc/passwd")', '#import "@preview/cetz:0.2.2"', '#image("/etc/passwd")',
    '#read("/etc/passwd")',
    "$x^2$ *bold* _it_ `code` <label> @ref = Heading", "\\#sys.inputs \\u{202e}", "]] } ] #panic(\"x\")",
    "提现",
]  # fmt: skip


def sheet(*lines, layout=LAYOUT):
    return Sheet(layout, {"title": "T", "lines": list(lines)}, AT)


def test_words_stay_words_and_the_same_sheet_gives_the_same_bytes():
    first, other, third = pdfs([sheet(*HOSTILE), sheet("Other"), sheet(*HOSTILE)])
    assert first == third != other
    assert first == pdfs([sheet(*HOSTILE)])[0]
    assert first.startswith(b"%PDF-")
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert re.search(rb"<pdfaid:conformance>B</pdfaid:conformance>", first)
    assert b"NotoSansSC" in first
    # As many letters as were written: nothing was taken as a command, nothing was left out.
    with_commands, without = pdfs([sheet('#read("/etc/passwd")'), sheet("")])
    assert len(with_commands) > len(without)


@pytest.mark.parametrize(
    "program",
    [
        '#read("/etc/passwd")', '#read("../../../../etc/passwd")', '#image("/etc/passwd")',
        '#include "/etc/passwd"', '#import "@preview/cetz:0.2.2"', '#read("https://example.com/")',
        "#while true {}", '#let f(n) = f(n + 1)\n#f(0)',
    ],
)  # fmt: skip
def test_even_a_layout_of_somebody_else_reaches_no_file_and_no_network(program, monkeypatch):
    monkeypatch.setattr(paper, "SECONDS", 2.0)
    with pytest.raises((NoPaper, TooLong)):
        pdfs([sheet("x", layout=program)])


def test_what_is_too_long_or_too_much_at_once_is_refused(monkeypatch):
    with pytest.raises(TooLong):
        pdfs([sheet("x" * (paper.LONGEST + 1))])
    for _ in range(paper.AT_ONCE):
        assert paper._presses.acquire(blocking=False)
    try:
        with pytest.raises(Busy):
            pdfs([sheet("x")])
    finally:
        for _ in range(paper.AT_ONCE):
            paper._presses.release()


def test_one_person_has_one_press_at_a_time_and_does_not_wait_for_another(monkeypatch):
    seen = []

    def pressed(sheets, form):
        with pytest.raises(Busy):
            pdfs(sheets, whose=7)
        seen.append(form)
        return [[b"%PDF-"]] if len(seen) > 1 else [pdfs(sheets, whose=8)]

    monkeypatch.setattr(paper, "_pressed", pressed)
    for _again in range(2):
        assert pdfs([sheet("x")], whose=7) == [b"%PDF-"]


def test_without_fonts_there_is_a_clear_refusal(monkeypatch, tmp_path):
    monkeypatch.setattr(paper, "fonts", list)
    with pytest.raises(NoPaper):
        pdfs([sheet("x")])
    monkeypatch.setattr(paper, "fonts", lambda: [tmp_path])
    with pytest.raises(NoPaper):
        pdfs([sheet("x")])


@pytest.mark.parametrize(
    "words",
    [
        "😀 👩\u200d💻 🇨🇳 \u2764\ufe0f", "مرحبا", "ไทย", "Привет", "हिन्दी", "한국어", "日本語", "繁體",
        "𠮷", "\ue000",
        "\ufffd \u0378", "→ ✓ ★ ₿ €", "a\u0301\u0301", "\u200b\u200d\u2028\u2029\u00ad",
    ],
)  # fmt: skip
def test_no_word_of_any_language_keeps_a_letter_from_being_set(words):
    [made] = pdfs([sheet(words)])
    assert made.startswith(b"%PDF-")


def test_what_has_no_shape_is_told_by_its_number():
    drawn = paper._drawn(tuple(paper.fonts()))
    assert paper._shown({"a": ["提现 😀", 1]}, drawn) == {"a": ["提现 <U+1F600>", 1]}
