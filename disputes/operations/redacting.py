"""Covering parts of an item: asked for with reasons that are codes, done in a copy, agreed by somebody else.

The original stays as it is and goes on counting in the log; who may open it is decided in `access`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines, one_line
from tickets.operations.attaching import Stored

from .. import access
from ..access import room
from ..errors import SameHands
from ..models import Dispute, Evidence, Redaction
from ..states import DOMAIN, EvidenceStatus
from . import chain, evidence, telling
from .case import hold

MOST = 40
Places = Sequence[Mapping[str, str]]


@transaction.atomic
def request(
    item: Evidence,
    *,
    by: Person,
    places: Places,
    summary: str = "",
    file: Stored | None = None,
    at: datetime | None = None,
) -> Redaction:
    """Ask that places of an item are covered; the edited file comes with it, or a summary where none can."""
    dispute, at = hold(item.dispute), at or clock.now()
    access.require_declared(by, dispute)
    role = access.acting(by, dispute, room.REDACTS)
    item.refresh_from_db()
    if not dispute.is_open:
        raise Conflict(_("The case is over."), code="case_over")
    if item.status not in {EvidenceStatus.ADMITTED, EvidenceStatus.SUBMITTED, EvidenceStatus.LATE}:
        raise Conflict(_("This item is not in the file."), code="not_in_file")
    if item.derivative_of_id:
        raise Conflict(_("This is an edited version already. Please edit the original anew."), code="edited")
    if item.redactions.filter(decided_at=None).exists():
        raise Conflict(_("This has been asked for already; it waits for an answer."), code="asked_already")
    return ask(dispute, item, by=by, role=role, places=places, summary=summary, file=file, at=at)


def ask(
    dispute: Dispute,
    item: Evidence,
    *,
    by: Person,
    role: str,
    places: Places,
    summary: str,
    at: datetime,
    file: Stored | None = None,
) -> Redaction:
    """The request itself. The case is held."""
    told, summary = _checked(places), many_lines(summary)[:4000]
    if file is None and not summary:
        missing = _("Please send the edited file, or sum up fairly what the item says.")
        raise Invalid(fields={"summary": [missing]})
    number = (dispute.redactions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = Redaction(
        dispute=dispute,
        number=number,
        item=item,
        places=told,
        summary=summary,
        language=by.language,
        requested_by=by,
        requested_role=str(role),
        requested_at=at,
    )
    if file is not None:
        kept = evidence.file_of(file)
        made.sha256 = kept.pop("claimed_sha256")
        for name, value in kept.items():
            setattr(made, name, value)
    made.save(force_insert=True)
    facts = {"evidence": item.index_no, "redaction": number, "reasons": reasons(made), "sha256": made.sha256}
    private = {"places": [one["place"] for one in told], "summary": summary}
    event = chain.add(
        dispute, "dispute.redaction.asked", by=by, role=role, at=at, facts=facts, private=private
    )
    others = {person.pk: person for person in [*telling.platform(dispute), *telling.holders(Role.COMPLIANCE)]}
    others.pop(by.pk, None)
    telling.people("dispute.task", dispute, event, others.values(), task="redaction", item=item.index_no)
    return made


def reasons(redaction: Redaction) -> list[str]:
    """The codes, each once."""
    return sorted({one["reason"] for one in redaction.places})


def _checked(places: Places) -> list[dict[str, str]]:
    known = {row["code"] for row in DOMAIN["redaction_reasons"]}
    told = [
        {"place": one_line(one.get("place", ""))[:200], "reason": one.get("reason", "")} for one in places
    ]
    told = [one for one in told if one["place"] or one["reason"]]
    if not told or len(told) > MOST:
        raise Invalid(fields={"places": [_("Please name each place that is covered.")]})
    if any(not one["place"] or one["reason"] not in known for one in told):
        wrong = _("Each place needs one of the reasons. Embarrassing or inconvenient is none.")
        raise Invalid(fields={"places": [wrong]})
    return told


@transaction.atomic
def decide(
    redaction: Redaction, *, by: Person, approve: bool, refusal: str = "", at: datetime | None = None
) -> Redaction:
    """A second person agrees, or says why not. Agreeing closes the original to the other side."""
    dispute, at = hold(redaction.dispute), at or clock.now()
    access.require_declared(by, dispute)
    role = access.acting(by, dispute, room.APPROVES)
    found = dispute.redactions.select_related("item", "requested_by").get(pk=redaction.pk)
    if found.decided_at:
        raise Conflict(_("This has been decided already."), code="redaction_decided")
    if found.requested_by_id == by.pk:
        raise SameHands
    refusal = many_lines(refusal)[:1000]
    if not approve and not refusal:
        raise Invalid(fields={"refusal": [_("Please say why not.")]})
    found.decided_by, found.decided_at, found.approved = by, at, approve
    found.refusal = "" if approve else refusal
    if approve:
        _cover(dispute, found, role, at)
    found.save()
    facts = {"evidence": found.item.index_no, "redaction": found.number, "reasons": reasons(found)}
    if found.derivative:
        facts["derivative"] = found.derivative.index_no
    event = chain.add(
        dispute,
        "dispute.redaction.approved" if approve else "dispute.redaction.refused",
        by=by,
        role=role,
        at=at,
        facts=facts,
        private=None if approve else {"refusal": refusal},
    )
    if approve:
        edited = found.derivative.index_no if found.derivative else ""
        telling.both("dispute.step", dispute, event, step="redacted", item=found.item.index_no, edited=edited)
    else:
        telling.people("dispute.task", dispute, event, [found.requested_by], task="redaction_refused",
                       item=found.item.index_no)  # fmt: skip
    return found


def _cover(dispute: Dispute, redaction: Redaction, role: str, at: datetime) -> None:
    item = redaction.item
    item.visibility, item.restricted_reason = "restricted", ",".join(reasons(redaction))
    item.summary_for_other_side = redaction.summary
    item.save(update_fields=["visibility", "restricted_reason", "summary_for_other_side"])
    if not redaction.has_file:
        return
    with override(dispute.language):
        title = _("Edited version of %(item)s") % {"item": item.index_no}
    made = Evidence(
        dispute=dispute,
        side=room.SIDES[redaction.requested_role],
        kind=item.kind,
        title=title,
        supports=item.supports,
        submitted_by=redaction.requested_by,
        original_filename=redaction.original_filename,
        mime_detected=redaction.mime_detected,
        size=redaction.size,
        claimed_sha256=redaction.sha256,
        storage_key=redaction.storage_key,
        preview_key=redaction.preview_key,
        preview_mime=redaction.preview_mime,
        language=item.language,
        derivative_of=item,
        transform="redact",
        status=item.status,
        late_reason=item.late_reason,
    )
    redaction.derivative = evidence.admit(made, by=redaction.decided_by, role=role, at=at)
