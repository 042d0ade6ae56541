"""A line that says how far a long command is; a plain line per tenth where there is no terminal."""

import time
from typing import Protocol


class Writable(Protocol):
    """What a command's output and a file have in common."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...


class Progress:
    """`step(done, total)` redraws the bar; `line(text)` ends it and says something."""

    def __init__(self, out: Writable, label: str) -> None:
        self.out, self.label = out, label
        self.started = time.monotonic()
        self.live = bool(getattr(out, "isatty", lambda: False)())
        self.shown = -1

    def step(self, done: int, total: int) -> None:
        """So much is done; writes at most a hundred times (ten without a terminal)."""
        share = 1.0 if not total else min(1.0, done / total)
        mark = int(share * (100 if self.live else 10))
        if mark == self.shown:
            return
        self.shown = mark
        seconds = time.monotonic() - self.started
        if self.live:
            bar = "█" * int(share * 30)
            self.out.write(f"\r{self.label:<28} {bar:<30} {share:4.0%} {seconds:6.1f} s")
            if share == 1.0:
                self.out.write("\n")
        else:
            self.out.write(f"{self.label}: {share:.0%}, {seconds:.1f} s\n")
        self.out.flush()
