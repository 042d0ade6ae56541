"""A Redis-compatible server of a test's own, which it may kill, freeze and empty as often as it likes."""

import os
import signal
import subprocess
import time

import redis

from helpdesk.runtime import place
from helpdesk.runtime.valkey import Valkey

from .product import wait_for


class Broker:
    """Runs as the embedded one does (append-only, no eviction); whoever kills it also starts it again."""

    def __init__(self, folder):
        self.folder = folder / "broker"
        self.folder.mkdir()
        self.port = place.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        words = {
            "bind": "127.0.0.1", "port": self.port, "dir": self.folder, "appendonly": "yes",
            "appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction",
        }  # fmt: skip
        command = [str(Valkey(place.Place("dev")).program)]
        for name, value in words.items():
            command += [f"--{name}", str(value)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        wait_for("the broker answers", self.answers, 20)

    def answers(self):
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return client.ping()
        except redis.RedisError:
            return False

    def kill(self, rest):
        """SIGKILL, and so many seconds later it is there again, with what its file remembers."""
        self.process.kill()
        self.process.wait()
        time.sleep(rest)
        self.start()

    def empty(self):
        with redis.Redis(port=self.port, socket_timeout=5) as client:
            client.flushall()

    def freeze(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def close(self):
        self.thaw()
        self.process.kill()
        self.process.wait()
