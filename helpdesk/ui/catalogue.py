"""Message catalogues without GNU gettext: found in the sources, kept as .po, compiled to .mo.

One catalogue per top-level package and language. Files name no line and carry no date, so that two people
who add a sentence each do not collide.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split, unescape_string_literal
from django.utils.translation import trim_whitespace

PACKAGES = ("helpdesk", "accounts", "faq", "tickets", "disputes")
# The first form of English is the message itself; Chinese has one form for every number.
PLURALS = {"zh_Hans": (1, "0"), "en": (2, "(n != 1)")}
SHELVES = {
    "ticket": "tickets",
    "dispute": "disputes",
    "article": "faq",
    "policy": "faq",
    "account": "accounts",
}
# Where each function keeps (context, message, plural) among its arguments.
FUNCTIONS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
KNOWN = {"_": "gettext", "_lazy": "gettext", "_n": "ngettext", "_p": "pgettext"}
_INLINE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")
_PLACE = re.compile(r"%\(\w+\)[#0\- +]?[\d.]*[a-zA-Z]|%[sd]|\{\w*\}")

Key = tuple[str, str]  # context ("" for none) and message


@dataclass
class Entry:
    """One message, its plural if it has one, and its translations by form."""

    message: str
    plural: str = ""
    context: str = ""
    forms: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        return self.context, self.message

    def translated(self) -> bool:
        """Every form is there and nobody doubts it."""
        return bool(self.forms) and all(self.forms) and not self.fuzzy


def package_of(template: Path) -> str:
    """The package whose catalogue holds a template's messages (`template` is relative to `templates/`)."""
    shelf = template.parts[0]
    if shelf == "messages" and len(template.parts) > 2:
        return SHELVES.get(re.split(r"[._-]", template.parts[1])[0], "helpdesk")
    return shelf if shelf in PACKAGES else "helpdesk"


