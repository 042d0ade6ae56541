"""What follows from facts about people."""

from helpdesk.core import events
from helpdesk.realtime import push

from .events import AccessChanged


@events.after(AccessChanged)
def close_streams(event: AccessChanged) -> None:
    """Streams opened under the old roles end within seconds."""
    push.kick(event.person_id)
