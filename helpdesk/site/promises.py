"""What the house promises right now, for people who have not written yet: read from the policies in force."""

from dataclasses import dataclass

from django.core.cache import caches

from helpdesk.ui.templatetags.when import span
from tickets.models import Category, SlaPolicyVersion
from tickets.states import Channel, Metric

# From the most pressing to the least; a house without one of them shows the others.
EXAMPLES = ["SEC-HACK", "WDR-DELAY", "GEN-ASK"]
SECONDS = 60


@dataclass(frozen=True)
class Promise:
    """A kind of problem and how soon it is answered first."""

    category: Category
    seconds: int

    @property
    def within(self) -> str:
        """The time in words."""
        return span(self.seconds)


def first_answers() -> list[Promise]:
    """The promise of a first answer for a few kinds of problem; a minute old at most."""
    here = caches["here"]
    if (found := here.get("site.promises")) is None:
        found = _first_answers()
        here.set("site.promises", found, SECONDS)
    return found


def _first_answers() -> list[Promise]:
    order = ("policy__is_default", "policy__position", "policy_id")
    versions = list(SlaPolicyVersion.objects.newest().order_by(*order))
    categories = Category.objects.choosable().filter(code__in=EXAMPLES)
    found = []
    for category in sorted(categories, key=lambda one: EXAMPLES.index(one.code)):
        facts = {
            "category": category.code,
            "subject": category.parent.code if category.parent else category.code,
            "priority": category.priority,
            "channel": str(Channel.WEB),
            "language": "",
        }
        version = next((version for version in versions if version.accepts(facts)), None)
        target = version.target(Metric.FIRST_RESPONSE) if version else None
        if target:
            found.append(Promise(category, target.seconds))
    return found
