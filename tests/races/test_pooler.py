"""The product behind PgBouncer in transaction mode: no lock, limit or setting rests on a session."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from helpdesk.runtime import place
from tests.support import books, faults
from tests.support.desk import NEW, Desk, Every, three_seconds
from tests.support.product import wait_for
from tests.support.strikes import Clients

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
POOL, KEYS, AT_ONCE = 6, faults.times(5, 50), 20
SECONDS = faults.times(15, 120, "POOLED_SECONDS")
LIMITS = {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"}
SESSIONS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"""
LEFT_LOCKS = """
SELECT count(*) FROM pg_locks l WHERE locktype = 'advisory'
AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = l.pid AND a.state <> 'idle')"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="needs the program pgbouncer"),
    pytest.mark.skipif(not os.environ.get("FAULTS"), reason="asked for by FAULTS=short or FAULTS=full"),
]


@contextlib.contextmanager
def database():
    """An empty database on the server of this test run, owned by a role with limits of its own."""
    owner = place.Place("tests").urls(0)["DATABASE_URL"]
    name = f"test_pooled_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(owner)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        for limit, length in LIMITS.items():  # as docs/deploy says: a pooler drops what clients ask for
            cursor.execute(f"ALTER DATABASE {name} SET {limit} = '{length}'")
        try:
            yield urlsplit(owner)._replace(path=f"/{name}")
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def pooler(folder, server):
    """PgBouncer with a handful of server connections for any number of clients; its address."""
    port, people = place.free_port(), folder / "users.txt"
    people.write_text(f'"{server.username}" "{server.password}"\n')
    ini = folder / "pgbouncer.ini"
    ini.write_text(f"""
[databases]
* = host={server.hostname} port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {people}
admin_users = {server.username}
pool_mode = transaction
default_pool_size = {POOL}
max_client_conn = 200
ignore_startup_parameters = options,extra_float_digits
""")
    command = [PROGRAM, str(ini)]
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in (people, ini):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        command[1:1] = ["-u", "nobody"]
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield urlunsplit(server._replace(netloc=server.netloc.replace(f":{server.port}", f":{port}")))
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def pooled():
    """The product, whose every process reaches PostgreSQL through the pooler only."""
    path = Path(tempfile.mkdtemp(prefix="helpdesk-pooled-", dir="/var/tmp"))
    path.chmod(0o755)
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, path, ignore_errors=True)
        server = ends.enter_context(database())
        address = ends.enter_context(pooler(path, server))
        wait_for("the pooler lets us in", lambda: answers(address), 20)
        desk = Desk(path, DATABASE_URL=address)
        ends.callback(desk.close)
        yield desk, urlunsplit(server)


def answers(address):
    with contextlib.suppress(psycopg2.OperationalError):
        psycopg2.connect(address).close()
        return True
    return False


def at_the_server(address, sql):
    connection = psycopg2.connect(address)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def same_key_at_once(desk):
    """Each ticket asked for by many at once, all with one key; how the answers came."""
    told = []

    def ask(key):
        told.append(desk.ask_for("mei", "/api/v1/tickets/", NEW | {"subject": key}, once=key)[0])

    for key in [f"one key {number}" for number in range(KEYS)]:
        threads = [threading.Thread(target=ask, args=[key]) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return told


def test_promises_and_keys_hold_behind_a_pooler(pooled):
    desk, server = pooled
    desk.call("sun", "sla-policies", three_seconds("WDR-DELAY", resolution=5))
    clients = Clients(desk, "pooled", number=3, rest=0.3)
    used = max(at_the_server(server, SESSIONS)[0][0] for _ in Every(0.5, SECONDS))
    clients.end()
    told = same_key_at_once(desk)
    desk.until_quiet(letters=False)
    assert clients.wrong() == []
    assert set(told) <= {201, 409}
    kept = desk.ask(
        "SELECT count(*), count(DISTINCT subject) FROM tickets_ticket WHERE subject LIKE 'one key%'"
    )
    assert kept == [(KEYS, KEYS)]
    assert books.wrong(desk.ask, books.BREACHES, books.CONVERSATION) == {}
    broken = desk.ask("SELECT count(*) FROM v_sla_event WHERE kind = 'breach'")[0][0]
    assert broken
    assert 1 < used <= POOL, "somebody went round the pooler"
    assert at_the_server(server, LEFT_LOCKS) == [(0,)], "an advisory lock outlived its transaction"
    faults.tell(
        promise="A13", accepted=len(clients.accepted), breaches=broken, server_connections=used,
        noticed_late_by=faults.percentiles(desk.lateness(), 50, 99, 100),
    )  # fmt: skip
