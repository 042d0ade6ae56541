"""What is due on tickets, in the order that does nobody wrong."""

from .breaches import sweep_due
from .conversation import release_due


def answers_then_promises() -> int:
    """Send the held answers whose time has come, then do what is due on clocks; returns how many steps.

    A held answer leaves before the moment promised, so it must never lose a race against the sweep.
    """
    release_due()
    done = sweep_due()
    return done.broken + done.warned + done.called + done.resumed
