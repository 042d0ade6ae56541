"""C6: how long each step took, by the server's clocks; the client's only with its offset and error."""

from typing import Any

from ..case import Case
from ..records import Record
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check

# name: (from, to, most ms). The defaults of 4.3.
STEPS = {
    "age": ("quote_at", "received_at", 1_000),
    "srv": ("received_at", "accepted_at", 500),
    "exec": ("prompt_from", "prompt_until", 1_000),
    "settle": ("expiry_at", "settled_at", 5_000),
}


@check("C6")
def took(case: Case) -> Finding:
    """age = received − quote, srv = accepted − received, exec = filled − accepted, settle = settled − expiry.

    Each within its limit. A fill that waited in the book has no exec; an order with a trigger begins there.
    """
    record = case.record
    if record.product not in ("binary", "spot", "futures"):
        return elsewhere()
    figures, over, backwards = dict[str, Any](), list[str](), list[str]()
    for name, (early, late, most) in STEPS.items():
        first, last = getattr(record, early, None), getattr(record, late, None)
        if first is None or last is None or _ended_before_expiry(record, name):
            continue
        most = case.limit(f"{name}_ms", most)
        figures |= {f"{name}_ms": last - first, f"{name}_limit_ms": most}
        if last < first:
            backwards.append(name)
        elif last - first > most:
            over.append(name)
    figures |= _by_the_client(record) | {"limits": case.limits}
    if over:
        return mismatch(**figures, over=over)
    if backwards:
        return unknown("clocks_that_agree", **figures, backwards=backwards)
    if not any(f"{name}_ms" in figures for name in STEPS):
        return unknown("moments", **figures)
    return match(**figures)


def _ended_before_expiry(record: Record, step: str) -> bool:
    ended = (
        getattr(record, "result", None) in ("sold", "cancelled")
        or getattr(record, "exit_rule", None) == "path"
    )
    return step == "settle" and ended


def _by_the_client(record: Record) -> dict[str, Any]:
    """From the click to the server, once the client's clock is put right."""
    clicked, received, offset = (
        getattr(record, "clicked_at", None),
        getattr(record, "received_at", None),
        record.clock_offset_ms,
    )
    if clicked is None or received is None or offset is None:
        return {}
    return {"click_to_server_ms": received - (clicked - offset), "click_error_ms": record.clock_error_ms}
