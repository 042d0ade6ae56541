"""Made-up words for every place of a letter, so that whoever writes a template sees a whole letter."""

from decimal import Decimal

from django.utils.translation import gettext as _

from ..states import DOMAIN, PLACES, Conclusion, Finding, Measure, Review, Unfit, money, word
from .letters import Value


def samples() -> dict[str, Value]:
    """One for each place, in the active language."""
    return (
        {name: _NAMED.get(name) or str(place.label) for name, place in PLACES.items()} | _words() | _lists()
    )


_NAMED: dict[str, Value] = {
    "reference": "D-2026-000123", "trader": "Lin Mei", "company": "Example Markets Ltd",
    "received": "2026-11-02", "contact": "help@example.com", "latest": "2027-05-02",
    "page": "https://help.example.com/disputes/D-2026-000123/", "languages": "中文, English",
    "evidence_count": "3", "expected": "2026-12-01", "comment_by": "2026-11-30", "accept_by": "2026-12-14",
    "appeal_by": "2026-12-14", "answered_on": "2026-11-16", "reopen_by": "2026-12-30",
    "object_by": "2026-11-12", "mediation_by": "2026-11-26", "carried_out": "2026-11-20",
    "confirm_by": "2026-11-27", "proof": "ledger 8871", "mediator": "Nia Okafor", "decided_by": "Dan Weber",
    "approved_by": "Sun Li", "seal": "3f1d" * 16, "asker": "Hal Novak", "until": "2026-11-30",
    "answer_at": "https://help.example.com/disputes/D-2026-000123/asked/1/", "body": "Example Ombudsman",
    "their_reference": "EO-2026-0077", "handler": "Hal Novak",
}  # fmt: skip


def _words() -> dict[str, Value]:
    return {
        "subject": _("Withdrawal not received"),
        "policy": _("%(policy)s, version %(n)s") % {"policy": word("jurisdictions", "HOUSE"), "n": 1},
        "reason": str(Unfit.IN_COURT.label),
        "conclusion": str(Conclusion.ACCEPT.label),
        "outcome": word("outcomes", "partly_upheld"),
        "review": str(Review.CONFIRM.label),
        "remedy": f"{word('remedies', 'payment')} {money(Decimal(1200), 'USDT')}",
        "open": _("our final answer"),
    }


def _lists() -> dict[str, Value]:
    point, other = _("Withdrawal not received"), _("Nobody answered me")
    stages = [
        row["zh"] if word("outcomes", "upheld") == "支持" else row["en"] for row in DOMAIN["stages"][:4]
    ]
    return {
        "points": [("1.", point, ""), ("2.", other, "")],
        "answers": [
            ("1.", f"{point} – {Finding.UPHELD.label}", str(PLACES["explanation"].label)),
            ("2.", f"{other} – {Finding.NOT_UPHELD.label}", str(PLACES["explanation"].label)),
        ],
        "evidence": [("P-1", _("Conversation"), ""), ("T-1", _("Screenshot"), "")],
        "stages": [("", name, _("by %(day)s") % {"day": "2026-12-01"}) for name in stages],
        "bodies": [
            (
                "",
                "Example Ombudsman",
                "https://ombudsman.example/ · " + _("until %(day)s") % {"day": "2027-05-02"},
            )
        ],
        "statements": [("–", "", str(PLACES["statements"].label))],
        "items": [("1.", _("Screenshot"), ""), ("2.", _("Conversation"), "")],
        "measures": [("", str(Measure.CHANGED.label), str(PLACES["explanation"].label))],
        "contents": [("", "pack.json", _("every field of the case, for programs"))],
        "brief": [("", _("Complainant"), "Lin Mei"), ("", _("Received"), "2026-11-02")],
    }
