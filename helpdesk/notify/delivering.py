"""Sending what is due. Claim, send, mark: two short transactions with the network between them.

A delivery is claimed by a lease. Whoever dies while sending leaves a lease that runs out, and the letter
goes again under the same Message-ID; nobody else can hold it meanwhile. `attempts` numbers the lease, so
a sender that overslept its own cannot mark what another one has taken over. A death of a sender is no
refusal: only what the carrier says counts towards giving a letter up. Many letters to one person may
become one (`digests`): it is claimed, sent and marked as one, with all its parts.
"""

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, QuerySet

from helpdesk.channels.base import Letter, Receipt, Transport, TransportError
from helpdesk.channels.registry import open_transport
from helpdesk.core import clock, events
from helpdesk.timers.heartbeat import beat

from . import digests, kinds, render
from .events import DeliveryFailed
from .models import Delivery, DeliveryState, Notice, Sent

log = logging.getLogger(__name__)
LEASE_SECONDS = 60
BACK_OFF = (5, 30, 120, 600, 3600)  # seconds before the second, third … attempt
ATTEMPTS = len(BACK_OFF) + 1
MOST_DEATHS = 50  # a letter that kills whoever sends it must end somewhere, too

_CLAIM = f"""
UPDATE notify_delivery SET state = 'sending', attempts = attempts + 1,
       deaths = deaths + (state = 'sending')::int,  -- whoever had it last never came back
       next_attempt_at = clock_timestamp() + interval '{LEASE_SECONDS} seconds'
WHERE id = (
    SELECT id FROM notify_delivery
    WHERE state IN ('queued', 'sending') AND next_attempt_at <= clock_timestamp()
    ORDER BY next_attempt_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, attempts, deaths, bundle, channel
"""  # noqa: S608 – the only value put in is a number of ours


@dataclass(frozen=True)
class _Claim:
    delivery: Delivery
    attempt: int
    deaths: int = 0
    parts: tuple[Delivery, ...] = ()

    @property
    def tries(self) -> int:
        """Which answer of the carrier this one brings; senders that died brought none."""
        return self.attempt - self.deaths

    @property
    def notice(self) -> Notice:
        return self.delivery.notice

    @property
    def notices(self) -> list[Notice]:
        """What the letter tells: one notice, or those of all parts of a digest."""
        return sorted((one.notice for one in (self.delivery, *self.parts)), key=lambda notice: notice.pk)

    @property
    def carrier(self) -> str:
        channel = self.delivery.channel
        return digests.CARRIER if channel == digests.CHANNEL else channel

    @property
    def recipient(self) -> str:
        return self.notice.address or (self.notice.person.email if self.notice.person else "")


def deliver_due(limit: int = 100) -> int:
    """Send up to `limit` letters that are due; the number that went out."""
    sent = tried = 0
    with ExitStack() as stack:
        transports: dict[str, Transport] = {}
        while tried < limit and (claim := _claim_next()):
            tried += 1
            channel = claim.carrier
            if channel not in transports:
                transports[channel] = stack.enter_context(open_transport(channel))
            try:
                letter, receipt = _carry(claim, transports[channel])
            except TransportError as error:
                _mark_failed(claim, str(error), final=error.permanent)
                if error.down:
                    break  # the others keep their attempts for when the carrier is back
            except Exception as error:
                # One letter that cannot be made must not stand in the way of the rest.
                log.exception("notify.letter.broken", extra={"delivery": claim.delivery.pk})
                _mark_failed(claim, f"{type(error).__name__}: {error}", final=False)
            else:
                sent += _mark_sent(claim, letter, receipt)
    beat("notify.deliver", oldest_wait())
    return sent


def oldest_wait() -> float:
    """How many seconds the oldest letter that is due has been waiting; the age of the outbox."""
    oldest = Delivery.objects.filter(
        state__in=[DeliveryState.QUEUED, DeliveryState.SENDING], next_attempt_at__lte=(now := clock.judge())
    ).aggregate(oldest=Min("next_attempt_at"))["oldest"]
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def _claim_next() -> _Claim | None:
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM)
            row = cursor.fetchone()
            if row is None:
                return None
            pk, attempt, deaths, bundle, channel = row
            if digests.joins(pk, bundle, channel):
                continue
            parts = tuple(digests.parts(pk, bundle)) if channel == digests.CHANNEL else ()
        delivery = Delivery.objects.select_related("notice__person").get(pk=pk)
        return _Claim(delivery, attempt, deaths, parts)


def _carry(claim: _Claim, transport: Transport) -> tuple[Letter, Receipt]:
    if claim.deaths >= MOST_DEATHS:
        raise TransportError(f"{claim.deaths} senders died while sending it", permanent=True)
    words = render.digest(claim.notices) if claim.parts else render.letter(claim.notice)
    letter = Letter(
        to=claim.recipient,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=claim.delivery.message_id,
        language=getattr(claim.notice.person, "language", "") or claim.notice.language,
    )
    return letter, transport.send(letter)


def _still_ours(claim: _Claim) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=claim.delivery.pk, attempts=claim.attempt, state=DeliveryState.SENDING)


@transaction.atomic
def _mark_sent(claim: _Claim, letter: Letter, receipt: Receipt) -> int:
    marked = _still_ours(claim).update(
        state=DeliveryState.SENT,
        done_at=clock.judge(),
        next_attempt_at=None,
        provider_id=receipt.provider_id,
        error="",
    )
    _mark_parts(claim, marked, state=DeliveryState.SENT, provider_id=receipt.provider_id)
    if settings.DEMO or not settings.EMAIL_HOST:
        copy = Sent(
            message_id=letter.message_id,
            to=letter.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )
        Sent.objects.bulk_create([copy], ignore_conflicts=True)
    if kinds.get(claim.notice.kind).secret:
        Notice.objects.filter(pk=claim.notice.pk).update(context={})
    return marked


def _mark_parts(claim: _Claim, marked: int, **values: Any) -> None:
    """The parts of a digest share its fate, if the digest is still ours."""
    if marked and claim.parts:
        ids = [part.pk for part in claim.parts]
        rows = Delivery.objects.filter(pk__in=ids, state=DeliveryState.QUEUED)
        rows.update(done_at=clock.judge(), attempts=claim.attempt, **values)


@transaction.atomic
def _mark_failed(claim: _Claim, reason: str, *, final: bool) -> None:
    final = final or claim.tries >= ATTEMPTS
    wait = None if final else timedelta(seconds=BACK_OFF[claim.tries - 1])
    now = clock.judge()
    marked = _still_ours(claim).update(
        state=DeliveryState.FAILED if final else DeliveryState.QUEUED,
        next_attempt_at=None if wait is None else now + wait,
        done_at=now if final else None,
        error=reason[:300],
    )
    log.warning("notify.delivery.failed", extra={"delivery": claim.delivery.pk, "final": final})
    if marked and final:
        _mark_parts(claim, marked, state=DeliveryState.FAILED, error=reason[:300])
        for notice in claim.notices:
            events.publish(
                DeliveryFailed(
                    notice.pk, notice.kind, notice.subject_ref, notice.event_id, claim.delivery.channel
                )
            )
