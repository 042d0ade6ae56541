"""Cases to test with: brought to a stage only by what people do."""

from decimal import Decimal

from disputes.models import BLOCKS, Dispute
from disputes.operations import answering, appointing, mediating, remedying, ruling
from disputes.operations.appointing import STATEMENTS
from disputes.operations.ruling import Draft
from tests.support.builders import answer, file
from tests.support.samples import picture
from tickets.operations import lifecycle


def opened(cast, *, reason="答复没有解决问题", **extra) -> Dispute:
    """Mei's ticket, answered by Ada, escalated."""
    ticket = file(cast.mei, "WDR-DELAY", files=[("shot.png", picture())], **extra)
    answer(ticket, cast.ada)
    lifecycle.escalate(ticket, by=cast.mei, reason=reason)
    return Dispute.objects.get(ticket=ticket)


def in_mediation(cast, **extra) -> Dispute:
    """Nia has been drawn and has signed."""
    case = opened(cast, **extra)
    appointing.draw(case, "mediator", by=cast.sun)
    appointing.accept(case, by=cast.nia, statements=STATEMENTS)
    case.refresh_from_db()
    return case


def with_decider(cast, **extra) -> Dispute:
    """No agreement; Dan has been drawn and has signed."""
    case = in_mediation(cast, **extra)
    mediating.report_no_settlement(case, by=cast.nia, note="The sides stay apart.")
    appointing.accept(case, by=cast.dan, statements=STATEMENTS)
    case.refresh_from_db()
    return case


def draft(case, **changes) -> Draft:
    """A complete decision."""
    values = {
        "blocks": {name: f"The {name} of the case." for name in BLOCKS},
        "outcome": "upheld",
        "remedy": "payment",
        "root_cause": "RC-DELAY",
        "amount": Decimal("91.00"),
        "currency": "USD",
        "evidence": ("P-1", "T-1"),
        "findings": {point.number: ("upheld", "It is so.") for point in case.points.all()},
    }
    return Draft(**values | changes)


NOTHING = {"outcome": "not_upheld", "remedy": "none", "amount": None, "currency": ""}


def decided(cast, **changes) -> Dispute:
    """The decision is out; nobody commented."""
    case = with_decider(cast)
    ruling.issue_provisional(case, draft(case, **changes), by=cast.dan)
    ruling.close_comments(case, by=cast.mei)
    ruling.close_comments(case, by=cast.sun)
    ruling.finalise(case, by=cast.dan)
    case.refresh_from_db()
    return case


def accepted(cast, **changes) -> Dispute:
    """Mei accepts; the platform owes."""
    case = decided(cast, **changes)
    answering.accept(case, by=cast.mei)
    case.refresh_from_db()
    return case


def paid(cast) -> Dispute:
    """Approved by Sun, paid by Fin."""
    case = accepted(cast)
    remedying.approve(case, by=cast.sun)
    remedying.pay(case, by=cast.fin, proof="ledger 8871")
    case.refresh_from_db()
    return case
