"""Policies and their versions, as everyone may read them."""

from dataclasses import dataclass
from datetime import datetime

from ..models import Policy, PolicyVersion


@dataclass(frozen=True)
class PolicyPage:
    """A version of a policy among its sisters, at one moment."""

    policy: Policy
    version: PolicyVersion
    versions: list[PolicyVersion]
    in_force: PolicyVersion | None

    @property
    def standing(self) -> str:
        """`current`, `coming` (not yet in force) or `former`."""
        if self.in_force and self.version.number == self.in_force.number:
            return "current"
        newer = self.in_force is None or self.version.number > self.in_force.number
        return "coming" if newer else "former"


def policies(at: datetime) -> list[PolicyPage]:
    """Every published policy with the version in force (or the coming one, before the first is)."""
    rows = Policy.objects.filter(versions__isnull=False).distinct().prefetch_related("versions__texts")
    return [_policy_page(policy, None, at) for policy in rows]


def policy_page(policy: Policy, at: datetime, number: int | None = None) -> PolicyPage:
    """A policy at one of its versions, the one in force when none is named."""
    return _policy_page(policy, number, at)


def _policy_page(policy: Policy, number: int | None, at: datetime) -> PolicyPage:
    # The list of policies has prefetched them already; asking again would throw that away.
    fetched = "versions" in getattr(policy, "_prefetched_objects_cache", {})
    versions = list(policy.versions.all() if fetched else policy.versions.prefetch_related("texts"))
    in_force = next((version for version in versions if version.effective_at <= at), None)
    named = next((version for version in versions if version.number == number), None)
    return PolicyPage(policy, named or in_force or versions[0], versions, in_force)
