"""What a person finds behind the bell."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from helpdesk.core.errors import NotFound
from helpdesk.core.locks import hold

from . import render
from .models import Delivery, DeliveryState, Notice, Viewer

COUNTED = 100  # beyond this the figure says "99+"
_UNREAD = """
SELECT count(*) FROM (
    SELECT FROM notify_notice WHERE person_id = %s AND in_bell AND read_at IS NULL LIMIT %s
) unread
"""


@dataclass(frozen=True)
class Item:
    """One line behind the bell."""

    notice: Notice
    html: str


def unread_count(person: Viewer) -> int:
    """How many are unread, counted once per request (kept on the person) and never beyond a hundred."""
    if person.pk is None:
        return 0
    if not hasattr(person, "_unread_notices"):
        # Asked on every page: building the question anew would cost more than its answer.
        with connection.cursor() as cursor:
            cursor.execute(_UNREAD, [person.pk, COUNTED])
            person._unread_notices = cursor.fetchone()[0]  # type: ignore[union-attr]
    return person._unread_notices  # type: ignore[union-attr]


def items(person: Viewer, *, limit: int = 30, before: int | None = None) -> list[Item]:
    """The newest notices, those before the notice `before` when going further back."""
    notices = Notice.objects.in_bell_of(person).select_related("person").order_by("-id")
    if before is not None:
        notices = notices.filter(id__lt=before)
    return [Item(notice, render.bell_item(notice)) for notice in notices[:limit]]


def own_notice(person: Viewer, pk: int) -> Notice:
    """One of the person's own notices."""
    notice = Notice.objects.in_bell_of(person).filter(pk=pk).first()
    if notice is None:
        raise NotFound
    return notice


@transaction.atomic
def mark_read(notice: Notice) -> Notice:
    """Note that it was opened; the first time counts."""
    notice = hold(notice)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
        Delivery.objects.filter(notice=notice, channel="inapp").update(state=DeliveryState.READ)
    return notice


def mark_seen(person: Viewer, subject_ref: str) -> None:
    """Note that the person has opened what these notices are about; costs nothing when nothing is unread."""
    if unread_count(person):
        _mark_seen(person, subject_ref)


@transaction.atomic
def _mark_seen(person: Viewer, subject_ref: str) -> None:
    unread = Notice.objects.in_bell_of(person).unread().filter(subject_ref=subject_ref)
    ids = list(unread.values_list("id", flat=True))
    if ids:
        Notice.objects.filter(id__in=ids).update(read_at=timezone.now())
        Delivery.objects.filter(notice_id__in=ids, channel="inapp").update(state=DeliveryState.READ)
        del person._unread_notices  # type: ignore[union-attr]


@transaction.atomic
def mark_all_read(person: Viewer, *, up_to: int) -> None:
    """Note that everything the person had on the page was seen; what came later stays unread."""
    unread = Notice.objects.in_bell_of(person).unread().filter(id__lte=up_to)
    ids = list(unread.values_list("id", flat=True))
    Notice.objects.filter(id__in=ids).update(read_at=timezone.now())
    Delivery.objects.filter(notice_id__in=ids, channel="inapp").update(state=DeliveryState.READ)
