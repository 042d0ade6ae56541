"""Keys for programs: issued once, hashed, revoked at once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from helpdesk.audit.log import record
from helpdesk.core.locks import hold

from ..models import ApiKey, Person


@transaction.atomic
def issue(
    owner: Person,
    *,
    name: str,
    by: Person,
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret (256 bits, `hd_…`). The secret is returned once and kept nowhere."""
    secret = f"hd_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        owner=owner,
        name=name,
        prefix=secret[:8],
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    record("apikey.issued", subject=f"person:{owner.pk}", actor=by, key=key.pk, scopes=key.scopes)
    return key, secret


@transaction.atomic
def revoke(key: ApiKey, *, by: Person) -> ApiKey:
    """End a key now; revoking twice changes nothing."""
    key = hold(key)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record("apikey.revoked", subject=f"person:{key.owner_id}", actor=by, key=key.pk)
    return key


def note_use(key: ApiKey) -> None:
    """Remember the last use, at most once a minute per key, without a lock anyone could wait for."""
    now = timezone.now()
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
