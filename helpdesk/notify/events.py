"""Facts about notices that others act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DeliveryFailed:
    """A notice could not be delivered by one channel and will not be tried again."""

    notice_id: int
    kind: str
    subject_ref: str
    event_id: str
    channel: str = "email"
