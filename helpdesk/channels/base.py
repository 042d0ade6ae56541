"""What a way out must offer: open once, carry letters, close. Errors say whether trying again can help."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Letter:
    """One message to one recipient. `automatic` is everything no person wrote by hand."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    automatic: bool = True
    language: str = "en"


@dataclass(frozen=True)
class Receipt:
    """The carrier took it; `provider_id` is its own name for it, if it gave one."""

    provider_id: str = ""


class TransportError(Exception):
    """It was not taken. `permanent`: never will be. `down`: the carrier itself is out of reach."""

    def __init__(self, reason: str, *, permanent: bool = False, down: bool = False) -> None:
        self.permanent, self.down = permanent, down
        super().__init__(reason)


class Transport:
    """A carrier. Used as a context manager, so that many letters share one connection."""

    name = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, letter: Letter) -> Receipt:
        """Hand one letter over, or raise TransportError."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the connection."""
