"""All icons of the product as one SVG file, made from the icon package when it is first asked for.

Pages refer to it (`<use href="/icons.svg?v=…#name">`), so that an icon costs a page a few bytes.
"""

import hashlib
import re
from functools import cache
from importlib import metadata, resources
from zipfile import ZipFile

NAMES = [
    "activity", "alarm-clock", "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "at-sign",
    "badge-check", "ban", "banknote", "bell", "bell-dot", "book-open", "bot", "briefcase", "calendar",
    "camera", "chart-column", "check", "check-check", "chevron-down", "chevron-left", "chevron-right",
    "chevron-up", "circle", "circle-alert", "circle-check", "circle-dot", "circle-question-mark",
    "circle-x", "clipboard", "clock", "copy", "corner-up-left", "credit-card", "dot", "download",
    "ellipsis", "external-link", "eye", "eye-off", "file", "file-archive", "file-image", "file-play",
    "file-text", "flag", "folder", "funnel", "gauge", "gavel", "gift", "globe", "graduation-cap", "hand",
    "handshake", "hash", "headphones", "heart", "history", "house", "id-card", "image", "inbox", "info",
    "key", "keyboard", "landmark", "languages", "layers", "life-buoy", "link", "list", "list-checks",
    "list-filter", "lock", "log-in", "log-out", "mail", "mail-x", "map-pin", "megaphone", "menu",
    "message-circle", "message-square", "monitor", "moon", "newspaper", "panel-right", "paperclip", "pause",
    "pencil", "percent", "phone", "play", "plug", "plus", "printer", "receipt", "refresh-cw", "reply",
    "rotate-ccw", "save", "scale", "scroll-text", "search", "send", "settings", "shield", "shield-alert",
    "shield-check", "snowflake", "square-pen", "star", "sun", "sun-moon", "tag", "thumbs-down", "thumbs-up",
    "timer", "trash-2", "trending-up", "triangle-alert", "undo-2", "upload", "user", "user-check",
    "user-minus", "user-plus", "users", "video", "wallet", "wrench", "x", "zap",
]  # fmt: skip
VERSION = hashlib.sha256((metadata.version("dj-lucide") + " ".join(NAMES)).encode()).hexdigest()[:8]
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


@cache
def svg() -> str:
    """The sprite; a name the package does not know is left out, which a test would notice."""
    symbols = []
    with resources.files("lucide").joinpath("lucide.zip").open("rb") as packed, ZipFile(packed) as icons:
        known = set(icons.namelist())
        for name in NAMES:
            if f"{name}.svg" in known:
                body = _BODY.search(icons.read(f"{name}.svg").decode())
                drawing = body.group(1).strip() if body else ""
                symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'
