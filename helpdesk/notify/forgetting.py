"""Taking away what people were told about a thing that is erased."""

from collections.abc import Iterable

from .models import Delivery, Notice, Sent


def forget(references: Iterable[str]) -> int:
    """Notices, letters on their way and kept copies about these references are gone."""
    about = Notice.objects.filter(subject_ref__in=list(references))
    letters = Delivery.objects.filter(notice__in=about).exclude(message_id="")
    Sent.objects.filter(message_id__in=list(letters.values_list("message_id", flat=True))).delete()
    return about.delete()[0]
