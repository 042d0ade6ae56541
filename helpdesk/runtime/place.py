"""Where the embedded servers live and what they are called: one folder, one small file that remembers.

`dev` is the folder `make up` works in; `tests` is a second one below it, so that a test run never meets
the data (or the queue) of a running product. Nothing here needs Django: settings are read after it.
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
SLOTS = 15  # test runs that may share one set of servers; Valkey has 16 databases
NOBODY = "nobody"
filled: set[str] = set()  # variables that this process set by itself


class PlaceError(RuntimeError):
    """The folder cannot be used; the message says what to do."""


def absent(name: str) -> bool:
    """Neither the variable nor its `_FILE` twin is given."""
    return not os.environ.get(name) and not os.environ.get(f"{name}_FILE")


class WillNotStart(PlaceError):
    """A server was started and does not answer."""


@dataclass(frozen=True)
class Place:
    """One data folder with its embedded servers."""

    name: str = "dev"

    @property
    def data_dir(self) -> Path:
        """HELPDESK_DATA_DIR, or `var` beside manage.py."""
        return Path(os.environ.get("HELPDESK_DATA_DIR") or ROOT / "var").absolute()

    @property
    def folder(self) -> Path:
        """Locks, logs and memory of this place."""
        return self.data_dir if self.name == "dev" else self.data_dir / self.name

    def open(self) -> "Place":
        """Make the folder, or say why it cannot be used."""
        for folder in {self.data_dir, self.folder, self.folder / "run", self.folder / "log"}:
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        owner = self.folder.stat().st_uid
        if owner != os.getuid():
            raise PlaceError(
                f"{self.folder} belongs to user {_name_of(owner)}, not to {_name_of(os.getuid())}. "
                "Run as that user, remove the folder, or set HELPDESK_DATA_DIR to another one."
            )
        return self

    @contextmanager
    def locked(self, name: str, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
        """Hold run/<name>.lock; the kernel lets go of it however the process ends."""
        with (self.folder / "run" / f"{name}.lock").open("a") as file:
            how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
            try:
                fcntl.flock(file, how)
            except BlockingIOError:
                yield False
                return
            yield True

    def join_users(self) -> IO[str]:
        """Hold the users' lock until the file, and every copy a child inherited, is closed."""
        file = (self.folder / "run" / "users.lock").open("a")
        fcntl.flock(file, fcntl.LOCK_SH)
        return file

    def memory(self) -> dict[str, str]:
        """Passwords, key and ports: chosen once, kept in a file only the owner reads."""
        path = self.open().folder / "place.json"
        with self.locked("place"):
            known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
            if not known:
                known = {
                    "id": secrets.token_hex(8),
                    "postgres_port": str(free_port()),
                    "valkey_port": str(free_port()),
                    **{f"{who}_password": secrets.token_urlsafe(24) for who in ("owner", "app", "valkey")},
                    "secret_key": secrets.token_urlsafe(60),
                }
                _write_private(path, json.dumps(known, indent=1))
        return known

    def move_port(self, server: str) -> None:
        """Forget a port that somebody else has taken and choose another."""
        known = self.memory()
        with self.locked("place"):
            known[f"{server}_port"] = str(free_port())
            _write_private(self.folder / "place.json", json.dumps(known, indent=1))

    def server_dir(self, server: str) -> Path:
        """The data folder of a server, reachable by the account it runs as."""
        here = self.folder / server
        if os.getuid() != 0 or reachable_by_nobody(self.folder):
            return here
        # A server started by root runs as `nobody`, who may not walk through a private home.
        key = sha256(str(self.folder).encode()).hexdigest()[:12]
        base = Path("/var/tmp") / f"helpdesk-{key}"  # noqa: S108 - ownership is checked below
        base.mkdir(mode=0o711, exist_ok=True)
        if base.is_symlink() or base.stat().st_uid != 0:
            raise PlaceError(f"{base} was made by somebody else. Remove it, or set HELPDESK_DATA_DIR.")
        mark = base / "id"
        if not mark.exists() or mark.read_text() != self.memory()["id"]:
            shutil.rmtree(base)  # left over from a data folder that no longer exists
            base.mkdir(mode=0o711)
            mark.write_text(self.memory()["id"])
        return base / server

    def urls(self, slot: int = 0) -> dict[str, str]:
        """The addresses of the embedded servers, in the words of the environment."""
        known = self.memory()
        return {
            "DATABASE_URL": f"postgresql://helpdesk:{known['app_password']}"
            f"@127.0.0.1:{known['postgres_port']}/helpdesk",
            "REDIS_URL": f"redis://:{known['valkey_password']}@127.0.0.1:{known['valkey_port']}/{slot}",
            "SECRET_KEY": known["secret_key"],
        }


def fill_environment(name: str = "dev") -> set[str]:
    """Set DATABASE_URL, REDIS_URL and SECRET_KEY where absent; returns the names that were filled."""
    missing = {key for key in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if absent(key)}
    if missing:
        urls = Place(name).urls()
        os.environ.update({key: urls[key] for key in missing})
        filled.update(missing)
    return missing


def reachable_by_nobody(path: Path) -> bool:
    """Every folder down to this one may be walked through by other accounts."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists())


def free_port() -> int:
    """A free port below the range the kernel hands out to outgoing connections."""
    for _ in range(200):
        port = 20000 + secrets.randbelow(12000)
        if port_is_free(port):
            return port
    raise PlaceError("No free port between 20000 and 32000.")


def port_is_free(port: int) -> bool:
    """Nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _write_private(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)
