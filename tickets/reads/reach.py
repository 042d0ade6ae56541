"""Which tickets a policy can ever come to: earlier ones take theirs first."""

from collections.abc import Iterable

from ..models import Category, SlaPolicyVersion
from ..models.sla import folded
from ..states import Channel, Priority

LANGUAGES = frozenset({"en", "zh-hans"})
OTHERS = ("priority", "channel", "language", "tier", "entity")
TRIED = ("policy__is_default", "policy__position", "policy_id")
EVERY = {"priority": frozenset(Priority.values), "channel": frozenset(Channel.values), "language": LANGUAGES}


def in_order() -> "Iterable[SlaPolicyVersion]":
    """The versions that new tickets get, in the order in which they are tried."""
    versions = SlaPolicyVersion.objects.newest().order_by(*TRIED)
    return versions.select_related("policy", "calendar_version")


def keys_in_order() -> list[int]:
    """Which they are, for whoever has read them before."""
    return list(SlaPolicyVersion.objects.newest().order_by(*TRIED).values_list("pk", flat=True))


class Shelf:
    """The problem types by subject, read once."""

    def __init__(self) -> None:
        rows = Category.objects.choosable().values_list("code", "parent__code")
        self.subject = dict(rows)
        self.all = frozenset(self.subject)

    def of(self, version: SlaPolicyVersion) -> frozenset[str]:
        """The problem types a version accepts, whichever way it names them."""
        named, subjects = version.conditions.get("category"), version.conditions.get("subject")
        taken = self.all & set(named) if named else self.all
        return frozenset(code for code in taken if not subjects or self.subject[code] in subjects)


def taken_by(
    version: SlaPolicyVersion, in_force: Iterable[SlaPolicyVersion], shelf: Shelf | None = None
) -> list[SlaPolicyVersion]:
    """The earlier policies that together take every ticket this one would; empty when some are left."""
    shelf = shelf or Shelf()
    left, takers = shelf.of(version), []
    if not left:
        return []
    for earlier in in_force:
        if earlier.policy_id == version.policy_id:
            break
        if all(_covers(earlier, version, key) for key in OTHERS) and left & shelf.of(earlier):
            left -= shelf.of(earlier)
            takers.append(earlier)
            if not left:
                return takers
    return []


def _covers(earlier: SlaPolicyVersion, later: SlaPolicyVersion, key: str) -> bool:
    wanted = _asked(earlier, key)
    if not wanted or wanted >= EVERY.get(key, frozenset({None})):
        return True
    asked = _asked(later, key)
    return bool(asked) and asked <= wanted


def _asked(version: SlaPolicyVersion, key: str) -> frozenset[str]:
    values = version.conditions.get(key) or ()
    return folded(values) if key == "tier" else frozenset(values)
