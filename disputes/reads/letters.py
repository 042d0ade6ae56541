"""Letters as text: what a template may hold, and what becomes of it with a case's words in its places.

A template is paragraphs, parted by empty lines. A line that begins with `# ` is a heading, one that begins
with `- ` an item of a list. `{{name}}` is a place; the names are a fixed list for each kind of letter. That
is the whole language: nothing is run, and a person's words are put in after everything has been understood,
so they can be neither a heading nor a place (C5).
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.core.text import many_lines, one_line

from ..errors import LetterIncomplete
from ..models import Letter
from ..states import NEEDS, PLACES
from . import verifier

PLACE = re.compile(r"\{\{(.*?)\}\}", re.S)
Row = tuple[str, str, str]  # a mark ("1."), a title, a text; each may be empty
Value = str | list[Row]
Block = dict[str, str]
LONGEST = 20_000


@dataclass(frozen=True)
class Part:
    """A piece of a template: `heading`, `item` or `text`."""

    of: str
    text: str

    @property
    def names(self) -> list[str]:
        """The places in it, as written."""
        return [name.strip() for name in PLACE.findall(self.text)]


def parts(body: str) -> list[Part]:
    """A template's pieces in order."""
    found: list[Part] = []
    for paragraph in re.split(r"\n[ \t]*\n", many_lines(body)):
        running: list[str] = []
        for line in paragraph.splitlines():
            if not line.startswith(("# ", "- ")):
                running.append(line.strip())
                continue
            found += _running(running)
            running = []
            found.append(Part("heading" if line[0] == "#" else "item", line[2:].strip()))
        found += _running(running)
    return found


def _running(lines: list[str]) -> list[Part]:
    text = "\n".join(lines).strip()
    return [Part("text", text)] if text else []


def wrong(kind: str, subject: str, body: str) -> dict[str, list[Any]]:
    """What keeps a template from being saved, by field; each place that is wrong is named."""
    needs, pieces = NEEDS[kind], parts(body)
    found: dict[str, list[Any]] = {}
    said = [*_unknown(needs.known, Part("text", subject))]
    said += [
        _("A list, or what a person writes, stands in a paragraph of its own: {{%(name)s}}") % {"name": name}
        for name in Part("text", subject).names
        if name in PLACES and PLACES[name].alone
    ]
    if not one_line(subject):
        said.append(_("This part may not be empty."))
    if said:
        found["subject"] = said
    said = [sentence for piece in pieces for sentence in _unknown(needs.known, piece)]
    said += [sentence for piece in pieces for sentence in _crowded(piece)]
    there = {name for piece in pieces for name in piece.names}
    missing = [name for name in needs.must if name not in there]
    said += [_("This letter has to say: {{%(name)s}}") % {"name": name} for name in missing]
    said += [_("Nothing stands under the heading “%(text)s”.") % {"text": text} for text in _bare(pieces)]
    if len(body) > LONGEST:
        said.append(_("Please shorten the text to 20,000 characters."))
    if said:
        found["body"] = said
    return found


def _unknown(known: Iterable[str], piece: Part) -> list[str]:
    found = [
        _("This letter knows no place {{%(name)s}}.") % {"name": name[:60]}
        for name in piece.names
        if name not in set(known)
    ]
    rest = PLACE.sub("", piece.text)
    if "{{" in rest or "}}" in rest:
        found.append(_("A place is opened or closed without its other end: %(text)s") % {"text": rest[:60]})
    return found


def _crowded(piece: Part) -> list[str]:
    alone = [name for name in piece.names if name in PLACES and PLACES[name].alone]
    if not alone or (piece.of == "text" and PLACE.fullmatch(piece.text.strip())):
        return []
    return [
        _("A list, or what a person writes, stands in a paragraph of its own: {{%(name)s}}") % {"name": name}
        for name in alone
    ]


def _bare(pieces: list[Part]) -> list[str]:
    """Headings nothing stands under."""
    return [
        piece.text
        for piece, after in zip(pieces, [*pieces[1:], Part("heading", "")], strict=True)
        if piece.of == "heading" and after.of == "heading"
    ]


def filled(kind: str, subject: str, body: str, values: Mapping[str, Value]) -> tuple[str, list[Block]]:
    """The letter's subject and blocks. What must be said and is not, or is not known, refuses the letter.

    A paragraph with a place that may be empty, and is, is left out, and with it a heading left alone by that.
    """
    needs = NEEDS[kind]
    if unfit := wrong(kind, subject, body):
        raise LetterIncomplete(fields=unfit)
    if empty := [name for name in needs.must if not _there(values.get(name))]:
        raise LetterIncomplete(
            fields={
                name: [_("The letter cannot be issued: {{%(name)s}} is empty.") % {"name": name}]
                for name in empty
            }
        )
    kept = [piece for piece in parts(body) if all(_there(values.get(name)) for name in piece.names)]
    bare = {piece.text for piece in kept if piece.of == "heading"} & set(_bare(kept))
    blocks: list[Block] = []
    for piece in kept:
        if piece.of != "heading" or piece.text not in bare:
            blocks += _blocks(piece, values)
    return one_line(_put(subject, values)), blocks


def _there(value: Value | None) -> bool:
    if isinstance(value, list):
        return bool(value) and all(any(part.strip() for part in row[1:]) for row in value)
    return bool(value and value.strip())


def _put(text: str, values: Mapping[str, Value]) -> str:
    def word(found: re.Match[str]) -> str:
        value = values[found[1].strip()]
        return value if isinstance(value, str) else ""

    return PLACE.sub(word, text)


def _blocks(piece: Part, values: Mapping[str, Value]) -> list[Block]:
    only = values.get(piece.names[0]) if piece.names and PLACE.fullmatch(piece.text) else None
    if isinstance(only, list):
        return [
            {"is": "row" if mark else "fact", "mark": mark, "title": title, "text": text}
            for mark, title, text in only
        ]
    return [{"is": piece.of, "text": _put(piece.text, values)}]


def sealed(told: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical text of a letter, and its SHA-256."""
    body = verifier.canonical(told)
    return body, hashlib.sha256(body.encode()).hexdigest()


def plain(letter: Letter) -> str:
    """The letter as plain text, to read without anything else."""
    told = letter.told
    lines = [told["subject"], ""]
    for block in told["blocks"]:
        if block["is"] in {"row", "fact"}:
            head = " ".join(filter(None, (block["mark"], block["title"])))
            lines += [head, block["text"], ""] if head and block["text"] else [head or block["text"], ""]
        elif block["is"] == "item":
            lines += [f"- {block['text']}", ""]
        else:
            lines += [block["text"], ""]
    return "\n".join(lines).strip() + "\n"
