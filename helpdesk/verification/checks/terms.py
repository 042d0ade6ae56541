"""C15: the terms that were in force, whether they had been accepted, and whether the clause stood in them."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..case import Case
from ..facts import Acceptance, Version
from ..records import Record
from ..verdicts import Finding, match, mismatch, unknown
from . import check

_MOMENTS = ("accepted_at", "received_at", "created_at", "requested_at")


@check("C15")
def agreed(case: Case) -> Finding:
    """Version in force at the act = version accepted by then; the clause that is relied on stood in it.

    A version is in force from its first moment until before its last, or before the next one begins. An
    acceptance in the same millisecond is one before the act. Without a clause nothing was relied on.
    """
    facts = case.facts
    at = facts.act_at if facts.act_at is not None else acted_at(case.record)
    needed = {"terms": facts.terms, "acceptances": facts.acceptances, "moment_of_act": at}
    if facts.terms is None or facts.acceptances is None or at is None:
        # A clause that is younger than the act is so under any terms.
        early, reason = _clause(case, None, at)
        lacking = [name for name, told in needed.items() if told is None]
        return mismatch(**early, reasons=[reason]) if reason else unknown(*lacking, **early)
    running = in_force(facts.terms, at)
    if len(running) != 1:
        return unknown("version_in_force", act_at=at, versions=[one.version for one in running])
    version = running[0]
    figures: dict[str, Any] = {"act_at": at, "in_force": version.version, "in_force_from": version.from_at}
    accepted, wrong = _accepted(facts.acceptances, version, at)
    figures |= accepted
    told = case.record.terms_version
    if told is not None and told != version.version:
        wrong.append("other_version_applied")
        figures["applied"] = told
    clause, reason = _clause(case, version, at)
    figures |= clause
    wrong += [reason] if reason else []
    if wrong:
        return mismatch(**figures, reasons=wrong)
    if facts.clause is not None and version.clauses is None and facts.clause.since_at is None:
        return unknown("clauses_of_version", **figures)
    return match(**figures)


def acted_at(record: Record) -> int | None:
    """When the record's act took place, by the server."""
    told = (getattr(record, name, None) for name in _MOMENTS)
    return next((at for at in told if at is not None), None)


def in_force(terms: Iterable[Version], at: int) -> Sequence[Version]:
    """The versions in force at a moment: one, unless the facts leave a hole or overlap."""
    versions = sorted(
        {one.version: one for one in terms}.values(), key=lambda one: (one.from_at, one.version)
    )
    starts = sorted({one.from_at for one in versions})
    found = []
    for one in versions:
        end = one.until_at
        if end is None:
            end = next((start for start in starts if start > one.from_at), at + 1)
        if one.from_at <= at < end:
            found.append(one)
    return found


def _accepted(
    acceptances: Iterable[Acceptance], version: Version, at: int
) -> tuple[dict[str, Any], list[str]]:
    mine = sorted(one.at for one in acceptances if one.version == version.version)
    if mine and mine[0] <= at:
        return {"accepted": version.version, "accepted_at": mine[0]}, []
    before = max(
        (one for one in acceptances if one.at <= at), key=lambda one: (one.at, one.version), default=None
    )
    figures: dict[str, Any] = {"accepted": None, "accepted_at": mine[0] if mine else None}
    if before is not None:
        figures |= {"accepted": before.version, "accepted_at": before.at}
    if mine:
        return figures | {"in_force_accepted_at": mine[0]}, ["accepted_after_the_act"]
    return figures, ["other_version_accepted" if before else "never_accepted"]


def _clause(case: Case, version: Version | None, at: int | None) -> tuple[dict[str, Any], str]:
    """The clause relied on, and why it cannot be."""
    clause = case.facts.clause
    if clause is None:
        return {}, ""
    figures = {"clause": clause.clause, "clause_since": clause.since_at}
    if clause.since_at is not None and at is not None and clause.since_at > at:
        return figures, "clause_newer_than_the_act"
    if version is not None and version.clauses is not None and clause.clause not in version.clauses:
        return figures, "clause_not_in_version"
    return figures, ""
