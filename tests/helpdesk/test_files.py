"""A file is what its bytes say: the right ones are taken, the others refused with a sentence and a code."""

import hashlib
import io

import pytest
from PIL import Image

from helpdesk.core import files
from helpdesk.core.errors import Invalid
from tests.support import samples


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("a.png", samples.picture(), "image/png"),
        ("a.jpeg", samples.picture("JPEG"), "image/jpeg"),
        ("a.webp", samples.picture("WEBP"), "image/webp"),
        ("a.gif", samples.picture("GIF"), "image/gif"),
        ("statement.pdf", samples.pdf(), "application/pdf"),
        ("renamed.txt", samples.picture(), "image/png"),
        ("日志.txt", "提现失败 2026-11-02".encode(), "text/plain"),
        ("trades.csv", b"id,price\n1,64120.5\n", "text/csv"),
    ],
)
def test_what_is_taken(name, data, mime):
    found = files.inspect(io.BytesIO(data), name)
    assert (found.mime, found.size, found.sha256) == (mime, len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("kind", samples.REFUSED)
def test_what_is_refused(kind):
    name, make = samples.REFUSED[kind]
    with pytest.raises(Invalid) as refusal:
        files.inspect(io.BytesIO(make()), name)
    assert refusal.value.fields["files"]
    assert refusal.value.code.startswith("file_")


def test_a_picture_with_a_page_at_its_end_is_kept_as_proof_and_shown_as_a_clean_copy():
    """A polyglot that begins as a picture is never rendered from its original bytes; the copy has no page."""
    data = samples.picture() + samples.PAGE
    found = files.inspect(io.BytesIO(data), "proof.png")
    assert found.mime == "image/png"
    copy, _mime = files.clean_image(data, found.mime)
    assert b"<script" not in copy


def test_a_pixel_flood_is_refused_without_being_opened():
    with pytest.raises(Invalid) as refusal:
        files.inspect(io.BytesIO(samples.flood()), "flood.png")
    assert refusal.value.code == "file_bomb"


def test_the_copy_for_looking_at_carries_no_place():
    image, out, exif = Image.new("RGB", (40, 40)), io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    image.save(out, "JPEG", exif=exif)
    copy, mime = files.clean_image(out.getvalue(), "image/jpeg")
    assert mime == "image/jpeg"
    assert b"taken at home" not in copy
    assert not Image.open(io.BytesIO(copy)).getexif()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\mei\\截图.png", "截图.png"),
        ("a\r\nSet-Cookie: x.png", "a__Set-Cookie_ x.png"),
        ("invoice\u202egnp.exe", "invoice_gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".png", "x" * 116 + ".png"),
    ],
)
def test_a_name_is_display_text_only(given, kept):
    shown = files.safe_name(given)
    assert shown == kept
    assert len(shown) <= 120
