"""Checks a case file of the helpdesk. Needs Python 3.9 or newer and nothing else: no network, no packages.

    python verify.py                    the folder this program lies in
    python verify.py FILE.zip           a file as it was taken
    python verify.py FILE.zip --roots anchors.json    compare with the published list as well
    python verify.py FILE.zip --lang zh               in Chinese (default: the language of the file)

It prints what is right and what is wrong, and ends with 1 when anything is wrong. The helpdesk runs this
same program. 检查一份案件档案：只需 Python 3.9 或更新版本，不需要网络和其他软件；有问题时退出码为 1。
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

FORMAT = "helpdesk-case-file/1"
MANIFEST, EVENTS, TEXTS = "manifest.json", "events.jsonl", "texts.jsonl"
MADE = "dispute.bundle.made"
GENESIS = "0" * 64
CHUNK = 64 * 1024
END, FAR = b"PK\5\6", b"PK\6\7"  # how the end of a ZIP begins, and that of a very large one
MOST = 12  # faults of one kind that are told one by one
LEFT_BY_SYSTEMS = re.compile(r"(^|/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$|^__MACOSX/")
HEX = re.compile(r"[0-9a-f]{64}")
Published = Callable[[str], Any]
# What damaged or hostile archives and texts make the standard library raise.
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError,
    NotImplementedError, KeyError, IndexError, TypeError, AttributeError, OverflowError, MemoryError,
)  # fmt: skip

WORDS: dict[str, tuple[str, str]] = {
    "unreadable": ("This is not a case file, or it is damaged: {what}.",
                   "这不是案件档案，或者文件已损坏：{what}。"),
    "no_manifest": ("manifest.json is missing or cannot be read.", "缺少 manifest.json，或无法读取。"),
    "manifest_form": ("manifest.json is not written the way the helpdesk writes it ({what}).",
                      "manifest.json 的写法与系统生成的不同（{what}）。"),
    "manifest_seal": ("manifest.json says something else than the log noted when the file was made.",
                      "manifest.json 的内容与制作档案时写入日志的不一致。"),
    "too_big": ("{name} is larger than can be checked here.", "{name} 太大，无法在此检查。"),
    "too_many": ("There are more files than can be checked here.", "文件数量过多，无法在此检查。"),
    "unsafe_name": ("A file has an unsafe name: {name}", "有文件使用了不安全的名称：{name}"),
    "twice": ("Two files have the same name: {name}", "有两个文件同名：{name}"),
    "added": ("Added: {name} does not belong to the file.", "多出的文件：{name} 不属于本档案。"),
    "entry": ("manifest.json gives a wrong sum for {name}, which itself fits.",
              "manifest.json 中 {name} 的校验值有误，该文件本身一致。"),
    "missing": ("Missing: {name}", "缺少文件：{name}"),
    "changed": ("Changed: {name}", "已被改动：{name}"),
    "hidden": ("The archive holds bytes that belong to no file.", "压缩包内有不属于任何文件的字节。"),
    "line": ("{name} cannot be read at line {n}.", "{name} 第 {n} 行无法读取。"),
    "order": ("Order: link {found} of the log stands where link {n} belongs.",
              "顺序有误：日志第 {n} 环的位置上是第 {found} 环。"),
    "follows": ("Link {n} of the log does not follow from the one before it.",
                "日志第 {n} 环与前一环不衔接。"),
    "link": ("Link {n} of the log was changed: its text does not give its hash.",
             "日志第 {n} 环被改动：正文与哈希不符。"),
    "columns": ("Link {n} of the log speaks of another case or place.", "日志第 {n} 环属于别的案件或位置。"),
    "tail": ("The end of the log was cut: links {first} to {last} are missing.",
             "日志末尾被截断：缺少第 {first} 至 {last} 环。"),
    "longer": ("The log has {n} links, but manifest.json says {length}.",
               "日志有 {n} 环，但 manifest.json 写明 {length} 环。"),
    "head": ("The end of the log is not the one named in manifest.json.",
             "日志末尾与 manifest.json 所写不符。"),
    "log": ("The log is not the one that was noted when the file was made.",
            "日志与制作档案时记录的不一致。"),
    "not_made": ("The last link of the log is not the making of this file.",
                 "日志的最后一环不是本档案的制作记录。"),
    "text": ("The text that goes with link {n} was changed or does not belong to it.",
             "第 {n} 环所附文字被改动，或不属于该环。"),
    "evidence": ("Evidence {index} is not the file that was admitted: {name}",
                 "证据 {index} 不是当时收录的文件：{name}"),
    "letter": ("The letter {name} is not the one that was issued.", "文书 {name} 不是当时发出的那一份。"),
    "anchor_tail": ("The log is shorter than what was published on {day} ({length} links).",
                    "日志比 {day} 公布时（{length} 环）更短。"),
    "anchor_link": ("Link {length} of the log is not the one that was published on {day}.",
                    "日志第 {length} 环与 {day} 公布的不一致。"),
    "anchor_path": ("The path to the root of {day} does not lead there.", "通往 {day} 根值的路径不成立。"),
    "anchor_unknown": ("No root of {day} is published.", "没有公布过 {day} 的根值。"),
    "anchor_other": ("The root published on {day} is a different one.", "{day} 公布的根值与此不同。"),
    "more": ("… and {n} more of this kind.", "……同类问题还有 {n} 处。"),
    "ok_files": ("{n} files are as they were when the file was made.", "{n} 个文件与制作档案时一致。"),
    "ok_links": ("All {n} links of the log fit; {closed} of them are shown by their hash alone.",
                 "日志 {n} 环全部衔接；其中 {closed} 环只列出哈希。"),
    "ok_texts": ("{n} texts belong to their links.", "{n} 段文字与所属环一致。"),
    "ok_evidence": ("{n} items of evidence are the files that were admitted.", "{n} 件证据与收录时一致。"),
    "ok_letters": ("{n} letters are as they were issued.", "{n} 份文书与发出时一致。"),
    "ok_path": ("Links 1 to {length} lead to the root of {day}: {root}",
                "第 1 至 {length} 环对应 {day} 的根值：{root}"),
    "ok_published": ("That root was published on {day}: since then nothing before link {after} was changed.",
                     "该根值已于 {day} 公布：自那时起，第 {after} 环之前的内容没有改动。"),
    "compare": ("Compare that root with the published list or the daily mail of {day}.",
                "请将该根值与公布列表或 {day} 的邮件比对。"),
    "no_anchor": ("No published root covers this case yet: the file fits together,"
                  " but nothing outside confirms it.",
                  "尚无公布的根值覆盖本案：档案自身一致，但还没有外部依据。"),
    "newer": ("Links {first} to {last} are newer than that root; the next one will cover them.",
              "第 {first} 至 {last} 环晚于该根值，将由下一次公布覆盖。"),
    "not_given": ("{n} texts are not in this file: not meant for its reader, or erased.",
                  "有 {n} 段文字不在本档案中：不面向该读者，或已被清除。"),
    "ignored": ("Left out, made by an operating system: {name}", "已忽略由操作系统产生的文件：{name}"),
    "verdict_right": ("UNCHANGED. Case {case}, made on {at}.", "未被改动。案件 {case}，制作于 {at}。"),
    "verdict_wrong": ("NOT AS IT WAS MADE. See above.", "与制作时不一致，详见上文。"),
}  # fmt: skip


class Limits(NamedTuple):
    """How much is looked at, in bytes and files; the page that anyone may use is stricter."""

    files: int = 50_000
    total: int = 64 * 1024**3
    text: int = 512 * 1024**2
    manifest: int = 32 * 1024**2
    directory: int = 0  # the archive's own list; 0 is any size


WIDE = Limits()


# --- sums, as the helpdesk computes them ------------------------------------------------------------
def canonical(value: Any) -> str:
    """The one text of a value: sorted keys, no spaces, no floats; amounts and moments are strings."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def pretty(value: Any) -> str:
    """The same for eyes, and as strict."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def sha(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def link(prev: str, body: str) -> str:
    """The hash of the link that follows `prev`."""
    return sha(prev + body)


def leaf(case: str, length: int, head: str) -> str:
    """What stands for one case in the tree of a day."""
    return sha(f"case\n{case}\n{length}\n{head}")


def node(left: str, right: str) -> str:
    """Two neighbours of the tree, taken together."""
    return sha(f"node\n{left}\n{right}")


def climb(start: str, path: list[list[str]]) -> str:
    """The root that a leaf and its neighbours on the way up lead to."""
    for side, other in path:
        start = node(other, start) if side == "left" else node(start, other)
    return start


def sealed(manifest: dict[str, Any]) -> str:
    """What the log notes of a manifest: all of it but what was only known once that note was written."""
    core = {key: value for key, value in manifest.items() if key != "chain"}
    core["files"] = {name: told for name, told in core["files"].items() if name != EVENTS}
    return sha(canonical(core))


def strict(text: str, fraction: Any = None) -> Any:
    """JSON without anything that two readers could understand differently; `fraction` reads 1.5."""

    def refuse(_text: str) -> Any:
        raise ValueError("a number that is not whole")

    def whole(digits: str) -> int:
        if len(digits) > 18:
            raise ValueError("a number that is too long")
        return int(digits)

    try:
        odd = fraction or refuse
        return json.loads(text, parse_float=odd, parse_constant=odd, parse_int=whole)
    except RecursionError:
        raise ValueError("nested too deeply") from None


# --- where the file lies ----------------------------------------------------------------------------
class Folder:
    """An unpacked file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sizes: dict[str, int] = {}
        self.faults: list[str] = []
        self.twice: list[str] = []
        for place, folders, files in os.walk(path):
            folders.sort()
            for name in sorted(files) + [one for one in folders if os.path.islink(os.path.join(place, one))]:
                whole = os.path.join(place, name)
                shown = os.path.relpath(whole, path).replace(os.sep, "/")
                self.sizes[shown] = -1 if os.path.islink(whole) else os.path.getsize(whole)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file, piece by piece."""
        with open(os.path.join(self.path, *name.split("/")), "rb") as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")


class Archive:
    """A ZIP, read where it lies and never unpacked. `stream` can be read and searched."""

    def __init__(self, stream: Any, limits: Limits = WIDE) -> None:
        if limits.directory:
            _require_short_directory(stream, limits.directory)
        self.zip = zipfile.ZipFile(stream)
        self.faults = [] if self._is_filled(stream) else ["hidden"]
        files = [one for one in self.zip.infolist() if not one.filename.endswith("/")]
        # Packed again from its folder, everything lies one step deeper.
        tops = {one.filename.partition("/")[0] for one in files if not LEFT_BY_SYSTEMS.search(one.filename)}
        deeper = len(tops) == 1 and f"{next(iter(tops))}/{MANIFEST}" in {one.filename for one in files}
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.twice: list[str] = []
        for one in files:
            name = one.filename
            if deeper and name.partition("/")[0] in tops:
                name = name.partition("/")[2]
            if name in self.members:
                self.twice.append(name)
            self.members[name] = one
        self.sizes = {name: one.file_size for name, one in self.members.items()}

    def _is_filled(self, stream: Any) -> bool:
        """Whether every byte up to the directory belongs to a file, and nothing stands behind the end."""
        place, slack = 0, 0
        for one in sorted(self.zip.infolist(), key=lambda one: one.header_offset):
            if not 0 <= one.header_offset - place <= slack:
                return False
            stream.seek(one.header_offset)
            name, extra = struct.unpack("<26xHH", stream.read(30))
            place = one.header_offset + 30 + name + extra + one.compress_size
            slack = 24 if one.flag_bits & 8 else 0  # its length and sum may follow the bytes
        if not 0 <= self.zip.start_dir - place <= slack:
            return False
        stream.seek(-22 - len(self.zip.comment), os.SEEK_END)
        return bool(stream.read(4) == END)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of one file, piece by piece; never more than it says it has."""
        member = self.members[name]
        if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("a way of packing that is not understood")
        with self.zip.open(member) as stream:
            yield from iter(lambda: stream.read(CHUNK), b"")


