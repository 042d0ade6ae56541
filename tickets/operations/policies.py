"""Setting up promises: policies are edited by making a new version, never by changing one."""

from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line
from helpdesk.timers.models import CalendarVersion

from ..errors import DefaultStays, PolicyFault, PolicyStale
from ..models import SlaPolicy, SlaPolicyVersion
from ..reads import reach
from .policy_rules import Content, checked

FIELDS = ("conditions", "targets", "ladder", "pauses", "speed", "apology_seconds")
STEP = 10


@transaction.atomic
def create_policy(
    *, name: str, by: Person | None, position: int | None = 100, is_default: bool = False, **content: Any
) -> SlaPolicy:
    """A new policy with its first version; new tickets fall under it at once, open ones keep theirs.

    Without a position it is tried before all others. `content` is that of `policy_rules.Content`.
    """
    name = _named(name)
    if is_default and SlaPolicy.objects.filter(is_default=True).exists():
        raise PolicyFault(
            fields={"is_default": [_("There is a default policy already. Edit that one; there is only one.")]}
        )
    clean = checked(_content(content), clock.now())
    if position is None:
        first = SlaPolicy.objects.aggregate(first=Min("position"))["first"]
        position = (STEP if first is None else first) - STEP
    policy = SlaPolicy.objects.create(name=name, position=position, is_default=is_default)
    version = SlaPolicyVersion.objects.create(policy=policy, number=1, created_by=by, **clean)
    _reached(version)
    record("policy.created", subject=f"sla:{policy.pk}", actor=by, name=name)
    return policy


@transaction.atomic
def revise_policy(
    policy: SlaPolicy, *, by: Person | None, name: str = "", seen: int | None = None, **content: Any
) -> SlaPolicyVersion:
    """A new version of a policy, if anything differs; `seen` is the version the editor was looking at."""
    policy = hold(policy)
    current = policy.current
    if seen is not None and seen != current.number:
        raise PolicyStale
    clean = checked(_content(content), clock.now())
    if name and name != policy.name:
        before, policy.name = policy.name, _named(name)
        policy.save(update_fields=["name"])
        record("policy.renamed", subject=f"sla:{policy.pk}", actor=by, before=before, after=policy.name)
    if not differences(current, clean):
        return current
    version = _add_version(policy, by=by, clean=clean)
    _reached(version)
    record(
        "policy.revised",
        subject=f"sla:{policy.pk}",
        actor=by,
        number=version.number,
        changed=differences(current, clean),
    )
    return version


def differences(version: SlaPolicyVersion, clean: dict[str, Any]) -> list[str]:
    """The fields in which a version and checked content differ."""
    told = [name for name in FIELDS if getattr(version, name) != clean[name]]
    return told + ["calendar"] * (version.calendar_version_id != clean["calendar_version"].pk)


def follow_calendar(calendar: CalendarVersion, *, by: Person | None) -> list[SlaPolicy]:
    """New promises count in the calendar's new version: every policy in force gets a version that says so."""
    followed = []
    rows = SlaPolicyVersion.objects.newest().filter(calendar_version__calendar=calendar.calendar_id)
    for policy_id in sorted(rows.values_list("policy_id", flat=True)):
        policy = hold(SlaPolicy(pk=policy_id))
        content = {name: getattr(policy.current, name) for name in FIELDS}
        version = _add_version(policy, by=by, clean=content | {"calendar_version": calendar})
        record(
            "policy.revised",
            subject=f"sla:{policy.pk}",
            actor=by,
            number=version.number,
            changed=["calendar"],
        )
        followed.append(policy)
    return followed


@transaction.atomic
def move_policy(policy: SlaPolicy, *, by: Person | None, up: bool) -> None:
    """Try a policy one place earlier or later; the default stays last."""
    rows = list(SlaPolicy.objects.select_for_update(no_key=True).order_by("id"))
    order = sorted(
        (one for one in rows if one.active and not one.is_default), key=lambda one: (one.position, one.pk)
    )
    here = next((n for n, one in enumerate(order) if one.pk == policy.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for n, one in enumerate(order, start=1):
        if one.position != n * STEP:
            one.position = n * STEP
            one.save(update_fields=["position"])
    record("policy.moved", subject=f"sla:{policy.pk}", actor=by, place=there + 1)


@transaction.atomic
def switch_policy(policy: SlaPolicy, *, by: Person | None, active: bool) -> SlaPolicy:
    """Take a policy out of use, or back into it; tickets that point at it keep their promises."""
    policy = hold(policy)
    if policy.is_default and not active:
        raise DefaultStays
    if policy.active == active:
        return policy
    if active:
        current = policy.current
        if not current.calendar_version.calendar.active:
            raise PolicyFault(
                _("Its calendar “%(name)s” is out of use. Edit the policy and choose another one first.")
                % {"name": current.calendar_version.calendar}
            )
    policy.active = active
    policy.save(update_fields=["active"])
    record("policy.switched", subject=f"sla:{policy.pk}", actor=by, active=active)
    return policy


def _named(name: str) -> str:
    name = one_line(name)[:80]
    if not name:
        raise PolicyFault(fields={"name": [_("Please give the policy a name.")]})
    return name


def _content(given: dict[str, Any]) -> Content:
    """What was given; None means the usual value."""
    return Content(**{key: value for key, value in given.items() if value is not None})


def _add_version(policy: SlaPolicy, *, by: Person | None, clean: dict[str, Any]) -> SlaPolicyVersion:
    last = policy.versions.aggregate(last=Max("number"))["last"] or 0
    return SlaPolicyVersion.objects.create(policy=policy, number=last + 1, created_by=by, **clean)


def _reached(version: SlaPolicyVersion) -> None:
    """Refuse a policy that no ticket would ever come to, and a default that would leave some out."""
    if version.policy.is_default:
        if version.conditions:
            sentence = _("The default takes what no other policy takes, so it has no conditions.")
            raise PolicyFault(fields={"conditions": [sentence]})
        return
    in_force = list(reach.in_order())
    if earlier := reach.taken_by(version, in_force):
        names = ", ".join(f"“{one.policy}”" for one in earlier[:3])
        raise PolicyFault(
            fields={
                "conditions": [
                    _(
                        "No ticket would ever come to this policy: %(names)s is tried earlier and takes all "
                        "of them. Move this one up, or narrow the other."
                    )
                    % {"names": names}
                ]
            }
        )
