"""Files at rest: what is stored lies sealed, and whoever opens it through the storage reads what came in.

A sealed file is a head and pieces of 64 KiB, each under AES-256-GCM with a key that is the file's own: made
of one of our keys, the salt in the head and the file's name, so that two files cannot change places. A piece
knows its number and whether it is the last. Files from before there were seals are read as they lie.
"""

import fcntl
import hashlib
import io
import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

from .errors import NotFound

log = logging.getLogger(__name__)
MAGIC = b"\x93helpdesk seal\x001"
NEAR = 4  # so many wrong bytes in it, and it is still a sealed file that was damaged
SALT, NAMED, SUM, TAG = 32, 8, 8, 16
HEAD = len(MAGIC) + NAMED + SALT + SUM
PIECE = 64 * 1024
DRAFT, LEFT_AFTER = ".sealing-", 24 * 60 * 60


class Damaged(OSError):
    """A sealed file of which at least one byte is not what was written."""


class Locked(OSError):
    """A sealed file, whole as far as one can see, whose key is not among ours."""


class Vault(FileSystemStorage):
    """Seals on the way in, opens on the way out."""

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("A stored file is read, or stored anew under another name.")
        raw = Path(self.path(name)).open("rb")  # noqa: SIM115 - whoever gets the file closes it
        try:
            return _opened(raw, name)
        except BaseException:
            raw.close()
            raise

    def _save(self, name: str, content: File) -> str:
        kept = str(super()._save(name, _Sealing(content, name)))  # type: ignore[misc]
        if kept != _plain_name(name):
            super().delete(kept)  # it would not open under another name
            raise FileExistsError(name)
        return kept

    def size(self, name: str) -> int:
        """How long the file was when it came in."""
        with self.open(name) as file:
            return file.size

    def delete(self, name: str) -> None:
        """Gone, also when it is being sealed at this moment."""
        try:
            with _alone(Path(self.path(name)).parent):
                super().delete(name)
        except FileNotFoundError:
            return