# --- finding --------------------------------------------------------------------------------------
def in_python(source: str) -> Iterator[Entry]:
    """Messages of a Python file, by whatever name it imports the functions."""
    tree = ast.parse(source)
    names = dict(KNOWN) | {name: name for name in FUNCTIONS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                plain = alias.name.removesuffix("_lazy").removesuffix("_noop")
                if plain in FUNCTIONS:
                    names[alias.asname or alias.name] = plain
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            plain = names.get(called) or names.get(called.removesuffix("_lazy").removesuffix("_noop"), "")
            if plain:
                yield from _from_call(node, *FUNCTIONS[plain])


def _from_call(node: ast.Call, context: int | None, message: int, plural: int | None) -> Iterator[Entry]:
    def literal(position: int | None) -> str | None:
        if position is None:
            return ""
        if position < len(node.args):
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                return argument.value
        return None

    found = literal(message), literal(plural), literal(context)
    if found[0] and None not in found:
        yield Entry(found[0], found[1] or "", found[2] or "")


def in_template(source: str) -> Iterator[Entry]:
    """Messages of a Django template, as its tags will look them up (percent signs doubled)."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        tag = token.contents.split(None, 1)[0] if token.contents else ""
        if tag == "comment":
            _until(tokens, "endcomment")
        elif tag in {"blocktranslate", "blocktrans"}:
            yield from _block(token, _until(tokens, f"end{tag}"))
        else:
            for quoted in _INLINE.findall(token.contents):
                yield Entry(_literal(quoted))
            if tag in {"translate", "trans"}:
                yield from _inline(token)


def _literal(quoted: str) -> str:
    return unescape_string_literal(quoted).replace("%", "%%")


def _until(tokens: Iterator[Token], end: str) -> list[Token]:
    inside = []
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.split(None, 1)[:1] == [end]:
            break
        inside.append(token)
    return inside


def _context(bits: list[str]) -> str:
    if "context" in bits[:-1]:
        quoted = bits[bits.index("context") + 1]
        if quoted[:1] in "\"'":
            return unescape_string_literal(quoted)
    return ""


def _inline(token: Token) -> Iterator[Entry]:
    bits = list(smart_split(token.contents))
    match = re.match(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", bits[1]) if len(bits) > 1 else None
    if match:
        yield Entry(_literal(match[1]), context=_context(bits[2:]))


def _block(token: Token, inside: list[Token]) -> Iterator[Entry]:
    bits = list(smart_split(token.contents))[1:]
    parts: list[list[str]] = [[]]
    for part in inside:
        if part.token_type == TokenType.TEXT:
            parts[-1].append(part.contents.replace("%", "%%"))
        elif part.token_type == TokenType.VAR:
            parts[-1].append(f"%({part.contents.strip()})s")
        elif part.token_type == TokenType.BLOCK and part.contents.strip() == "plural":
            parts.append([])
    texts = ["".join(part) for part in parts]
    if "trimmed" in bits:
        texts = [trim_whitespace(text) for text in texts]
    if texts[0]:
        yield Entry(texts[0], texts[1] if len(texts) > 1 else "", _context(bits))


def extract(root: Path) -> dict[str, dict[Key, Entry]]:
    """Every message of the product, by package."""
    found: dict[str, dict[Key, Entry]] = {package: {} for package in PACKAGES}

    def keep(package: str, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.message.strip():
                known = found[package].setdefault(entry.key, entry)
                known.plural = known.plural or entry.plural

    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                keep(package, in_python(path.read_text(encoding="utf-8")))
    shelves = root / "templates"
    for path in sorted(path for path in shelves.rglob("*") if path.suffix in {".html", ".txt"}):
        keep(package_of(path.relative_to(shelves)), in_template(path.read_text(encoding="utf-8")))
    return found


# --- keeping --------------------------------------------------------------------------------------
def place(root: Path, package: str, locale: str) -> Path:
    """Where a catalogue lies."""
    return root / package / "locale" / locale / "LC_MESSAGES" / "django.po"


def read(path: Path, locale: str) -> dict[Key, Entry]:
    """What a .po file says; nothing when it does not exist."""
    if not path.exists():
        return {}
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    entries = {}
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, list | tuple) else (message.id, "")
        forms = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
        entry = Entry(ids[0], ids[1], message.context or "", [form or "" for form in forms], message.fuzzy)
        entries[entry.key] = entry
    return entries


def render(entries: Iterable[Entry], locale: str) -> str:
    """A .po file: sorted by message, nothing in it that changes by itself."""
    count, rule = PLURALS[locale]
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {locale}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: nplurals={count}; plural={rule};\\n"',
    ]
    for entry in sorted(entries, key=lambda entry: (entry.message, entry.context)):
        lines.append("")
        if entry.fuzzy:
            lines.append("#, fuzzy")
        if entry.context:
            lines.append(f"msgctxt {normalize(entry.context, width=100)}")
        lines.append(f"msgid {normalize(entry.message, width=100)}")
        if entry.plural:
            lines.append(f"msgid_plural {normalize(entry.plural, width=100)}")
            forms = (entry.forms + [""] * count)[:count]
            lines += [f"msgstr[{n}] {normalize(form, width=100)}" for n, form in enumerate(forms)]
        else:
            lines.append(f"msgstr {normalize(entry.forms[0] if entry.forms else '', width=100)}")
    return "\n".join(lines) + "\n"


def renewed(root: Path, given: dict[Key, list[str]] | None = None) -> dict[Path, str]:
    """What every catalogue should contain now: old translations kept, vanished messages gone.

    A new message takes its translation from `given`, or from another package that already has it.
    """
    found = extract(root)
    files = {}
    for locale in PLURALS:
        old = {package: read(place(root, package, locale), locale) for package in PACKAGES}
        known = dict(given or {}) if locale != "en" else {}
        for entries in old.values():
            for key, entry in entries.items():
                if entry.translated():
                    known.setdefault(key, entry.forms)
        for package, entries in found.items():
            now = []
            for key, entry in entries.items():
                before = old[package].get(key)
                forms = [entry.message, entry.plural or entry.message]
                if locale != "en":
                    kept = before is not None and any(before.forms) and key not in (given or {})
                    forms = before.forms if kept and before else known.get(key, [])
                doubted = locale != "en" and bool(before and before.fuzzy and key not in (given or {}))
                now.append(Entry(entry.message, entry.plural, entry.context, forms, doubted))
            files[place(root, package, locale)] = render(now, locale)
    return files


def faults(root: Path) -> list[str]:
    """Everything wrong with the catalogues as they lie there, one sentence each."""
    told = []
    for path, text in renewed(root).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            told.append(f"{path.relative_to(root)}: does not match the sources; run `manage.py messages`")
    chosen: dict[Key, tuple[str, list[str]]] = {}
    for package in PACKAGES:
        path = place(root, package, "zh_Hans")
        for entry in read(path, "zh_Hans").values():
            where = f"{path.relative_to(root)}: {entry.message!r}"
            if not entry.translated():
                told.append(f"{where} is {'doubted (fuzzy)' if entry.fuzzy else 'not translated'}")
            elif any(_places(form) != _places(entry.plural or entry.message) for form in entry.forms):
                told.append(f"{where}: the placeholders of the translation differ")
            else:
                other, forms = chosen.setdefault(entry.key, (package, entry.forms))
                if forms != entry.forms:
                    told.append(f"{where} is translated differently in {other}")
    return told


def missing(root: Path) -> dict[str, list[str]]:
    """Messages without a Chinese sentence, by package."""
    return {
        package: [entry.message for entry in read(place(root, package, "zh_Hans"), "zh_Hans").values()
                  if not entry.translated()]
        for package in PACKAGES
    }  # fmt: skip


def _places(text: str) -> set[str]:
    return set(_PLACE.findall(text.replace("%%", "")))


def compile_all(root: Path) -> list[Path]:
    """Write one .mo a language, when a .po is newer than it; answers with those written.

    One for all packages: a sentence is then found at the first look instead of in one catalogue of many.
    """
    written = []
    for locale in PLURALS:
        sources = [path for package in PACKAGES if (path := place(root, package, locale)).exists()]
        target = place(root, PACKAGES[0], locale).with_suffix(".mo")
        newest = max((path.stat().st_mtime for path in sources), default=0)
        if not sources or (target.exists() and target.stat().st_mtime > newest):
            continue
        every = Catalog(locale=locale)
        for path in sources:
            with path.open("rb") as stream:
                for message in read_po(stream, locale=locale):
                    if message.id:
                        every[message.id] = message
        # Others may be reading the old file, or writing it as well: replace it in one step.
        draft = target.with_suffix(f".mo.{os.getpid()}")
        with draft.open("wb") as stream:
            write_mo(stream, every)
        draft.replace(target)
        written.append(target)
    return written
