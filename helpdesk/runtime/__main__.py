"""`python -m helpdesk.runtime run [--tests] -- CMD …` and `… keep PLACE SERVER…`."""

import contextlib
import os
import signal
import subprocess
import sys

from . import keeper
from .place import Place, PlaceError

USAGE = "usage: python -m helpdesk.runtime run [--tests] -- command …\n"


def main(words: list[str]) -> int:
    """The exit status of what was asked for."""
    if words[:1] == ["keep"] and len(words) >= 2:
        return keeper.keep(Place(words[1]), words[2:])
    if words[:1] == ["run"] and "--" in words:
        split = words.index("--")
        return run("tests" if "--tests" in words[:split] else "dev", words[split + 1 :])
    sys.stderr.write(USAGE)
    return 2


def run(name: str, command: list[str]) -> int:
    """Run a command with embedded servers (or the ones the environment names) and its exit status."""
    if not command:
        sys.stderr.write(USAGE)
        return 2
    if command[0] in {"python", "python3"}:
        command = [sys.executable, *command[1:]]
    try:
        with keeper.servers(name, own_slot=name == "tests"):
            child = subprocess.Popen(command, env=os.environ)
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
            while True:
                # A terminal sends Ctrl-C to the command as well: wait for it to end by itself.
                with contextlib.suppress(KeyboardInterrupt):
                    return child.wait()
    except PlaceError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