def _require_short_directory(stream: Any, most: int) -> None:
    """Refuse a list of names so long that reading it alone would fill the memory."""
    stream.seek(0, os.SEEK_END)
    stream.seek(max(0, stream.tell() - 22 - 2**16))
    tail = stream.read()
    at = len(tail) - 22 if tail[-22:-18] == END and tail[-2:] == b"\0\0" else tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise ValueError("not a ZIP")
    if struct.unpack_from("<12xL", tail, at)[0] > most or (at >= 20 and tail[at - 20 : at - 16] == FAR):
        raise ValueError("too long a list of files")


# --- the check --------------------------------------------------------------------------------------
class Report:
    """What was found: sentences as (code, values), and what the file says about itself."""

    def __init__(self) -> None:
        self.right: list[tuple[str, dict[str, Any]]] = []
        self.wrong: list[tuple[str, dict[str, Any]]] = []
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self.case = self.at = self.language = ""
        self.hashes: list[str] = []
        self.anchor: dict[str, Any] | None = None
        self.published = False
        self._count: dict[str, int] = {}

    @property
    def ok(self) -> bool:
        return not self.wrong

    def fault(self, code: str, **values: Any) -> None:
        """Something is wrong. Of many faults of one kind the first are named and the others counted."""
        self._count[code] = self._count.get(code, 0) + 1
        if self._count[code] <= MOST:
            self.wrong.append((code, values))
        elif self._count[code] == MOST + 1:
            self.wrong.append(("more", {"n": 1, "of": code}))
        else:
            for known, told in self.wrong:
                if known == "more" and told["of"] == code:
                    told["n"] += 1

    def lines(self, kind: str, lang: str) -> list[str]:
        """The sentences of one kind (right, wrong, notes) in a language (en, zh)."""
        return [say(code, lang, **values) for code, values in getattr(self, kind)]


