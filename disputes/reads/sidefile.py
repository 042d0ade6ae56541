"""What a copy of the file tells of held sums and of who acts for the trader."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

Told = Callable[[datetime], str]


def parts(page: Mapping[str, Any], at: Told) -> list[tuple[str, list[str]]]:
    """Headings with their lines, for a page and for paper; nothing where there is nothing to tell."""
    told = [
        (_("The disputed sum"), [_sum(row, at) for row in page["sum_holds"]]),
        (_("Who acts for the trader"), [_speaker(row, at) for row in page["speakers"]]),
    ]
    return [(title, lines) for title, lines in told if lines]


def _sum(row: Any, at: Told) -> str:
    told = [row.money, str(row.get_state_display()), str(row.get_rule_display())]
    told += [_("held since %(at)s") % {"at": at(row.started_at)}] if row.started_at else []
    told += [_("free since %(at)s") % {"at": at(row.ended_at)}] if row.started_at and row.ended_at else []
    return " · ".join([*told, *filter(None, (str(row.get_end_reason_display()), row.reference, row.note))])


def _speaker(row: Any, at: Told) -> str:
    told = [row.called, str(row.get_kind_display()), str(row.get_state_display())]
    told += [_("since %(at)s") % {"at": at(row.joined_at)}] if row.joined_at else []
    told += [_("until %(at)s") % {"at": at(row.ended_at)}] if row.ended_at else []
    return " · ".join(told)


def data(page: Mapping[str, Any]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "sum_holds": [
            {
                "sum": f"{row.amount.normalize():f}", "asset": row.asset, "rule": row.rule,
                "until": _moment(row.until), "state": row.state, "proposed_side": row.proposed_side,
                "proposed_at": _moment(row.proposed_at), "started_at": _moment(row.started_at),
                "ended_at": _moment(row.ended_at), "why": row.end_reason, "lock": row.reference,
            }
            for row in page["sum_holds"]
        ],
        "representatives": [
            {
                "number": row.number, "name": row.called, "kind": row.kind, "state": row.state,
                "from": row.from_on.isoformat(), "until": row.until_on.isoformat() if row.until_on else None,
                "joined_at": _moment(row.joined_at), "ended_at": _moment(row.ended_at),
                "proof_sha256": row.proof_sha256,
            }
            for row in page["speakers"]
        ],
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None
