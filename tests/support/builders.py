"""Things to test with, made only by calling the operations."""

import io

from tickets.access import category
from tickets.operations import attaching, conversation, intake, policies


def file(
    person, code="WDR-DELAY", *, subject="提现未到账", body="昨晚申请的提现还没有到。", files=(), **extra
):
    """A ticket as the web form files it."""
    stored = attaching.store([attaching.Upload(io.BytesIO(data), name) for name, data in files])
    return intake.file_ticket(
        person, category=category(code), subject=subject, body=body, files=stored, **extra
    )


def answer(ticket, by, body="We are looking into it.", **extra):
    """A public reply of the house, sent at once."""
    return conversation.post_message(ticket, by=by, body=body, **extra)


def say(ticket, by, body="还没有到。", **extra):
    """What the trader says."""
    return conversation.post_message(ticket, by=by, body=body, **extra)


def clock(ticket, metric, cycle=1):
    """One of the ticket's clocks as it stands now."""
    return ticket.timers.get(metric=metric, cycle=cycle)


PROMISED = {"first_response": 3600, "next_response": 3600, "periodic_update": 7200, "resolution": 86400}


def promise(code="GEN-ASK", **targets):
    """A policy for one problem type, around the clock, and what it says; 0 promises nothing."""
    rows = [{"metric": m, "seconds": s, "mode": "calendar"} for m, s in (PROMISED | targets).items() if s]
    content = {"calendar": "24x7", "conditions": {"category": [code]}, "targets": rows}
    return policies.create_policy(name="Round the clock", by=None, position=1, **content), content
