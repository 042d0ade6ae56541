"""Whatever is changed in a copy is found and named, and no upload, however hostile, does harm."""

import hashlib
import io
import json
import random
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disputes.models import AnchorLeaf
from disputes.reads import anchors, verifier
from tests.disputes.cases import decided, opened
from tests.disputes.copies import ONE_WINDOW, lines, members, packed, rich, run, taken

pytestmark = pytest.mark.django_db


def check(parts, published=None):
    data = parts if isinstance(parts, bytes) else packed(parts)
    return verifier.verify_zip(io.BytesIO(data), published=published)


def codes(parts, published=None):
    return [code for code, _values in check(parts, published).wrong]


def told(parts, lang="en"):
    return "\n".join(check(parts).lines("wrong", lang))


def relisted(parts):
    """The manifest put right again after a change, as a forger would."""
    manifest = json.loads(parts["manifest.json"])
    for name in list(manifest["files"]):
        if name not in parts:
            del manifest["files"][name]
    for name, data in parts.items():
        if name != "manifest.json":
            manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return parts | {"manifest.json": verifier.pretty(manifest).encode()}


def rewritten(parts, change):
    """The log changed by `change(rows)` and everything after it computed anew: the best forgery there is."""
    rows, prev = change(lines(parts["events.jsonl"])), verifier.GENESIS
    manifest = json.loads(parts["manifest.json"])
    for n, row in enumerate(rows, 1):
        row["seq"], row["prev"] = n, prev
        if "body" in row:
            body = json.loads(row["body"]) | {"seq": n}
            if n == len(rows):
                text = "".join(verifier.canonical(one) + "\n" for one in rows[:-1])
                manifest["log_sha256"] = verifier.sha(text)
                core = {key: value for key, value in manifest.items() if key != "chain"}
                body["facts"]["manifest"] = verifier.sealed(core)
            row["body"] = verifier.canonical(body)
            row["hash"] = verifier.link(prev, row["body"])
        prev = row["hash"]
    data = "".join(verifier.canonical(row) + "\n" for row in rows).encode()
    manifest["chain"] = {"length": len(rows), "head": prev}
    manifest["files"]["events.jsonl"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return parts | {"events.jsonl": data, "manifest.json": verifier.pretty(manifest).encode()}


@pytest.fixture
def parts(cast):
    return members(taken(decided(cast), cast.mei))


@pytest.mark.parametrize("relist", [False, True], ids=["as it is", "with a forged manifest"])
class TestEachKindOfByte:
    """Changed as it is, and with a manifest that was made to agree."""

    def tell(self, parts, relist):
        parts = relisted(parts) if relist else parts
        report = check(parts)
        assert not report.ok
        assert report.lines("wrong", "zh")
        return "\n".join(report.lines("wrong", "en"))

    def test_evidence(self, parts, relist):
        parts["evidence/T-1.png"] = parts["evidence/T-1.png"][:-1] + b"?"
        assert "evidence/T-1.png" in self.tell(parts, relist)

    def test_a_letter(self, parts, relist):
        parts["letters/decision-2.json"] = parts["letters/decision-2.json"].replace(b'"91"', b'"90"')
        assert "letters/decision-2.json" in self.tell(parts, relist)

    def test_a_link(self, parts, relist):
        rows = lines(parts["events.jsonl"])
        rows[3]["body"] = rows[3]["body"].replace('"seq":4', '"seq":4'.replace("4", "9"))
        parts["events.jsonl"] = "".join(verifier.canonical(row) + "\n" for row in rows).encode()
        assert "Link 4 of the log was changed" in self.tell(parts, relist)

    def test_the_order(self, parts, relist):
        rows = parts["events.jsonl"].splitlines(keepends=True)
        rows[4], rows[5] = rows[5], rows[4]
        parts["events.jsonl"] = b"".join(rows)
        assert "link 6 of the log stands where link 5 belongs" in self.tell(parts, relist)

    def test_a_link_taken_out(self, parts, relist):
        rows = parts["events.jsonl"].splitlines(keepends=True)
        parts["events.jsonl"] = b"".join(rows[:6] + rows[7:])
        assert "link 8 of the log stands where link 7 belongs" in self.tell(parts, relist)

    def test_the_end_cut(self, parts, relist):
        rows = parts["events.jsonl"].splitlines(keepends=True)
        parts["events.jsonl"] = b"".join(rows[:-3])
        assert f"links {len(rows) - 2} to {len(rows)} are missing" in self.tell(parts, relist)

    def test_what_was_typed(self, parts, relist):
        rows = lines(parts["texts.jsonl"])
        rows[0]["text"] = rows[0]["text"].replace("{", "{ ", 1)
        parts["texts.jsonl"] = "".join(verifier.canonical(row) + "\n" for row in rows).encode()
        assert f"text that goes with link {rows[0]['seq']}" in self.tell(parts, relist)

    @pytest.mark.parametrize("name", ["index.html", "case.json", "verify.py"])
    def test_what_the_log_does_not_hold(self, parts, relist, name):
        parts[name] = parts[name].replace(b"e", b"3", 1)
        assert ("manifest.json" if relist else f"Changed: {name}") in self.tell(parts, relist)

    def test_a_file_added(self, parts, relist):
        parts["evidence/T-9.png"] = b"more"
        assert "evidence/T-9.png" in self.tell(parts, relist)

    def test_a_file_left_out(self, parts, relist):
        del parts["evidence/P-1.txt"]
        said = self.tell(parts, relist)
        assert ("manifest.json" if relist else "Missing: evidence/P-1.txt") in said


def test_every_word_of_the_manifest_counts(parts):
    manifest = json.loads(parts["manifest.json"])
    for key in ("made_at", "language", "reader", "tool", "case", "format", "log_sha256"):
        changed = manifest | {key: manifest[key][:-1] + ("x" if manifest[key][-1] != "x" else "y")}
        assert codes(parts | {"manifest.json": verifier.pretty(changed).encode()}), key
    assert codes(parts | {"manifest.json": parts["manifest.json"] + b" "}) == ["manifest_form"]
    parts.pop("manifest.json")
    assert codes(parts) == ["no_manifest"]


def test_a_log_written_anew_no_longer_fits_its_root(cast):
    parts = members(taken(rich(cast), cast.mei))
    assert codes(rewritten(dict(parts), lambda rows: rows), anchors.root_of) == []

    def other_time(rows):
        rows[1]["body"] = rows[1]["body"].replace("T", "T", 1).replace('"nonce":"', '"nonce":"0')
        return rows

    assert "anchor_link" in codes(rewritten(dict(parts), other_time), anchors.root_of)
    length = AnchorLeaf.objects.get().length
    cut = rewritten(dict(parts), lambda rows: rows[: length - 2] + rows[-1:])
    assert "anchor_tail" in codes(cut, anchors.root_of)


def test_a_root_that_was_never_published(cast):
    parts = members(taken(rich(cast), cast.mei))
    manifest = json.loads(parts["manifest.json"])
    anchor = manifest["anchor"]
    assert codes(parts, lambda day: None) == ["anchor_unknown"]
    assert codes(parts, lambda day: "0" * 64) == ["anchor_other"]
    anchor["path"] = [*anchor["path"], ["left", "0" * 64]]
    assert "anchor_path" in codes(parts | {"manifest.json": verifier.pretty(manifest).encode()})


def test_any_byte_of_any_member(parts):
    """Three hundred flips at random, the same ones every time."""
    chance, names = random.Random(4), sorted(parts)
    for turn in range(300):
        name = names[turn % len(names)]
        data = bytearray(parts[name])
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(8)
        report = check(parts | {name: bytes(data)})
        assert not report.ok, (name, place)
        assert name in "\n".join(report.lines("wrong", "en")), (name, place)


def test_any_byte_of_the_archive_does_no_harm(cast):
    data, chance = taken(opened(cast), cast.mei), random.Random(5)
    for _turn in range(300):
        broken = bytearray(data)
        for _n in range(chance.randrange(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        check(bytes(broken)).lines("wrong", "zh")
    for length in range(0, len(data), len(data) // 100):
        assert codes(data[:length]) == ["unreadable"]


def test_packed_again_is_unchanged_and_hidden_bytes_are_found(cast, parts):
    assert codes(packed(parts, zipfile.ZIP_DEFLATED)) == []
    deeper = {f"D-2026-000001/{name}": data for name, data in parts.items()}
    assert codes(packed(deeper | {"__MACOSX/._x": b"1"})) == []
    data = packed(parts)
    assert codes(b"#!/bin/sh\n" + data) == ["hidden"]
    assert codes(data + b"more") in (["hidden"], ["unreadable"])
    twice = io.BytesIO(data)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(twice, "a") as bundle:
        bundle.writestr("index.html", b"another")
    assert codes(twice.getvalue()) == ["twice"]


def test_a_stranger_is_told_too(cast, parts, tmp_path):
    (tmp_path / "verify.py").write_bytes(parts["verify.py"])
    parts["evidence/T-1.png"] += b"?"
    (tmp_path / "case.zip").write_bytes(packed(parts))
    code, said = run(tmp_path, tmp_path / "case.zip", "--lang", "en")
    assert code == 1
    assert "- Changed: evidence/T-1.png" in said
    assert "Traceback" not in said
    code, said = run(tmp_path, tmp_path / "nothing.zip")
    assert code == 1
    assert "Traceback" not in said


def _renamed(name):
    return packed({"manifest.json": b"{}", name: b"x"})


def _claims(size):
    """A ZIP whose directory says that one small member unpacks to `size` bytes."""
    data = bytearray(packed({"manifest.json": b"\0" * 1000}, zipfile.ZIP_DEFLATED))
    place = data.find(b"PK\1\2")
    data[place + 24 : place + 28] = struct.pack("<L", size)
    return bytes(data)


HOSTILE = {
    "nothing": b"",
    "text": b"hello",
    "an empty archive": packed({}),
    "a way out": _renamed("../../etc/passwd"),
    "an absolute way": _renamed("/etc/passwd"),
    "a drive": _renamed("C:\\windows\\x"),
    "no such form": packed({"manifest.json": b"[]"}),
    "numbers": packed({"manifest.json": b"1" * 10_000}),
    "deep": packed({"manifest.json": b"[" * 200_000}),
    "no text": packed({"manifest.json": b"\xff\xfe\x00"}),
    "not a number": packed({"manifest.json": b'{"files": NaN}'}),
    "a bomb": packed({"manifest.json": bytes(50_000_000)}, zipfile.ZIP_DEFLATED),
    "a liar": _claims(4_000_000_000),
    "many names": packed({f"{n}": b"" for n in range(6000)}),
    "odd packing": packed({"manifest.json": b"{}"}, zipfile.ZIP_LZMA),
    "wrong kinds": packed({"manifest.json": verifier.pretty({
        "format": verifier.FORMAT, "case": "x", "made_at": "x", "language": "en", "log_sha256": "x",
        "chain": {"length": 5, "head": "x"}, "files": {"events.jsonl": {"size": 1, "sha256": "x"}},
        "anchor": {"day": "2026-13-99", "length": 1, "head": "x", "root": "x", "path": [["left", "x"]]},
    }).encode(), "events.jsonl": b'{"seq":[],"prev":{},"hash":1,"body":7}\n' * 100,
        "texts.jsonl": b'{"seq":[]}\n[]\n7\n'}),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_uploads_get_a_page(client, what):
    client.raise_request_exception = True
    answer = client.post(reverse("disputes:verify"), {"file": SimpleUploadedFile("x.zip", HOSTILE[what])})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert ("This file is not as it was made." in page) != ("This is not the file of a case" in page)
    assert "Error:" not in page or "This file is not as it was made." in page


def test_the_page_without_a_file_and_with_too_much(client):
    assert client.get(reverse("disputes:verify")).status_code == 200
    assert client.post(reverse("disputes:verify"), {}).status_code == 422
    answer = client.post(reverse("disputes:verify"), {}, CONTENT_LENGTH=str(300 * 1024**2))
    assert answer.status_code == 413
    for odd in ("-1", "many"):
        assert client.post(reverse("disputes:verify"), {}, CONTENT_LENGTH=odd).status_code in {400, 413, 422}
    assert client.put(reverse("disputes:verify")).status_code == 405


def test_the_page_tells_a_trader_what_is_so(client, cast):
    data = taken(rich(cast), cast.mei)
    sent = SimpleUploadedFile("case.zip", data)
    page = client.post(reverse("disputes:verify"), {"file": sent}).content.decode()
    assert f"Unchanged since {anchors.newest().day}" in page
    sent = SimpleUploadedFile("case.zip", data.replace(b"Said to everyone.", b"Said to every one"))
    page = client.post(
        reverse("disputes:verify"), {"file": sent}, headers={"Accept-Language": "zh-hans"}
    ).content.decode()
    assert "已被改动：texts.jsonl" in page


def test_the_page_believes_no_table_of_cases(client, cast, django_assert_num_queries):
    """Only the published roots are asked."""
    sent = SimpleUploadedFile("case.zip", taken(rich(cast), cast.mei))
    with django_assert_num_queries(1) as asked:
        client.post(reverse("disputes:verify"), {"file": sent})
    assert "disputes_anchor" in asked[0]["sql"]


def test_the_page_is_not_for_floods(client, monkeypatch):
    monkeypatch.setattr("helpdesk.core.throttle.time", ONE_WINDOW)
    sent = [client.post(reverse("disputes:verify"), {}).status_code for _n in range(21)]
    assert sent == [422] * 20 + [429]


def test_names_in_the_file_are_shown_and_not_obeyed(client, cast):
    name = "<script>alert(1)</script>\x1b[31m.html"
    parts = members(taken(opened(cast), cast.mei)) | {name: b"x"}
    page = client.post(reverse("disputes:verify"), {"file": SimpleUploadedFile("x.zip", packed(parts))})
    assert "<script>alert" not in page.content.decode()
    assert "\x1b" not in told(parts)
