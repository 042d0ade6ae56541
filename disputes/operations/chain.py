"""The tamper-evident log of a case. Every act on a case is one `add` here, and nothing else.

The next link needs the end of the chain, so the case is held by whoever calls; that makes one writer at a
time per case and no bottleneck between cases.
"""

import secrets
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, events

from ..events import DisputeChanged
from ..models import Dispute, Event, EventData
from ..reads import chains, verifier
from ..states import HANDLING, Actor, How
from . import involving

canonical, digest, GENESIS = verifier.canonical, verifier.link, verifier.GENESIS


def moment(at: datetime) -> str:
    """UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def salted(salt: str, text: str) -> str:
    """What stands in the chain for a text that may have to be erased."""
    return verifier.sha(salt + text)


def add(
    dispute: Dispute,
    action: str,
    *,
    by: Person | None,
    role: str,
    at: datetime | None = None,
    before: str = "",
    facts: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    handling: bool = True,
) -> Event:
    """Add one act to a held case's chain and to the record.

    `facts` are codes, numbers and ids; what people typed goes into `private`. `handling` is False for acts
    that only look: they involve nobody.
    """
    at = at or clock.now()
    body: dict[str, Any] = {
        "seq": dispute.chain_length + 1,
        "dispute": dispute.reference,
        "at": moment(at),
        "actor": by.pk if by else None,
        "role": str(role),
        "action": action,
        "before": str(before or dispute.state),
        "after": str(dispute.state),
        "policy": f"{dispute.jurisdiction} {dispute.policy_version_id}",
        "facts": dict(facts or {}) | _for_whom(dispute, by, role),
        # Who sees only this link's hash must not find its text by trying all that it could be.
        "nonce": secrets.token_hex(16),
    }
    data = _private(body, private)
    text = canonical(body)
    event = Event.objects.create(
        dispute=dispute,
        seq=body["seq"],
        at=at,
        action=action,
        actor=by,
        role=str(role),
        body=text,
        prev=dispute.chain_head,
        hash=digest(dispute.chain_head, text),
    )
    if data is not None:
        data.event = event
        data.save(force_insert=True)
    dispute.chain_length, dispute.chain_head = event.seq, event.hash
    dispute.version += 1
    dispute.save(update_fields=["chain_length", "chain_head", "version"])
    if handling and by is not None and role in HANDLING:
        involving.add(dispute, by, How.PAID if role == Actor.FI else How.SUPERVISED, at=at)
    record(action, subject=dispute.reference, actor=by, role=str(role), seq=event.seq)
    events.publish(DisputeChanged(dispute.reference, dispute.version, dispute.trader_id))
    return event


def _for_whom(dispute: Dispute, by: Person | None, role: str) -> dict[str, Any]:
    """For whom a representative acts: the act is theirs, and the trader's."""
    if by is None or role != Actor.TR or by.pk == dispute.trader_id:
        return {}
    return {"acting_for": dispute.trader_id}


def _private(body: dict[str, Any], private: Mapping[str, Any] | None) -> EventData | None:
    if not private:
        return None
    data = EventData(key=uuid.uuid4(), salt=secrets.token_hex(16), text=canonical(private))
    body |= {"data_ref": str(data.key), "data_sha256": salted(data.salt, data.text)}
    return data


def faults(dispute: Dispute) -> Iterator[chains.Fault]:
    """Where the stored log of a case differs from what was written or anchored; nothing when it is whole."""
    return chains.faults(dispute.reference)
