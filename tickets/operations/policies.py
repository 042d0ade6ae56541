"""Setting up promises: policies are edited by making a new version, never by changing one."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import LegalEntity, Person
from helpdesk.audit.log import record
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line
from helpdesk.timers.models import Calendar

from ..errors import PolicyFault
from ..models import Category, SlaPolicy, SlaPolicyVersion
from ..states import Channel, Metric, Priority

LONGEST = 366 * 24 * 3600


def _conditions(raw: Any) -> dict[str, list[str]]:
    known: dict[str, set[str] | None] = {
        "category": set(Category.objects.values_list("code", flat=True)),
        "subject": set(Category.objects.subjects().values_list("code", flat=True)),
        "priority": set(Priority.values),
        "channel": set(Channel.values),
        "language": {"zh-hans", "en"},
        "entity": set(LegalEntity.objects.values_list("code", flat=True)),
        "tier": None,  # the platform's own words; an account with a new one may come tomorrow
    }
    if not isinstance(raw, dict):
        raise PolicyFault(fields={"conditions": [_('Give an object such as {"category": ["GEN-ASK"]}.')]})
    for key, values in raw.items():
        if key not in known:
            raise PolicyFault(
                fields={"conditions": [_("There is no condition called “%(key)s”.") % {"key": key}]}
            )
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise PolicyFault(fields={"conditions": [_("“%(key)s” needs a list of texts.") % {"key": key}]})
        accepted = known[key]
        if accepted is not None and (unknown := sorted(set(values) - accepted)):
            raise PolicyFault(
                fields={
                    "conditions": [
                        _("Unknown in “%(key)s”: %(values)s.") % {"key": key, "values": ", ".join(unknown)}
                    ]
                }
            )
    return raw


def _targets(raw: Any) -> list[dict[str, Any]]:
    def fault(sentence: str) -> PolicyFault:
        return PolicyFault(fields={"targets": [sentence]})

    if not isinstance(raw, list) or not raw:
        raise fault(_("Give at least one target with metric, seconds and mode."))
    rows: dict[str, dict[str, Any]] = {}
    for row in raw:
        if not isinstance(row, dict) or row.get("metric") not in Metric.values:
            raise fault(_("Each target needs a metric: %(all)s.") % {"all": ", ".join(Metric.values)})
        seconds, mode = row.get("seconds"), row.get("mode", "calendar")
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= LONGEST:
            raise fault(_("Seconds must be a whole number from 1 to one year."))
        if mode not in {"calendar", "business"}:
            raise fault(_("Mode must be “calendar” or “business”."))
        if row["metric"] in rows:
            raise fault(_("“%(metric)s” is promised twice.") % {"metric": row["metric"]})
        rows[row["metric"]] = {"metric": row["metric"], "seconds": seconds, "mode": mode}
    return list(rows.values())


@transaction.atomic
def create_policy(
    *, name: str, by: Person | None, calendar: str, targets: Any, conditions: Any = None, position: int = 100,
    is_default: bool = False,
) -> SlaPolicy:  # fmt: skip
    """A new policy with its first version; new tickets fall under it at once, open ones keep theirs."""
    name = one_line(name)[:80]
    if not name:
        raise PolicyFault(fields={"name": [_("Please give the policy a name.")]})
    policy = SlaPolicy.objects.create(name=name, position=position, is_default=is_default)
    _add_version(policy, by=by, calendar=calendar, targets=targets, conditions=conditions or {})
    record("policy.created", subject=f"sla:{policy.pk}", actor=by, name=name)
    return policy


@transaction.atomic
def revise_policy(
    policy: SlaPolicy, *, by: Person | None, calendar: str, targets: Any, conditions: Any = None
) -> SlaPolicyVersion:
    """A new version of a policy."""
    policy = hold(policy)
    version = _add_version(policy, by=by, calendar=calendar, targets=targets, conditions=conditions or {})
    record("policy.revised", subject=f"sla:{policy.pk}", actor=by, number=version.number)
    return version


def _add_version(
    policy: SlaPolicy, *, by: Person | None, calendar: str, targets: Any, conditions: Any
) -> SlaPolicyVersion:
    found = Calendar.objects.filter(code=calendar).first()
    if found is None:
        raise PolicyFault(fields={"calendar": [_("There is no calendar “%(code)s”.") % {"code": calendar}]})
    last = policy.versions.aggregate(last=Max("number"))["last"] or 0
    return SlaPolicyVersion.objects.create(
        policy=policy,
        number=last + 1,
        conditions=_conditions(conditions),
        calendar_version=found.current,
        targets=_targets(targets),
        created_by=by,
    )
