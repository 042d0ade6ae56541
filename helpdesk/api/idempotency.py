"""The same POST with the same `Idempotency-Key` is done once and answered alike every time.

The answer is stored in the transaction of the act, so there is no moment at which one exists without the
other. While the first request runs, a second one is told so (409); a refused request leaves nothing behind
and may be repeated with the same key.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .errors import InFlight, KeyReused
from .models import IdempotentAnswer

HEADER = "Idempotency-Key"
LONGEST = 255
KEPT = timedelta(hours=24)


def once(request: Request, work: Callable[[], Response]) -> HttpResponse:
    """Do the work, or answer as it was answered before."""
    owner = request.user.pk
    assert owner is not None  # noqa: S101 - the permission classes let nobody else in
    key = _key(request)
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        _take_turn(owner, key)
        known = IdempotentAnswer.objects.filter(owner_id=owner, key=key).first()
        if known is not None:
            return _again(known, fingerprint)
        response = work()
        if response.status_code < 300:
            IdempotentAnswer.objects.create(
                owner_id=owner,
                key=key,
                fingerprint=fingerprint,
                status=response.status_code,
                body=JSONRenderer().render(response.data).decode(),
            )
        return response


def purge() -> int:
    """Forget answers older than a day, some thousands at a time."""
    old = IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    return IdempotentAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:2000])).delete()[0]


def _key(request: Request) -> str:
    key = request.headers[HEADER]
    if not 1 <= len(key) <= LONGEST or not key.isprintable() or not key.isascii():
        raise ValidationError({HEADER: [_("1 to 255 printable ASCII characters, please.")]})
    return key


def _take_turn(owner: int, key: str) -> None:
    # Held until the transaction ends, by whichever request came first; nobody waits for it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7))", [f"{owner}:{key}"])
        if not cursor.fetchone()[0]:
            raise InFlight(_("The first request with this key is still running; ask again in a moment."))


def _again(known: IdempotentAnswer, fingerprint: str) -> HttpResponse:
    if known.fingerprint != fingerprint:
        raise KeyReused(_("This key was used for a different request; choose a new one."))
    return HttpResponse(
        known.body,
        status=known.status,
        content_type="application/json",
        headers={"Idempotency-Replayed": "true"},
    )


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    data: Any = request.data
    if hasattr(data, "lists"):  # a form, possibly with files
        plain = {name: values for name, values in data.lists() if name not in request.FILES}
        digest.update(json.dumps(plain, sort_keys=True).encode())
        for name, files in request.FILES.lists():
            for file in files:
                digest.update(f"{name}\n{file.name}\n{file.size}\n".encode())
                for chunk in file.chunks():
                    digest.update(chunk)
                file.seek(0)
    else:
        digest.update(json.dumps(data, sort_keys=True).encode())
    return digest.hexdigest()
