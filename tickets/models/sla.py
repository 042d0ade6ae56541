from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.db.models import Q

from helpdesk.timers.models import CalendarVersion
from helpdesk.timers.promises import Target

from ..states import LONGEST_PAUSE, PauseReason
from .ticket import Ticket


def standard_ladder() -> list[dict[str, Any]]:
    """Who hears of a promise that is about to be missed or was: the ladder of a policy that names none."""
    quiet = {"metric": "", "raise_priority": False, "apologise": False}
    return [
        quiet | {"key": "used-75", "share": 0.75, "tell": ["assignee"]},
        quiet
        | {
            "key": "breach",
            "after": 0,
            "tell": ["team", "supervisors"],
            "raise_priority": True,
            "apologise": True,
        },
        quiet | {"key": "late-30m", "after": 1800, "tell": ["duty_lead"]},
    ]


class SlaPolicyQuerySet(models.QuerySet["SlaPolicy"]):
    def in_force(self) -> "SlaPolicyQuerySet":
        """Policies in the order they are tried; the default comes last."""
        return self.filter(active=True).order_by("is_default", "position", "id")

    def listed(self) -> "SlaPolicyQuerySet":
        """Policies of people's tickets; the one behind the canary is nobody's."""
        return self.filter(hidden=False)


class SlaPolicy(models.Model):
    """A named promise. Policies are tried in order and the first whose conditions fit is applied."""

    name = models.CharField(max_length=80)
    position = models.IntegerField(default=100)
    active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False, db_default=False, editable=False)

    objects = SlaPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "SLA policies"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], name="tickets_slapolicy_one_default", condition=Q(is_default=True)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "SlaPolicyVersion":
        """The version that new tickets get."""
        return self.versions.latest("number")


class SlaPolicyVersionQuerySet(models.QuerySet["SlaPolicyVersion"]):
    def newest(self) -> "SlaPolicyVersionQuerySet":
        """Of each active policy the version that new tickets get."""
        newer = SlaPolicyVersion.objects.filter(
            policy=models.OuterRef("policy"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(newer), policy__active=True)

    def known(self, pk: int) -> "SlaPolicyVersion":
        """One edition with its calendar; none ever changes, so this process keeps those it has met."""
        key = f"tickets.policy_version:{pk}"
        version = caches["here"].get(key)
        if version is None:
            version = self.select_related("calendar_version").get(pk=pk)
            caches["here"].set(key, version, 600)
        return version


class SlaPolicyVersion(models.Model):
    """One immutable edition of a policy.

    `conditions` maps category, subject, priority, channel, language, tier or entity to a list of accepted
    values; a missing key accepts everything. `targets` is a list of {metric, seconds, mode}; `mode` is
    "calendar" or "business". `speed` maps a tier to the factor by which its requesters are served faster.
    `apology_seconds` is the new promise made when one was broken. `pauses` maps a reason to the longest
    pause in seconds (null: none), all pauses since the trader last spoke counted as one; a missing key means
    LONGEST_PAUSE.

    `ladder` is a list of rungs in order: {key, metric ("" is any), share (of the target used, before the
    breach) or after (seconds after it), tell (assignee, team, supervisors, duty_lead), raise_priority,
    apologise}. Keys are unique in the ladder and name the step in the clock's events.
    """

    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    conditions = models.JSONField(default=dict, blank=True)
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")
    targets = models.JSONField(default=list)
    apology_seconds = models.PositiveIntegerField(default=3600)
    ladder = models.JSONField(default=standard_ladder, blank=True)
    pauses = models.JSONField(default=dict, blank=True)
    speed = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SlaPolicyVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="tickets_slapolicyversion_unique")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    @property
    def asks_standing(self) -> bool:
        """Whether tier or entity decide, so that the requester's accounts must be read."""
        return bool(self.conditions.get("tier") or self.conditions.get("entity"))

    def accepts(self, facts: Mapping[str, str | frozenset[str]]) -> bool:
        """Whether a ticket with these facts falls under the policy; of several values any may fit."""
        return all(_fits(key, facts.get(key), values) for key, values in self.conditions.items() if values)

    def target(self, metric: str, tiers: Collection[str] = ()) -> Target | None:
        """What is promised for one metric, to a requester of these tiers; None when nothing is."""
        for row in self.targets:
            if row["metric"] == metric:
                seconds = max(1, round(int(row["seconds"]) / self.factor(tiers)))
                return Target(metric, seconds, row.get("mode", "calendar"))
        return None

    def factor(self, tiers: Collection[str]) -> float:
        """How many times faster a requester of these tiers is served; the fastest of several counts."""
        mine = folded(tiers)
        return max(
            (float(times) for tier, times in self.speed.items() if tier.casefold() in mine), default=1.0
        )

    def target_for(self, ticket: Ticket, metric: str) -> Target | None:
        """What is promised to this ticket's requester; accounts are read only where speed depends on them."""
        return self.target(metric, ticket.standing["tier"] if self.speed else ())

    def longest_pause(self, reason: str) -> int | None:
        """After how many seconds a pause ends by itself; None when it may last."""
        return self.pauses.get(reason, LONGEST_PAUSE.get(PauseReason(reason)))


def folded(tiers: Iterable[str]) -> frozenset[str]:
    """Tiers to compare: “VIP” typed by us is the platform's “vip”."""
    return frozenset(tier.casefold() for tier in tiers)


def _fits(key: str, fact: str | frozenset[str] | None, values: Collection[str]) -> bool:
    if fact is None:
        return False
    if isinstance(fact, str):
        return fact in values
    return not (folded(fact).isdisjoint(folded(values)) if key == "tier" else fact.isdisjoint(values))
