"""The daily anchor: one root over the ends of all chains, kept, mailed to compliance and to somebody outside.

Cutting off a chain's end, or writing a chain anew, cannot be seen in the chain. It can be seen against a
root that somebody else already holds.
"""

import logging
from datetime import UTC, date

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from accounts.states import Role
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.notify.send import Row, mail_to_address, notify_many

from ..models import Anchor, AnchorLeaf, Dispute
from ..reads import anchors, verifier
from . import telling

log = logging.getLogger(__name__)
ONE_AT_A_TIME = 0x68646B616E  # of the advisory locks of this database


def make_due() -> int:
    """Make today's anchor (UTC) if there is none yet and there is anything to anchor."""
    today = clock.judge().astimezone(UTC).date()
    if Anchor.objects.filter(day=today).exists() or not Dispute.objects.exclude(chain_length=0).exists():
        return 0
    return int(make(today) is not None)


@transaction.atomic
def make(day: date) -> Anchor | None:
    """Anchor all chains as they stand; None when that day has its anchor or somebody is making it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return None
    last = anchors.newest()
    if last is not None and last.day >= day:
        return None
    tree, moved, misfits = anchors.Tree(), [], []
    previous = last.root if last else verifier.GENESIS
    tree.put(0, anchors.before(previous))
    known = {row[1]: (row[0], row[2], row[3]) for row in anchors.standing(last.pk)} if last else {}
    for reference, (position, length, head) in known.items():
        tree.put(position, verifier.leaf(reference, length, head))
    count = len(known)
    for reference, length, head in _ends():
        position, before, ended = known.get(reference, (0, 0, ""))
        if (length, head) == (before, ended):
            continue
        if length <= before:
            misfits.append(reference)
        count += not position
        moved.append((position or count, reference, length, head))
        tree.put(position or count, verifier.leaf(reference, length, head))
    made = Anchor.objects.create(
        day=day, made_at=clock.now(), root=tree.root(), previous=previous, cases=count
    )
    rows = [AnchorLeaf(anchor=made, position=p, reference=r, length=n, head=h) for p, r, n, h in moved]
    AnchorLeaf.objects.bulk_create(rows, batch_size=2000)
    record("dispute.anchor.made", subject=f"anchor:{day}", actor=None, root=made.root, misfits=misfits)
    _tell(made, misfits)
    return made


def _ends() -> list[tuple[str, int, str]]:
    rows = Dispute.objects.exclude(chain_length=0).order_by("id")
    return list(rows.values_list("reference", "chain_length", "chain_head"))


def _tell(anchor: Anchor, misfits: list[str]) -> None:
    """Whoever was sent yesterday's root can prove what today's rests on."""
    if misfits:
        log.error("anchor.misfits", extra={"cases": misfits})
    event, url = f"anchor:{anchor.day}", reverse("disputes:anchors")
    told = {"day": anchor.day.isoformat(), "root": anchor.root, "previous": anchor.previous}
    context = told | {"misfits": ", ".join(misfits)}
    people = telling.holders(Role.COMPLIANCE)
    notify_many([Row("dispute.anchor", person, event, "", url, context, ("email",)) for person in people])
    if settings.ANCHOR_EMAIL:
        language = settings.LANGUAGE_CODE
        mail_to_address("dispute.anchor", settings.ANCHOR_EMAIL, language, event, told, url=url)
