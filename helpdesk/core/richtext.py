"""Text to HTML. The only module that may call anything safe; all of it passes nh3 on the way out."""

import re
from functools import cache
from itertools import pairwise

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h2", "h3", "h4",
    "table", "thead", "tbody", "tr", "th", "td", "hr", "img", "figure", "figcaption",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"scope"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "code": {"class"},
}
_MESSAGE_TAGS = _TAGS - {"img", "h2", "h3", "h4", "figure", "figcaption"}
_LINK = re.compile(r"https?://[^\s<>\"'，。；！？）】》]+")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _from_here(tag: str, name: str, value: str) -> str | None:
    """A picture from elsewhere would tell its owner who reads what; the content policy refuses it anyway."""
    outside = tag == "img" and name == "src" and not re.match(r"/(?![/\\\\])", value)
    return None if outside else value


def _clean(html: str, tags: set[str]) -> SafeString:
    clean = nh3.clean(
        html,
        tags=tags,
        attributes=_ATTRIBUTES,
        attribute_filter=_from_here,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )
    return mark_safe(clean)  # noqa: S308 – the one place; nh3 has just rebuilt it from an allow-list


def _with_numbered_headings(markdown: str) -> list[Token]:
    """Tokens whose headings start at h2 (the page has its own h1) and can be linked to."""
    tokens = _markdown().parse(markdown)
    for number, token in enumerate((t for t in tokens if t.type == "heading_open"), start=1):
        token.attrSet("id", f"s{number}")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(4, max(2, int(token.tag[1])))}"
    return tokens


def article(markdown: str) -> SafeString:
    """Help-centre Markdown: headings, tables, images of our own; of others only their words stay."""
    rules = _markdown()
    return _clean(rules.renderer.render(_with_numbered_headings(markdown), rules.options, {}), _TAGS)


def contents(markdown: str) -> list[tuple[str, str]]:
    """The second-level headings of an article: (id, words), as `article` numbers them."""
    tokens = _with_numbered_headings(markdown)
    return [
        (str(opening.attrGet("id")), "".join(part.content for part in inline.children or []))
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open" and opening.tag == "h2"
    ]


def message(markdown: str) -> SafeString:
    """A staff reply: Markdown without headings or images."""
    return _clean(_markdown().render(markdown), _MESSAGE_TAGS)


def words(markdown: str, length: int = 4000) -> str:
    """A staff reply without its Markdown, for previews: plain text, to be escaped like any other."""
    blocks = _markdown().parse(markdown[:length])
    said = (
        "".join(_read(part) for part in block.children) if block.children else block.content
        for block in blocks
    )
    return " ".join(filter(None, said))


def _read(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content


def plain(text: str) -> SafeString:
    """What a trader typed, letter for letter: paragraphs, line breaks, web addresses as links."""

    def linked(line: str) -> str:
        out, last = [], 0
        for hit in _LINK.finditer(line):
            address = hit.group().rstrip(".,;:)")
            out += [escape(line[last : hit.start()]), f'<a href="{escape(address)}">{escape(address)}</a>']
            last = hit.start() + len(address)
        return "".join([*out, escape(line[last:])])

    paragraphs = [p for p in re.split(r"\n{2,}", text) if p.strip()]
    html = "".join(
        "<p>" + "<br>".join(linked(line) for line in paragraph.split("\n")) + "</p>"
        for paragraph in paragraphs
    )
    return _clean(html, _MESSAGE_TAGS)


def stored(html: str) -> SafeString:
    """HTML that one of the functions above made before it was stored."""
    return mark_safe(html)  # noqa: S308 – written only by this module, never by a person
