"""Cases before mediation, brought to a stage by what people do: Mei complains, Hal handles, Sun approves."""

from decimal import Decimal

from accounts.models import Person
from accounts.states import Role
from disputes.models import BLOCKS, Dispute
from disputes.operations import admitting, handling, responding
from disputes.operations.ruling import Draft
from tests.support.builders import answer, file, say
from tests.support.samples import picture
from tickets.operations import complaining

WORDS = "我要投诉：钱还没有到，没有人管。"
REFUSAL = {"reason": "in_court", "explanation": "法院已受理。", "elsewhere": "请等待法院的判决。"}


def complained(cast, *, by="ada", **extra) -> Dispute:
    """Mei's second message on her ticket is taken as a complaint."""
    ticket = file(cast.mei, "WDR-DELAY", files=[("shot.png", picture())], **extra)
    answer(ticket, cast.ada)
    said = say(ticket, cast.mei, WORDS)
    complaining.mark(ticket, said.pk, by=getattr(cast, by))
    return Dispute.objects.get(ticket=ticket)


def investigated(cast) -> Dispute:
    """Hal has taken it."""
    case = complained(cast)
    handling.take(case, by=cast.hal)
    case.refresh_from_db()
    return case


def text(case, **changes) -> Draft:
    """A complete answer."""
    values = {
        "blocks": {name: f"The {name} of the answer." for name in BLOCKS},
        "conclusion": "accept",
        "measure": "changed",
        "measures": "The alarm now rings after an hour.",
        "outcome": "upheld",
        "remedy": "payment",
        "root_cause": "RC-DELAY",
        "amount": Decimal("91.00"),
        "currency": "USD",
        "evidence": ("P-1", "T-1"),
        "findings": {point.number: ("upheld", "It is so.") for point in case.points.all()},
    }
    return Draft(**values | changes)


NOTHING = {"conclusion": "reject", "outcome": "not_upheld", "remedy": "none", "amount": None, "currency": ""}


def submitted(cast, **changes) -> Dispute:
    """Hal's answer waits for a supervisor."""
    case = investigated(cast)
    responding.submit(case, text(case, **changes), by=cast.hal)
    case.refresh_from_db()
    return case


def seal(case) -> str:
    """The hash of the answer as it stands now."""
    return responding.fingerprint(case.decisions.answers().get())


def answered(cast, **changes) -> Dispute:
    """Sun has let it out."""
    case = submitted(cast, **changes)
    responding.issue(case, by=cast.sun, sha256=seal(case))
    case.refresh_from_db()
    return case


def proposed(cast, **changes) -> Dispute:
    """Hal proposes not to admit it."""
    case = complained(cast)
    admitting.propose(case, by=cast.hal, **REFUSAL | changes)
    case.refresh_from_db()
    return case


def refused(cast) -> Dispute:
    """Sun agrees."""
    case = proposed(cast)
    admitting.approve(case, by=cast.sun)
    case.refresh_from_db()
    return case


def also(person, *roles: Role) -> Person:
    """The person with other roles."""
    Person.objects.filter(pk=person.pk).update(roles=list(roles))
    person.refresh_from_db()
    return person
