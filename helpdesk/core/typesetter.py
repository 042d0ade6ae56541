"""The program that sets pages, run as a process of its own by `paper`; it knows nothing of the product.

Before it looks at anything a person wrote it gives up, for good, the right to open files and sockets: what a
text might ask for cannot be read or fetched, whatever the typesetter would do (F7).
"""

import base64
import contextlib
import json
import re
import resource
import sys
from typing import Any

MEMORY, SECONDS = 1 << 30, 20
# What a file under a mark may need open at once, and how long it may be.
FEW, MOST_PAGES = 24, 300
FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Noto Sans KR")
# Every weight and slant the pages use, so that the fonts are in memory before files are closed to us.
_WARM = "#set text(font: {fonts})\n中文 abc 한국 *中文 abc 한국* _abc_ `abc`"


def _limit(kind: int, most: int) -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (most, most))


def main() -> None:
    """One order on the standard input, its answer on the standard output."""
    order = json.loads(sys.stdin.buffer.read())
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CPU, SECONDS)
    _limit(resource.RLIMIT_AS, MEMORY)
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=order["fonts"])
    if not set(FAMILIES) & set(fonts.families()):
        sys.stdout.write(json.dumps({"error": "fonts"}))
        return

    def made(source: str, data: str, at: int) -> Any:
        nowhere = order["nowhere"]
        press = typst.Compiler(
            source.encode(), root=nowhere, font_paths=fonts, ignore_system_fonts=True,
            sys_inputs={"data": data}, package_path=nowhere, package_cache_path=nowhere,
        )  # fmt: skip
        return press.compile(format=order["form"], pdf_standards=order["standards"], timestamp=at)

    def marked(source: str, data: str, at: int) -> Any:
        """One file under a mark. Its folder alone can be read, and is needed: files stay open to this one."""
        told = {"data": data, "kind": order["mark"], "pages": "9999"}

        def press() -> Any:
            return typst.Compiler(
                source.encode(), root=order["nowhere"], font_paths=fonts, ignore_system_fonts=True,
                sys_inputs=told, package_path=order["nowhere"], package_cache_path=order["nowhere"],
            ).compile(format=order["form"], ppi=72.0, timestamp=at)  # fmt: skip

        if order["mark"] == "application/pdf":
            told["pages"] = _pages(press)
        return press()

    if order.get("mark"):
        _limit(resource.RLIMIT_NOFILE, FEW)
        try:
            pages = [marked(sheet["source"], sheet["data"], sheet["at"]) for sheet in order["sheets"]]
        except (typst.TypstError, RuntimeError) as error:
            sys.stdout.write(json.dumps({"error": "file", "told": str(error)[:2000]}))
            return
        sys.stdout.write(json.dumps({"pages": [_encoded(page) for page in pages]}))
        return
    made(_WARM.format(fonts=json.dumps(FAMILIES).replace("[", "(").replace("]", ")")), "{}", 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    try:
        pages = [made(sheet["source"], sheet["data"], sheet["at"]) for sheet in order["sheets"]]
    except typst.TypstError as error:
        sys.stdout.write(json.dumps({"error": "page", "told": str(error)[:2000]}))
        return
    sys.stdout.write(json.dumps({"pages": [_encoded(page) for page in pages]}))


def _pages(press: Any) -> str:
    """How many pages there are: asked for far too many, the typesetter names the first that is not there."""
    try:
        press()
    except Exception as error:
        found = re.search(r"page (\d+) does not exist", str(error))
        if found is None or not 1 < int(found[1]) <= MOST_PAGES + 1:
            raise RuntimeError("not a PDF of so many pages") from None
        return str(int(found[1]) - 1)
    raise RuntimeError("endless")


def _encoded(page: Any) -> list[str]:
    parts = page if isinstance(page, list) else [page]
    return [base64.b64encode(part).decode() for part in parts]


if __name__ == "__main__":
    main()
