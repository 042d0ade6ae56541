"""What of a case leaves the house in a copy: no more than the doors show, and less for neutrals."""

import json
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Person

from ..models import Dispute, DisputeDeadline, DisputeMessage, Event, EventData, ExternalPack, Offer
from ..states import NEUTRAL, Channel
from . import (
    BETWEEN_SIDES,
    INNER,
    OFFERS_SEEN_BY,
    events_for,
    evidence_for,
    grants,
    messages_for,
    offers_for,
    reads_as,
)

# Texts of the log that everybody who may open the file reads anyway, on its pages.
_READ_BY_ALL = (
    "dispute.receive", "dispute.remedy.paid", "dispute.clock.extended", "dispute.delay.sent",
)  # fmt: skip
_ADMITTED = "dispute.evidence.admitted"


def taken_messages(person: Person, dispute: Dispute) -> "QuerySet[DisputeMessage]":
    """What was said, as it may leave the house: no neutral carries away what was said without prejudice."""
    rows = messages_for(person, dispute)
    return rows.filter(channel=Channel.OPEN) if _reads_as_neutral(person, dispute) else rows


def taken_offers(person: Person, dispute: Dispute) -> "QuerySet[Offer]":
    """Offers, for the two sides."""
    return dispute.offers.none() if _reads_as_neutral(person, dispute) else offers_for(person, dispute)


def taken_events(person: Person, dispute: Dispute) -> "QuerySet[Event]":
    """The links whose text may be in a copy of the file; of all others only the hash is."""
    rows = events_for(person, dispute)
    if _reads_as_neutral(person, dispute):
        apart = Q(action__startswith="dispute.said.") & ~Q(action="dispute.said.open")
        apart |= Q(action__startswith="dispute.offer.") | Q(action="dispute.settle")
        apart |= Q(action__startswith="dispute.clock.") & Q(body__contains='"offer_valid"')
        rows = rows.exclude(apart)
    return rows


def taken_clocks(person: Person, dispute: Dispute) -> list[DisputeDeadline]:
    """Every date, but for a neutral not those of offers: they would tell that there was one."""
    rows = grants.clocks_for(person, dispute)
    return list(rows.exclude(metric="offer_valid") if _reads_as_neutral(person, dispute) else rows)


def taken_texts(person: Person, dispute: Dispute) -> list[EventData]:
    """What was typed, of the links that are open to the person: their own words, and what pages show them."""
    said = {message.channel for message in taken_messages(person, dispute)}
    may = Q(event__actor=person) | Q(event__action__in=(*_READ_BY_ALL, _ADMITTED))
    may |= Q(event__action__in=[f"dispute.said.{channel}" for channel in said])
    if not _reads_as_neutral(person, dispute) and reads_as(person, dispute) & OFFERS_SEEN_BY:
        may |= Q(event__action__startswith="dispute.offer.") | Q(event__action="dispute.settle")
    rows = EventData.objects.filter(may, event__in=taken_events(person, dispute).values("pk"))
    items = {item.index_no for item in evidence_for(person, dispute)}
    return [row for row in rows.select_related("event").order_by("event__seq") if _is_open(row, items)]


def handed_events(pack: ExternalPack) -> "QuerySet[Event]":
    """The links whose text may be handed to a body outside: what both sides may know of, and is not apart.

    A link that names another body says nothing to this one.
    """
    apart = Q(action__startswith="dispute.said.") & ~Q(action="dispute.said.open")
    apart |= Q(action__startswith="dispute.offer.") | Q(action="dispute.settle")
    apart |= Q(action__startswith="dispute.clock.") & Q(body__contains='"offer_valid"')
    own = f'"body":"{pack.body.code if pack.body else ""}"'
    apart |= Q(body__contains='"body":"') & ~Q(body__contains='"body":""') & ~Q(body__contains=own)
    rows = pack.dispute.events.select_related("actor").exclude(apart)
    return rows.exclude(action__in=(*INNER, *BETWEEN_SIDES))


def handed_texts(pack: ExternalPack) -> list[EventData]:
    """What was typed, of these links: what both sides read on their pages, and nothing of a settlement."""
    open_to_all = (*_READ_BY_ALL, _ADMITTED, f"dispute.said.{Channel.OPEN}")
    links = handed_events(pack).filter(action__in=open_to_all)
    links = links.exclude(action="dispute.remedy.paid", at__in=settled_at(pack.dispute))
    rows = EventData.objects.filter(event__in=links)
    items = {item.index_no for item in pack.dispute.evidence.in_index().filter(visibility="both")}
    return [row for row in rows.select_related("event").order_by("event__seq") if _is_open(row, items)]


def settled_at(dispute: Dispute) -> list[datetime]:
    """When something was carried out that the sides had agreed on between themselves."""
    agreed = Q(offer__isnull=False) | Q(part_of__offer__isnull=False)
    rows = dispute.remedies.filter(agreed).values_list("paid_at", flat=True)
    return [at for at in rows if at is not None]


def _is_open(row: EventData, items: set[str]) -> bool:
    """Nothing that was typed about an item goes where the item does not."""
    return row.event.action != _ADMITTED or json.loads(row.event.body)["facts"]["evidence"] in items


def _reads_as_neutral(person: Person, dispute: Dispute) -> bool:
    return bool(reads_as(person, dispute) & set(NEUTRAL))
