"""Texts on paper: a layout of ours and a person's words as data, set as a PDF, the same everywhere.

The words never become part of the layout's program: they are handed over as one JSON value. The typesetter is
a process of its own with an end to its time and memory and no way to files or networks (see `typesetter`); it
may fail, but it takes nothing of the product with it. The same sheet gives the same bytes.
"""

import base64
import importlib.util
import json
import logging
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from fontTools.ttLib import TTFont

from .errors import Busy, Conflict

log = logging.getLogger(__name__)
PROGRAM = Path(__file__).with_name("typesetter.py")
MARK = Path(__file__).with_name("mark.typ").read_text(encoding="utf-8")
PACK, FOLDERS = "justmytype_intl_cjk", ("notosanssc", "notosanskr")
ELSEWHERE = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
SECONDS = 30.0
AT_ONCE = 2
# A case of this much text is read in the ZIP; nobody prints it.
LONGEST = 4_000_000
_presses = threading.BoundedSemaphore(AT_ONCE)
_door, _at_work = threading.Lock(), set[int]()


class NoPaper(Conflict):
    code = "no_typesetter"
    default = _(
        "This installation cannot make PDFs at present: the typesetter or its fonts are missing. Please print"
        " the page instead, or tell the operator."
    )


class TooLong(Conflict):
    code = "too_long_for_paper"
    default = _(
        "This is too long for a PDF. Please take the whole file with you instead: the ZIP holds it all."
    )


@dataclass(frozen=True)
class Sheet:
    """What is to be set: a layout, the data it shows, and the date the document bears."""

    layout: str
    data: dict[str, Any]
    at: datetime


def fonts() -> list[Path]:
    """Where the fonts lie: those of the package, else the system's own of the same make; none without any."""
    found = importlib.util.find_spec(PACK)
    folders = (
        [Path(place) / "fonts" / "ofl" for place in found.submodule_search_locations or []] if found else []
    )
    packed = [folder / name for folder in folders for name in FOLDERS if (folder / name).is_dir()]
    return packed or [place for place in ELSEWHERE if place.is_dir()][:1]


@cache
def _drawn(places: tuple[Path, ...]) -> frozenset[int]:
    """The characters the fonts have a shape for."""
    found: set[int] = set()
    for file in (file for place in places for file in sorted(place.glob("Noto*Sans*.tt[fc]"))):
        with TTFont(file, lazy=True, fontNumber=0 if file.suffix == ".ttc" else -1) as font:
            found |= set(font.getBestCmap() or ())
    return frozenset(found)


def _shown(value: Any, drawn: frozenset[int]) -> Any:
    """The same data; a character without a shape is told by its number, for paper may not show a blank."""
    if isinstance(value, dict):
        return {key: _shown(part, drawn) for key, part in value.items()}
    if isinstance(value, list):
        return [_shown(part, drawn) for part in value]
    if not isinstance(value, str) or value.isascii():
        return value
    return "".join(_letter(one, drawn) for one in unicodedata.normalize("NFC", value))


def _letter(one: str, drawn: frozenset[int]) -> str:
    if ord(one) in drawn or one in "\n\t":
        return one
    # Joiners and selectors have no shape of their own, and nothing left to work on.
    return "" if unicodedata.category(one) == "Cf" or "\ufe00" <= one <= "\ufe0f" else f"<U+{ord(one):04X}>"


def pdfs(sheets: Sequence[Sheet], *, whose: int | None = None) -> list[bytes]:
    """Each sheet as PDF/A-2b. Busy when too many are being set; NoPaper when this installation cannot.

    One person (`whose`) has one press at a time and never waits for a second: who waits keeps a thread.
    """
    with _alone(whose):
        return [parts[0] for parts in _pressed(sheets, "pdf")]


@contextmanager
def _alone(whose: int | None) -> Iterator[None]:
    if whose is None:
        yield
        return
    with _door:
        if whose in _at_work:
            raise Busy(retry_after=5)
        _at_work.add(whose)
    try:
        yield
    finally:
        with _door:
            _at_work.discard(whose)


def pictures(sheet: Sheet) -> list[bytes]:
    """The same pages as PNG, one by one: for looking at them."""
    return _pressed([sheet], "png")[0]


def _pressed(sheets: Sequence[Sheet], form: str) -> list[list[bytes]]:
    if not sheets:
        return []
    places = fonts()
    if not places or importlib.util.find_spec("typst") is None:
        log.error("paper.no_fonts")
        raise NoPaper
    drawn = _drawn(tuple(places))
    told: list[dict[str, Any]] = [
        {
            "source": sheet.layout,
            "data": json.dumps(_shown(sheet.data, drawn), ensure_ascii=False),
            "at": int(sheet.at.timestamp()),
        }
        for sheet in sheets
    ]
    if sum(len(sheet["data"]) for sheet in told) > LONGEST:
        raise TooLong
    if not _presses.acquire(timeout=3):
        raise Busy(retry_after=15)
    try:
        with tempfile.TemporaryDirectory() as nowhere:
            order = {
                "fonts": [str(place) for place in places], "nowhere": nowhere, "sheets": told, "form": form,
                "standards": "a-2b" if form == "pdf" else [],
            }  # fmt: skip
            return _run(order, nowhere)
    finally:
        _presses.release()


class Unmarkable(Conflict):
    code = "cannot_be_marked"
    default = _("A mark cannot be put into this file: it is damaged, protected, or too large for that.")


def marked(data: bytes, mime: str, lines: Sequence[str], *, at: datetime, whose: int) -> bytes:
    """A PDF or picture with these lines across every page of it: a new file, in the same jail as all paper.

    A PDF stays one, a picture becomes a PNG of the size it has. The original is not touched.
    """
    places = fonts()
    if not places or importlib.util.find_spec("typst") is None:
        log.error("paper.no_fonts")
        raise NoPaper
    told = json.dumps({"lines": _shown(list(lines), _drawn(tuple(places)))}, ensure_ascii=False)
    with _alone(whose):
        if not _presses.acquire(timeout=3):
            raise Busy(retry_after=15)
        try:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "it").write_bytes(data)
                order = {
                    "fonts": [str(place) for place in places], "nowhere": folder, "standards": [],
                    "sheets": [{"source": MARK, "data": told, "at": int(at.timestamp())}],
                    "mark": mime, "form": "pdf" if mime == "application/pdf" else "png",
                }  # fmt: skip
                return _run(order, folder)[0][0]
        except TooLong:
            raise Unmarkable from None
        finally:
            _presses.release()


def _run(order: dict[str, Any], folder: str) -> list[list[bytes]]:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and nothing a person wrote among its arguments
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(order).encode(),
            capture_output=True,
            check=False,
            timeout=SECONDS,
            cwd=folder,
            env={"RAYON_NUM_THREADS": "1"},
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.warning("paper.failed", extra={"error": str(error)[:500]})
        raise TooLong from None
    if answer.get("error") == "fonts":
        raise NoPaper
    if answer.get("error") == "file":
        raise Unmarkable
    if "pages" not in answer:
        log.error(
            "paper.failed", extra={"code": done.returncode, "error": f"{answer} {done.stderr[-1000:]!r}"}
        )
        raise TooLong if done.returncode else NoPaper
    return [[base64.b64decode(part) for part in page] for page in answer["pages"]]
