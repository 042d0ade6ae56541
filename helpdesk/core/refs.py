"""Public references. A ticket's cannot be guessed; a dispute's is a plain yearly number for registers."""

import re
import secrets

# No 0/O, 1/I/L, U: nothing that is misread aloud or spells a word.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
TICKET = re.compile(r"^T-[2-9A-HJKMNP-TV-Z]{6}$")
DISPUTE = re.compile(r"^D-\d{4}-\d{6}$")


def ticket_reference() -> str:
    """`T-` and six random signs (30^6 = 729 million); unique by constraint, so callers retry a clash."""
    return "T-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def dispute_reference(year: int, number: int) -> str:
    """`D-2026-000123`: the number counts within the year."""
    return f"D-{year}-{number:06d}"


def opaque() -> str:
    """An address that cannot be guessed: 160 bits."""
    return secrets.token_urlsafe(20)
