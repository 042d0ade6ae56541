"""What applies to a case: the edition of the procedure, and the documents in force at its receipt (I7).

Editions are rows that never change, each text with its hash. The first link of a case's log names them, in
the language the trader reads, and where they were shown: on the page of the case, from its first moment.
"""

from datetime import datetime
from typing import Any

from faq.models import PolicyVersion as Edition

from ..models import Dispute, PolicyVersion
from . import verifier

SHOWN = "case_page"


def text(policy: PolicyVersion) -> dict[str, Any]:
    """Everything that counts of the procedure: the figures of law or policy, the stages, the closed days."""
    return {
        "jurisdiction": policy.jurisdiction,
        "number": policy.number,
        "rule": policy.rule,
        "stages": policy.stages,
        "holidays": policy.holidays,
    }


def sha256(policy: PolicyVersion) -> str:
    """SHA-256 of that, as canonical text."""
    return verifier.sha(verifier.canonical(text(policy)))


def documents(at: datetime, language: str) -> list[dict[str, Any]]:
    """The documents in force at a moment, each in this language where there is one."""
    rows = Edition.objects.in_force(at).select_related("policy").prefetch_related("texts")
    found = []
    for edition in rows:
        texts = {one.language: one for one in edition.texts.all()}
        if words := texts.get(language) or next(iter(texts.values()), None):
            found.append({"edition": edition, "text": words})
    return sorted(found, key=lambda row: row["edition"].policy.position)


def facts(dispute: Dispute) -> dict[str, Any]:
    """For the first link of the log: codes, numbers and hashes."""
    return {
        "procedure": {"version": str(dispute.policy_version), "sha256": sha256(dispute.policy_version)},
        "documents": [
            {
                "policy": row["edition"].policy.slug,
                "version": row["edition"].number,
                "language": row["text"].language,
                "sha256": row["text"].sha256,
            }
            for row in documents(dispute.received_at, dispute.language)
        ],
        "shown": SHOWN,
    }


def applying(dispute: Dispute) -> dict[str, Any]:
    """The same for the page."""
    return {
        "version": dispute.policy_version.number,
        "sha256": sha256(dispute.policy_version),
        "documents": documents(dispute.received_at, dispute.language),
    }
