"""State machines as tables: one list says every way a thing may move; nothing else decides it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .errors import Conflict


@dataclass(frozen=True)
class Move:
    name: str
    sources: frozenset[str]
    target: str


class Machine:
    """The moves of one kind of thing. `target_of` answers with the new state or refuses with 409."""

    def __init__(self, name: str, moves: Iterable[tuple[str, set, str]]) -> None:
        self.name = name
        self.moves = {
            move: Move(move, frozenset(str(s) for s in sources), str(target))
            for move, sources, target in moves
        }

    def target_of(self, move: str, state: str) -> str:
        """Where `move` leads from `state`; Conflict when it is not open."""
        if str(state) not in self.moves[move].sources:
            raise Conflict(
                _("This is not possible any more: the state has changed in the meantime."),
                code=f"{self.name}_{move}_not_open",
            )
        return self.moves[move].target

    def open_to(self, state: str) -> set[str]:
        """The names of all moves that can be made from `state`."""
        return {name for name, move in self.moves.items() if str(state) in move.sources}