def say(code: str, lang: str, **values: Any) -> str:
    """One sentence. What comes out of the file is shown without anything a screen could obey."""
    shown = {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    return WORDS[code][1 if lang.startswith("zh") else 0].format(**shown)


def clean(text: str) -> str:
    """At most 160 printable characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:160])


def verify(source: Any, limits: Limits = WIDE, published: Published | None = None) -> Report:
    """Check a Folder or an Archive. `published` gives the root that was published for a day, or None."""
    report = Report()
    try:
        _Check(source, limits, published, report).run()
    except BROKEN as error:
        report.fault("unreadable", what=f"{type(error).__name__}: {error}"[:120])
    return report


def verify_zip(stream: Any, limits: Limits = WIDE, published: Published | None = None) -> Report:
    """The same for a ZIP that can be read and searched."""
    try:
        archive = Archive(stream, limits)
    except BROKEN as error:
        report = Report()
        report.fault("unreadable", what=f"{type(error).__name__}: {error}"[:120])
        return report
    return verify(archive, limits, published)


class _Check:
    def __init__(self, source: Any, limits: Limits, published: Any, report: Report) -> None:
        self.source, self.limits, self.published, self.report = source, limits, published, report
        self.actual: dict[str, str] = {}
        self.bodies: dict[int, dict[str, Any]] = {}

    def run(self) -> None:
        if not self._names():
            return
        manifest = self._manifest()
        if manifest is None:
            return
        self.report.case, self.report.at = str(manifest["case"]), str(manifest["made_at"])
        self.report.language = str(manifest["language"])
        self._files(manifest["files"])
        self._events(manifest)
        self._texts()
        self._witnessed()
        self._seal(manifest)
        self._anchor(manifest)

    def _names(self) -> bool:
        tell, sizes = self.report.fault, self.source.sizes
        for code in self.source.faults:
            tell(code)
        for name in self.source.twice:
            tell("twice", name=name)
        for name in sizes:
            parts = name.split("/")
            if "\\" in name or "\0" in name or ":" in name or {"", ".", ".."} & set(parts) or sizes[name] < 0:
                tell("unsafe_name", name=name)
        if len(sizes) > self.limits.files:
            tell("too_many")
        elif sum(sizes.values()) > self.limits.total:
            tell("too_big", name="ZIP")
        codes = {code for code, _values in self.report.wrong}
        return not codes & {"unsafe_name", "twice", "too_many", "too_big"}

    def _read(self, name: str, most: int) -> str:
        if self.source.sizes[name] > most:
            self.report.fault("too_big", name=name)
            raise ValueError("too large")
        return b"".join(self.source.chunks(name)).decode("utf-8")

    def _manifest(self) -> dict[str, Any] | None:
        if MANIFEST not in self.source.sizes:
            self.report.fault("no_manifest")
            return None
        try:
            text = self._read(MANIFEST, self.limits.manifest)
            manifest = strict(text)
            problem = _shape(manifest)
        except BROKEN as error:
            self.report.fault("manifest_form", what=str(error)[:80])
            return None
        if problem or text != pretty(manifest):
            self.report.fault("manifest_form", what=problem or "spaces, order or signs")
        return None if problem else manifest

    def _files(self, listed: dict[str, Any]) -> None:
        right = 0
        for name in sorted(set(self.source.sizes) - set(listed) - {MANIFEST}):
            if LEFT_BY_SYSTEMS.search(name):
                self.report.notes.append(("ignored", {"name": name}))
            else:
                self.report.fault("added", name=name)
        for name in sorted(listed):
            if name not in self.source.sizes:
                self.report.fault("missing", name=name)
                continue
            size, digest = 0, hashlib.sha256()
            try:
                for chunk in self.source.chunks(name):
                    size += len(chunk)
                    digest.update(chunk)
            except BROKEN:
                size = -1
            self.actual[name] = digest.hexdigest()
            if (size, self.actual[name]) == (listed[name]["size"], listed[name]["sha256"]):
                right += 1
            else:
                self.report.fault("changed", name=name)
        self.report.right.append(("ok_files", {"n": right}))

    def _lines(self, name: str) -> Iterator[tuple[int, str, Any]]:
        """The lines of a text with number and value (None where it is none); a few bad ones end it."""
        if name not in self.source.sizes:
            return
        try:
            stream, bad = io.StringIO(self._read(name, self.limits.text), newline="\n"), 0
        except BROKEN:
            self.report.fault("line", n=1, name=name)
            return
        for n, line in enumerate(stream, 1):
            try:
                row = strict(line)
                yield n, line, row if isinstance(row, dict) and canonical(row) + "\n" == line else None
            except BROKEN:
                bad += 1
                yield n, line, None
            if bad > MOST:
                return

    def _events(self, manifest: dict[str, Any]) -> None:
        prev, closed, tell, hashes = GENESIS, 0, self.report.fault, self.report.hashes
        before = len(self.report.wrong)
        before_last, pending = hashlib.sha256(), ""
        for n, line, row in self._lines(EVENTS):
            before_last.update(pending.encode("utf-8"))
            pending = line
            try:
                seq, stated, given, body = int(row["seq"]), str(row["prev"]), row["hash"], row.get("body")
                told = strict(body, str) if body is not None else None
                if not HEX.fullmatch(given) or (told is not None and not isinstance(told["facts"], dict)):
                    raise ValueError
            except BROKEN:
                tell("line", n=n, name=EVENTS)
                hashes.append("")
                prev = ""
                continue
            if seq != n:
                tell("order", n=n, found=seq)
            if prev and stated != prev:
                tell("follows", n=n)
            if told is None:
                closed += 1
            elif link(stated, body) != given:
                tell("link", n=n)
            elif (told.get("seq"), told.get("dispute")) != (seq, manifest["case"]):
                tell("columns", n=n)
            else:
                self.bodies[n] = told
            hashes.append(given)
            prev = given
        length, head = manifest["chain"]["length"], manifest["chain"]["head"]
        if len(hashes) < length:
            tell("tail", first=len(hashes) + 1, last=length)
        elif len(hashes) > length:
            tell("longer", n=len(hashes), length=length)
        elif prev != head:
            tell("head")
        elif before_last.hexdigest() != manifest["log_sha256"]:
            tell("log")
        if before == len(self.report.wrong):
            if ("changed", {"name": EVENTS}) in self.report.wrong:
                tell("entry", name=EVENTS)
            self.report.right.append(("ok_links", {"n": len(hashes), "closed": closed}))

    def _texts(self) -> None:
        seen: set[Any] = set()
        right = 0
        for n, _line, row in self._lines(TEXTS):
            seq = row.get("seq") if row else None
            body = self.bodies.get(seq) if isinstance(seq, int) else None
            try:
                stated = (body["data_ref"], body["data_sha256"]) if body else None
                fits = seq not in seen and stated == (row["ref"], sha(row["salt"] + row["text"]))
            except BROKEN:
                fits = False
            if fits:
                right += 1
                seen.add(seq)
            else:
                self.report.fault("text", n=seq if body else f"? ({TEXTS}:{n})")
        asked = {seq for seq, body in self.bodies.items() if "data_sha256" in body}
        if right:
            self.report.right.append(("ok_texts", {"n": right}))
        if asked - seen:
            self.report.notes.append(("not_given", {"n": len(asked - seen)}))

    def _witnessed(self) -> None:
        """Evidence and letters are what the log says of them, whatever the manifest claims."""
        facts = [body["facts"] for body in self.bodies.values() if isinstance(body.get("facts"), dict)]
        admitted = {
            str(told["evidence"]): told["sha256"] for told in facts if {"evidence", "sha256"} <= set(told)
        }
        issued = {str(told["sha256"]) for told in facts if "sha256" in told}
        right = {"evidence": 0, "letters": 0}
        for name, actual in self.actual.items():
            folder, _slash, rest = name.partition("/")
            if folder == "evidence":
                index = rest.partition(".")[0]
                if admitted.get(index) != actual:
                    self.report.fault("evidence", index=index, name=name)
                    continue
            elif folder == "letters":
                if actual not in issued:
                    self.report.fault("letter", name=name)
                    continue
            else:
                continue
            right[folder] += 1
        for folder, n in right.items():
            if n:
                self.report.right.append((f"ok_{folder}", {"n": n}))

    def _seal(self, manifest: dict[str, Any]) -> None:
        last = self.bodies.get(manifest["chain"]["length"])
        if last is None or last.get("action") != MADE or last.get("at") != manifest["made_at"]:
            self.report.fault("not_made")
        elif last["facts"].get("manifest") != sealed(manifest):
            self.report.fault("manifest_seal")

    def _anchor(self, manifest: dict[str, Any]) -> None:
        anchor, links = manifest["anchor"], self.report.hashes
        if anchor is None:
            self.report.notes.append(("no_anchor", {}))
            return
        day, length = anchor["day"], anchor["length"]
        if length > len(links):
            self.report.fault("anchor_tail", day=day, length=length)
            return
        if links[length - 1] != anchor["head"]:
            self.report.fault("anchor_link", day=day, length=length)
            return
        if climb(leaf(manifest["case"], length, anchor["head"]), anchor["path"]) != anchor["root"]:
            self.report.fault("anchor_path", day=day)
            return
        self.report.anchor = anchor
        self.report.right.append(("ok_path", {"length": length, "day": day, "root": anchor["root"]}))
        if self.published is None:
            self.report.notes.append(("compare", {"day": day}))
        elif (known := self.published(day)) is None:
            self.report.fault("anchor_unknown", day=day)
        elif known != anchor["root"]:
            self.report.fault("anchor_other", day=day)
        else:
            self.report.published = True
            self.report.right.append(("ok_published", {"day": day, "after": length + 1}))
        if length < len(links):
            self.report.notes.append(("newer", {"first": length + 1, "last": len(links)}))


def _shape(manifest: Any) -> str:
    """What is wrong with the form of a manifest; empty when nothing is."""

    def kept(value: Any, **kinds: Any) -> bool:
        return isinstance(value, dict) and all(
            isinstance(value.get(key), kind) for key, kind in kinds.items()
        )

    if not kept(
        manifest, format=str, case=str, made_at=str, language=str, log_sha256=str, chain=dict, files=dict
    ):
        return "parts are missing"
    if manifest["format"] != FORMAT:
        return "another format"
    if not kept(manifest["chain"], length=int, head=str) or "anchor" not in manifest:
        return "chain or anchor"
    if not all(kept(one, size=int, sha256=str) for one in manifest["files"].values()):
        return "files"
    anchor = manifest["anchor"]
    if anchor is not None and not (
        kept(anchor, day=str, length=int, head=str, root=str, path=list)
        and anchor["length"] > 0
        and len(anchor["path"]) <= 64
        and all(isinstance(step, list) and len(step) == 2 and step[0] in ("left", "right")
                and isinstance(step[1], str) for step in anchor["path"])
    ):  # fmt: skip
        return "anchor"
    return ""


def main(arguments: list[str] | None = None) -> int:
    """The program of the file."""
    reader = argparse.ArgumentParser(description="Check a case file. 检查案件档案。")
    reader.add_argument("file", nargs="?", default=os.path.dirname(os.path.abspath(sys.argv[0])))
    reader.add_argument("--lang", choices=["en", "zh"])
    reader.add_argument(
        "--roots", metavar="anchors.json", help="the published list of roots, saved from the page"
    )
    asked = reader.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    published = None
    if asked.roots:
        with open(asked.roots, encoding="utf-8") as stream:
            roots = {row["day"]: row["root"] for row in json.load(stream)["anchors"]}
        published = roots.get
    if os.path.isdir(asked.file):
        report = verify(Folder(asked.file), published=published)
    else:
        try:
            with open(asked.file, "rb") as stream:
                report = verify_zip(stream, published=published)
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    write(report, sys.stdout, asked.lang or report.language or "en")
    return 0 if report.ok else 1


def write(report: Report, out: Any, lang: str) -> None:
    """The report, line by line: + right, - wrong, . to know."""
    for sign, kind in (("+", "right"), (".", "notes"), ("-", "wrong")):
        for line in report.lines(kind, lang):
            out.write(f"{sign} {line}\n")
    verdict = "verdict_right" if report.ok else "verdict_wrong"
    out.write(say(verdict, lang, case=report.case, at=report.at) + "\n")


if __name__ == "__main__":
    sys.exit(main())
