"""The program that sets pages, run as a process of its own by `paper`; it knows nothing of the product.

Before it looks at anything a person wrote it gives up, for good, the right to open files and sockets: what a
text might ask for cannot be read or fetched, whatever the typesetter would do (F7).
"""

import base64
import contextlib
import json
import resource
import sys
from typing import Any

MEMORY, SECONDS = 1 << 30, 20
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

    made(_WARM.format(fonts=json.dumps(FAMILIES).replace("[", "(").replace("]", ")")), "{}", 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    try:
        pages = [made(sheet["source"], sheet["data"], sheet["at"]) for sheet in order["sheets"]]
    except typst.TypstError as error:
        sys.stdout.write(json.dumps({"error": "page", "told": str(error)[:2000]}))
        return
    sys.stdout.write(json.dumps({"pages": [_encoded(page) for page in pages]}))


def _encoded(page: Any) -> list[str]:
    parts = page if isinstance(page, list) else [page]
    return [base64.b64encode(part).decode() for part in parts]


if __name__ == "__main__":
    main()
