"""The checks C1 to C17: each a pure function of a case, with a version of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from ..case import Case
from ..verdicts import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """One question. `decides`: no record is a match as a whole while it is open."""

    code: str
    version: int
    ask: Callable[[Case], Finding]
    decides: bool = False


CHECKS: dict[str, Check] = {}


def check(
    code: str, *, version: int = 1, decides: bool = False
) -> Callable[[Callable[[Case], Finding]], Callable[[Case], Finding]]:
    """Registers a function as the check of this code."""

    def register(ask: Callable[[Case], Finding]) -> Callable[[Case], Finding]:
        CHECKS[code] = Check(code, version, ask, decides)
        return ask

    return register
