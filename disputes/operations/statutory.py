"""The dates a jurisdiction's policy sets for one complaint, as pure arithmetic on its figures.

Source of the figures: the policy version's `rule`, in the shape of `data/domain.json`. Counting is that of
`deadlines.ends`: the day of receipt is day 0, months clip to the last day, all in the policy's own zone.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..models import PolicyVersion
from .deadlines import CLOSE_OF_BUSINESS, due_by, ends

KEYS = ("ack", "simple", "response", "extended", "hard_stop")


def counted_from(policy: PolicyVersion, received_at: datetime) -> datetime:
    """The moment a statutory clock counts from: receipt itself, unless the policy rolls evenings over.

    Only a policy that says `roll_after_hours` treats what arrives after the close of business as having
    arrived at the beginning of the next day.
    """
    local = received_at.astimezone(ZoneInfo(policy.rule["tz"]))
    if not policy.rule.get("roll_after_hours") or local.time() <= CLOSE_OF_BUSINESS:
        return received_at
    return datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo)


def dates(
    policy: PolicyVersion,
    received_at: datetime,
    *,
    incident_at: datetime | None = None,
    final_response_at: datetime | None = None,
) -> dict[str, datetime | None]:
    """Every statutory date of a complaint received at `received_at`, in UTC; None where there is none.

    `external_latest` is known once the moment it counts from is: the incident, the final response or the
    receipt, as the policy says.
    """
    since = counted_from(policy, received_at)
    found = {key: due_by(policy, key, since) for key in KEYS}
    starts = {"incident": incident_at, "final_response": final_response_at, "receipt": received_at}
    began = starts.get(str(policy.rule.get("ext_from")))
    latest = external_latest(policy, began, str(policy.rule.get("ext_from"))) if began else None
    return found | {"external_latest": latest}


def external_latest(policy: PolicyVersion, since: datetime, counts_from: str) -> datetime | None:
    """The last moment to go to an outside body, when that is counted from `counts_from`."""
    span = policy.rule.get("external")
    if not span or policy.rule.get("ext_from") != counts_from:
        return None
    return ends(since, int(span[0]), str(span[1]), tz=policy.rule["tz"], holidays=policy.holidays)