class SealedFile(File):
    """A sealed file, read as if it were none."""

    def __init__(self, pieces: "_Pieces", name: str) -> None:
        super().__init__(io.BufferedReader(pieces, PIECE), name)
        self._pieces, self.size = pieces, pieces.size

    def check(self, first: int = 0, last: int | None = None) -> None:
        """Nothing when every byte from `first` to `last` is what was written, else Damaged."""
        last = max(0, self.size - 1 if last is None else last)
        for number in range(first // PIECE, last // PIECE + 1):
            self._pieces.piece(number)


class _Pieces(io.RawIOBase):
    """The bytes of a sealed file, opened piece by piece; Damaged instead of a byte nobody vouches for."""

    def __init__(self, raw: BinaryIO, head: bytes, box: AESGCM) -> None:
        self._raw, self._head, self._box = raw, head, box
        length = os.fstat(raw.fileno()).st_size - HEAD
        self._count = max(1, -(-length // (PIECE + TAG)))
        self.size, self._at, self._held = length - TAG * self._count, 0, (-1, b"")
        if self.size < PIECE * (self._count - 1):
            raise Damaged("cut short")

    def piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._raw.seek(HEAD + number * (PIECE + TAG))
            found, last = self._raw.read(PIECE + TAG), number == self._count - 1
            try:
                self._held = number, self._box.decrypt(_nonce(number, last), found, self._head)
            except (InvalidTag, ValueError) as error:
                raise Damaged(f"piece {number}") from error
        return self._held[1]

    def readinto(self, room: Any) -> int:
        if self._at >= self.size:
            return 0
        number, begin = divmod(self._at, PIECE)
        part = self.piece(number)[begin : begin + len(room)]
        room[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self) -> bytes:
        number, begin = divmod(self._at, PIECE)
        rest = b"".join(self.piece(one) for one in range(number, self._count))[begin:]
        self._at = self.size
        return rest

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence])
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Sealing(File):
    """What is written instead of the content."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The head, then every piece under the key of this file."""
        master, salt = _masters()[0], secrets.token_bytes(SALT)
        told = MAGIC + _which(master) + salt
        head, box = told + _sum(told), _box(master, salt, str(self.name))
        yield head
        self.seek(0)
        number, piece = 0, self._full()
        while True:
            following = self._full() if len(piece) == PIECE else b""
            yield box.encrypt(_nonce(number, not following), piece, head)
            if not following:
                return
            number, piece = number + 1, following

    def _full(self) -> bytes:
        found = bytes(self.read(PIECE))
        while 0 < len(found) < PIECE and (more := self.read(PIECE - len(found))):
            found += more
        return found


def _masters() -> list[bytes]:
    """The first seals, every one of them opens: the keys for files, then those of the product."""
    given = [settings.MEDIA_KEY, *settings.MEDIA_KEY_FALLBACKS]
    given += [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_derived(one.encode(), None, b"helpdesk stored files") for one in given if one]


def _derived(key: bytes, salt: bytes | None, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(key)


def _which(master: bytes) -> bytes:
    return _derived(master, None, b"which key", NAMED)


def _sum(told: bytes) -> bytes:
    return hashlib.sha256(told).digest()[:SUM]


def _box(master: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(_derived(master, salt, b"file " + _plain_name(name).encode()))


def _plain_name(name: str) -> str:
    return str(name).replace("\\", "/")


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])  # the key is of this one file, so a count is enough


def _is_sealed(head: bytes) -> bool:
    if len(head) < len(MAGIC):
        if MAGIC.startswith(head):  # nobody stored an empty file
            raise Damaged("head")
        return False
    if sum(a != b for a, b in zip(head, MAGIC, strict=False)) > NEAR:
        return False
    told, summed = head[:-SUM], head[-SUM:]
    if len(head) < HEAD or not head.startswith(MAGIC) or _sum(told) != summed:
        raise Damaged("head")
    return True


def _opened(raw: BinaryIO, name: str) -> File:
    head = raw.read(HEAD)
    if not _is_sealed(head):
        raw.seek(0)
        return File(raw, name)
    which = head[len(MAGIC) : len(MAGIC) + NAMED]
    master = next((one for one in _masters() if _which(one) == which), None)
    if master is None:
        raise Locked(f"sealed with a key that was not given: {which.hex()}")
    return SealedFile(_Pieces(raw, head, _box(master, head[len(MAGIC) + NAMED : -SUM], name)), name)


def whole(name: str, first: int = 0, last: int | None = None) -> File:
    """The open file, checked from `first` to `last` before anybody reads it; OSError when it is not whole."""
    file = default_storage.open(name)
    try:
        if isinstance(file, SealedFile):
            file.check(first, last)
    except OSError:
        file.close()
        raise
    return file


def to_send(name: str, first: int = 0, last: int | None = None) -> File:
    """The same for an answer: what is gone, damaged or locked is not there (404)."""
    try:
        return whole(name, first, last)
    except FileNotFoundError:
        raise NotFound from None
    except (Damaged, Locked):
        log.exception("file.not_whole", extra={"file": name})
        raise NotFound from None


def as_it_lies(name: str) -> BinaryIO:
    """The bytes on the disk, sealed or not."""
    return Path(_vault().path(name)).open("rb")


def is_locked(name: str) -> bool:
    """Whether the file is there and only the key is missing: no fault of the file."""
    try:
        default_storage.open(name).close()
    except Locked:
        return True
    except OSError:
        return False
    return False


def lies_bare(name: str) -> bool:
    """Whether it was stored before there were seals."""
    try:
        with as_it_lies(name) as raw:
            return not _is_sealed(raw.read(HEAD))
    except OSError:
        return False


def needs_sealing(name: str) -> bool:
    """Whether it lies open, or under a key that is not the first any more."""
    with as_it_lies(name) as raw:
        head = raw.read(HEAD)
        return not _is_sealed(head) or head[len(MAGIC) : len(MAGIC) + NAMED] != _which(_masters()[0])


def names() -> Iterator[str]:
    """Every stored file, also what a sealing that was killed left beside one."""
    for folder, _folders, files in os.walk(_vault().location):
        for file in files:
            yield Path(folder, file).relative_to(_vault().location).as_posix()


def is_left_over(name: str) -> bool:
    """Whether it is a sealed copy that nobody will finish any more."""
    if DRAFT not in name:
        return False
    try:
        return time.time() - Path(_vault().path(name)).stat().st_mtime > LEFT_AFTER
    except FileNotFoundError:
        return False


def seal(name: str) -> bool:
    """Seal in its place what needs it; whether it did. A sealed copy is written and read back, then takes the
    name at one stroke: killed at any moment, there is one whole file, and rows keep their keys.
    """
    if not needs_sealing(name):
        return False
    path = Path(_vault().path(name))
    draft = path.with_name(f"{path.name}{DRAFT}{secrets.token_hex(4)}")
    try:
        with as_it_lies(name) as raw, _opened(raw, name) as file:
            known = os.fstat(raw.fileno())
            _written(draft, _Sealing(file, name))
            with draft.open("rb") as again, _opened(again, name) as copy:
                file.seek(0)
                if _digest(copy) != _digest(file):
                    raise Damaged(name)
        with _alone(path.parent) as folder:
            if not os.path.samestat(known, path.stat()):
                return False  # somebody else was faster
            draft.replace(path)
            os.fsync(folder)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _written(draft: Path, content: _Sealing) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in content.chunks():
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _digest(file: File) -> bytes:
    digest = hashlib.sha256()
    while chunk := file.read(PIECE):
        digest.update(chunk)
    return digest.digest()


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Nobody else deletes or replaces in this folder: sealing must not bring back what was erased."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield number
    finally:
        os.close(number)


def _vault() -> Vault:
    found = storages["default"]
    if not isinstance(found, Vault):
        raise TypeError("STORAGES['default'] has to be the vault.")
    return found
