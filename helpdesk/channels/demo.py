"""No mail server: every letter counts as taken; whoever sends it keeps a copy to look at."""

from .base import Letter, Receipt, Transport


class DemoTransport(Transport):
    """Takes everything and carries it nowhere."""

    name = "demo"

    def send(self, letter: Letter) -> Receipt:
        """Take it."""
        return Receipt("demo")
