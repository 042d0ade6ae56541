"""Files by content: what the bytes are decides, never the name or what the browser claims."""

import hashlib
import io
import re
import struct
import warnings
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image

from .errors import Invalid, Sentence

MB = 1024 * 1024
MAX_BYTES = 25 * MB
MAX_FILES = 10
MAX_PIXELS = 60_000_000
MAX_UNZIPPED = 200 * 1024 * 1024

# What may be kept, and what it is called. Nothing here is ever rendered as HTML from our own address.
IMAGES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
DOCUMENTS = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/zip": ".zip",
}
AUDIO = {"audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/mp4": ".m4a", "audio/ogg": ".ogg"}
VIDEO = {"video/mp4": ".mp4", "video/webm": ".webm"}
ALLOWED = IMAGES | DOCUMENTS | AUDIO | VIDEO
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")
_ACTIVE = re.compile(rb"<\s*(?:!doctype|html|svg|script|iframe|object|embed|body|head|\?xml|\?php|\?=)", re.I)
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


@dataclass(frozen=True)
class Sniffed:
    """What a file turned out to be. `size` in bytes, `sha256` of the bytes as received, in hex."""

    name: str
    mime: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None

    @property
    def is_image(self) -> bool:
        return self.mime in IMAGES


def safe_name(name: str) -> str:
    """A file's name as display text: no path, no control or direction characters, at most 120 long."""
    name = _UNSAFE_NAME.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .") or "file"
    if len(name) > 120:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) < 10 else name[:120]
    return name


def _refuse(sentence: Sentence, code: str) -> Invalid:
    return Invalid(fields={"files": [sentence]}, code=code)


def _too_large(name: str, megabytes: int) -> Invalid:
    told = _("“%(name)s” is larger than %(n)s MB.")
    return _refuse(told % {"name": name, "n": megabytes}, "file_too_large")


def inspect(stream: BinaryIO, name: str) -> Sniffed:
    """Read the whole stream and say what it is; Invalid (field `files`) when it may not be kept.

    The stream is left at its start. Hashing is over the bytes as received, before anything looks inside.
    """
    name = safe_name(name)
    digest, size, head = hashlib.sha256(), 0, b""
    stream.seek(0)
    while chunk := stream.read(64 * 1024):
        head = head or chunk[:4096]
        size += len(chunk)
        if size > max(MAX_BYTES, settings.MEDIA_MAX_MB * MB):
            raise _too_large(name, max(MAX_BYTES // MB, settings.MEDIA_MAX_MB))
        digest.update(chunk)
    if not size:
        raise _refuse(_("“%(name)s” is empty.") % {"name": name}, "file_empty")
    stream.seek(0)
    mime = _type_of(stream, head, name)
    most = settings.MEDIA_MAX_MB * MB if mime in AUDIO or mime in VIDEO else MAX_BYTES
    if size > most:
        raise _too_large(name, most // MB)
    width = height = None
    if mime in IMAGES:
        width, height = _measure(stream, name)
    elif mime == "application/zip":
        _look_into_zip(stream, name)
    stream.seek(0)
    return Sniffed(name, mime, size, digest.hexdigest(), width, height)


def _type_of(stream: BinaryIO, head: bytes, name: str) -> str:
    wrong = _refuse(
        _(
            "“%(name)s” is not a kind of file we can take."
            " Please send PNG, JPEG, GIF, WebP, PDF, TXT, CSV, ZIP, MP4, WebM, MP3, M4A, WAV or OGG."
        )
        % {"name": name},
        "file_type",
    )
    starts = (
        (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"), (b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"),
        (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"),
        (b"\xff\xf2", "audio/mpeg"),
    )  # fmt: skip
    for magic, mime in starts:
        if head.startswith(magic):
            # A picture or document that also carries markup near its start is a polyglot: never innocent.
            if mime != "application/zip" and _ACTIVE.search(head[len(magic) : 1024]):
                raise wrong
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if mime := _sound_or_film(head):
        if _ACTIVE.search(head[12:1024]) and mime != "video/mp4":
            raise wrong
        return mime
    if b"\x00" in head or _ACTIVE.search(head):
        raise wrong
    try:
        stream.read().decode("utf-8")
    except UnicodeDecodeError:
        raise wrong from None
    finally:
        stream.seek(0)
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _sound_or_film(head: bytes) -> str:
    """What a container says it holds; empty when it is none of those we take."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] in {b"M4A", b"M4B"} else "video/mp4"
    if head.startswith(b"OggS") and any(mark in head[:128] for mark in _OGG_SOUND):
        return "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    return ""


def _measure(stream: BinaryIO, name: str) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stream) as image:
                width, height = image.size
                if width * height > MAX_PIXELS or getattr(image, "n_frames", 1) > 200:
                    raise Image.DecompressionBombError
                image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refuse(
            _("“%(name)s” has too many pixels to open safely.") % {"name": name}, "file_bomb"
        ) from None
    except (OSError, SyntaxError, ValueError, struct.error):
        raise _refuse(
            _("“%(name)s” is damaged: it says it is a picture but cannot be opened.") % {"name": name},
            "file_damaged",
        ) from None
    return width, height


def _look_into_zip(stream: BinaryIO, name: str) -> None:
    try:
        with zipfile.ZipFile(stream) as bundle:
            members = bundle.infolist()
            total = sum(member.file_size for member in members)
    except (zipfile.BadZipFile, OSError, ValueError, struct.error):
        raise _refuse(_("“%(name)s” is a damaged ZIP file.") % {"name": name}, "file_damaged") from None
    if len(members) > 1000 or total > MAX_UNZIPPED:
        raise _refuse(_("“%(name)s” unpacks to far more than it shows.") % {"name": name}, "file_bomb")


def clean_image(data: bytes, mime: str, *, longest: int = 2400) -> tuple[bytes, str]:
    """A copy for looking at: re-encoded, no EXIF or GPS, at most `longest` pixels on its long side."""
    with Image.open(io.BytesIO(data)) as image:
        image.draft("RGB", (longest, longest))
        picture = image.convert("RGBA" if image.mode in {"RGBA", "LA", "P"} else "RGB")
        picture.thumbnail((longest, longest))
        out = io.BytesIO()
        kind = "PNG" if picture.mode == "RGBA" else "JPEG"
        picture.save(out, kind, quality=85)
    return out.getvalue(), "image/png" if kind == "PNG" else "image/jpeg"
