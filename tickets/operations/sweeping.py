"""What is due on tickets, in the order that does nobody wrong."""

from .breaches import break_due
from .conversation import release_due


def answers_then_promises() -> int:
    """Send the held answers whose time has come, then break what is late; returns how many it broke.

    A held answer leaves before the moment promised, so it must never lose a race against the sweep.
    """
    release_due()
    return break_due()
