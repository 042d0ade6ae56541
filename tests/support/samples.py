"""Real files, made on the spot: pictures and documents that are what they say, and some that are not."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def picture(kind: str = "PNG", size: tuple[int, int] = (480, 270), text: str = "BTC/USDT 64,120.5") -> bytes:
    """A small screenshot-like picture."""
    image = Image.new("RGB", size, "#0f1a2b")
    pen = ImageDraw.Draw(image)
    pen.rectangle((20, 20, size[0] - 20, size[1] - 20), outline="#3dd6a0", width=2)
    pen.text((32, 32), text, fill="white")
    points = [(x, size[1] // 2 + ((x * 7919) % 61) - 30) for x in range(24, size[0] - 24, 6)]
    pen.line(points, fill="#ffb454", width=2)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def pdf(text: str = "Account statement") -> bytes:
    """A one-page PDF with a right cross-reference table."""
    drawing = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A kilobyte or so that unpacks to far more than anybody wants."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        for number in range(3):
            bundle.writestr(f"{number}.txt", b"0" * 90_000_000)
    return out.getvalue()


def flood() -> bytes:
    """A picture of a hundred bytes that claims 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><html><body><script>fetch('/me/')</script></body></html>"

# What must be refused: name, bytes (made when asked for), and why it is here.
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("empty.png", lambda: b""),
    "svg": ("chart.svg", lambda: SVG),
    "svg called png": ("chart.png", lambda: SVG),
    "page": ("index.html", lambda: PAGE),
    "page called pdf": ("statement.pdf", lambda: PAGE),
    "page called txt": ("notes.txt", lambda: PAGE),
    "program": ("setup.exe", lambda: b"MZ\x90\x00\x03" + bytes(512)),
    "program called jpg": ("photo.jpg", lambda: b"\x7fELF\x02\x01\x01" + bytes(512)),
    "gif with script": ("cat.gif", lambda: b"GIF89a/*<script>alert(1)</script>*/=1;"),
    "pdf with page": ("both.pdf", lambda: b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF"),
    "half a picture": ("half.png", lambda: picture()[:200]),
    "script with shebang and nul": ("run.txt", lambda: b"#!/bin/sh\x00rm -rf /"),
    "bomb": ("logs.zip", zip_bomb),
    "pixel flood": ("wall.png", flood),
    "too large": ("large.png", lambda: picture() + bytes(26 * 1024 * 1024)),
}


ALIVE = b"<!doctype html><html><body><script>fetch('/canary/');alert(1)</script></body></html>"
TAG = b"Hello <img src=/canary/ onerror=alert(1)> <a href=javascript:alert(1)>click</a>"


def pdf_with_script() -> bytes:
    """A document that wants to run something when it is opened."""
    action = b"<< /S /JavaScript /JS (app.alert(1); this.submitForm('/canary/')) >>"
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction " + action)


def zip_of(name: str, data: bytes, comment: bytes = b"") -> bytes:
    """An archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(name, data)
        bundle.comment = comment
    return out.getvalue()


# What is taken although it would like to be something else: kept as it came, and never brought to life.
KEPT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf with script": ("statement.pdf", pdf_with_script),
    "pdf with a page behind": ("both.pdf", lambda: pdf() + b" " * 1024 + ALIVE),
    "text called page": ("notes.html", lambda: TAG),
    "text called drawing": ("notes.svg", lambda: TAG),
    "text called program": ("shell.pht", lambda: b"<? system($_GET['x']); ?>"),
    "text called script": ("a.js", lambda: b"fetch('/canary/');alert(1)"),
    "text called style": ("a.css", lambda: b"body{background:url(/canary/)}"),
    "page after much text": ("log.html", lambda: b"x" * 5000 + ALIVE),
    "drawing after many spaces": ("log.svg", lambda: b" " * 5000 + SVG),
    "seven bits": ("utf7.html", lambda: b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    "table with formulas": ("a.csv", lambda: b"=cmd|' /C calc'!A0,\"" + TAG + b'"\n'),
    "png with a page behind": ("a.png", lambda: picture() + ALIVE),
    "gif with a script behind": ("a.gif", lambda: picture("GIF") + b"*/=1;fetch('/canary/');alert(1)"),
    "jpeg with a page behind": ("a.jpg.html", lambda: picture("JPEG") + ALIVE),
    "webp with a page behind": ("a.webp", lambda: picture("WEBP") + ALIVE),
    "archive of a page": ("site.zip", lambda: zip_of("index.html", ALIVE, comment=ALIVE)),
    "film that is a page": ("film.mp4", lambda: b"\x00\x00\x00\x18ftyp" + ALIVE),
    "sound with a page behind": ("sound.mp3", lambda: b"ID3" + b"a" * 1100 + ALIVE),
}


def upload(name: str, data: bytes, claimed: str = "application/octet-stream") -> SimpleUploadedFile:
    """As a browser sends it; what it claims the type to be must not matter."""
    return SimpleUploadedFile(name, data, claimed)
