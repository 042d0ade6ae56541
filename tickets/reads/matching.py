"""Which policy takes which tickets, for many tickets at once: by their facts, without a row for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import TradingAccount

from ..models import Category, SlaPolicyVersion, Ticket

Fact = str | frozenset[str]
Standing = dict[int, dict[str, frozenset[str]]]
NOTHING: dict[str, frozenset[str]] = {"tier": frozenset(), "entity": frozenset()}


@dataclass(frozen=True)
class Facts:
    """What conditions look at."""

    category_id: int
    priority: str
    channel: str
    language: str
    tiers: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()


class Matcher:
    """The policies in force, asked again and again. Each distinct set of facts is judged once."""

    def __init__(self, versions: Sequence[SlaPolicyVersion]) -> None:
        self.versions = versions
        self.asks_standing = any(version.asks_standing or version.speed for version in versions)
        rows = Category.objects.values_list("pk", "code", "parent__code")
        self.codes = {pk: (code, subject or code) for pk, code, subject in rows}
        self.known: dict[Facts, SlaPolicyVersion | None] = {}

    def first(self, facts: Facts) -> SlaPolicyVersion | None:
        """The version a ticket with these facts would get today."""
        if facts not in self.known:
            told = self._told(facts)
            self.known[facts] = next((version for version in self.versions if version.accepts(told)), None)
        return self.known[facts]

    def _told(self, facts: Facts) -> dict[str, Fact]:
        code, subject = self.codes[facts.category_id]
        return {
            "category": code,
            "subject": subject,
            "priority": facts.priority,
            "channel": facts.channel,
            "language": facts.language,
            "tier": facts.tiers,
            "entity": facts.entities,
        }

    def standings(self, requesters: Iterable[int]) -> Standing:
        """Tiers and companies of these people; nothing is read where no policy asks."""
        found: Standing = {}
        if not self.asks_standing:
            return found
        rows = TradingAccount.objects.filter(holder__in=set(requesters))
        for holder, tier, entity in rows.values_list("holder_id", "tier", "entity__code"):
            one = found.setdefault(holder, dict(NOTHING))
            one["tier"] |= {tier}
            one["entity"] |= {entity}
        return found


def facts_of(ticket: Ticket, standing: dict[str, frozenset[str]]) -> Facts:
    """The facts of a ticket at hand."""
    return Facts(
        ticket.category_id,
        ticket.priority,
        ticket.channel,
        ticket.language,
        standing["tier"],
        standing["entity"],
    )
