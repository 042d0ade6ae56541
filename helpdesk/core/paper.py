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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import Busy, Conflict

log = logging.getLogger(__name__)
PROGRAM = Path(__file__).with_name("typesetter.py")
PACK = "justmytype_intl_cjk"
ELSEWHERE = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
SECONDS = 30.0
AT_ONCE = 2
# A case of this much text is read in the ZIP; nobody prints it.
LONGEST = 4_000_000
_presses = threading.BoundedSemaphore(AT_ONCE)


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


def fonts() -> Path | None:
    """Where the fonts lie: those of the package, else the system's own of the same make; None without any."""
    found = importlib.util.find_spec(PACK)
    places = (
        [Path(place) / "fonts" / "ofl" / "notosanssc" for place in found.submodule_search_locations or []]
        if found
        else []
    )
    return next((place for place in (*places, *ELSEWHERE) if place.is_dir()), None)


def pdfs(sheets: Sequence[Sheet]) -> list[bytes]:
    """Each sheet as PDF/A-2b. Busy when too many are being set; NoPaper when this installation cannot."""
    return [parts[0] for parts in _pressed(sheets, "pdf")]


def pictures(sheet: Sheet) -> list[bytes]:
    """The same pages as PNG, one by one: for looking at them."""
    return _pressed([sheet], "png")[0]


def _pressed(sheets: Sequence[Sheet], form: str) -> list[list[bytes]]:
    if not sheets:
        return []
    place = fonts()
    if place is None or importlib.util.find_spec("typst") is None:
        log.error("paper.no_fonts")
        raise NoPaper
    told: list[dict[str, Any]] = [
        {
            "source": sheet.layout,
            "data": json.dumps(sheet.data, ensure_ascii=False),
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
                "fonts": str(place), "nowhere": nowhere, "sheets": told, "form": form,
                "standards": "a-2b" if form == "pdf" else [],
            }  # fmt: skip
            return _run(order, nowhere)
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
    if "pages" not in answer:
        log.error(
            "paper.failed", extra={"code": done.returncode, "error": f"{answer} {done.stderr[-1000:]!r}"}
        )
        raise TooLong if done.returncode else NoPaper
    return [[base64.b64decode(part) for part in page] for page in answer["pages"]]
