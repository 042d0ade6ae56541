"""What is said in a case, and what saying it does to whose turn it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock, richtext
from helpdesk.core.errors import Forbidden, Invalid
from helpdesk.core.text import many_lines, preview

from .. import access
from ..errors import ChannelClosed
from ..models import Dispute, DisputeMessage
from ..states import HANDLING, MEDIATING, Actor, Channel, State, Waiting
from . import asking, chain, deadlines, involving, replying, telling
from .case import hold

LONGEST = 20_000
# After the mediator has spoken, the turn is with whoever was spoken to.
_TURN = {
    Channel.OPEN: Waiting.BOTH,
    Channel.CAUCUS_TRADER: Waiting.TRADER,
    Channel.CAUCUS_PLATFORM: Waiting.PLATFORM,
}


@transaction.atomic
def post(
    dispute: Dispute, *, by: Person, channel: str, body: str, at: datetime | None = None
) -> DisputeMessage:
    """Say something in one of the channels open to the person at this stage."""
    dispute, at = hold(dispute), at or clock.now()
    body = many_lines(body)
    role = access.acting(by, dispute, access.actors_of(by, dispute))
    access.require_declared(by, dispute)
    if not access.may_speak(by, dispute, channel):
        raise Forbidden
    if channel not in access.channels_for(by, dispute):
        raise ChannelClosed
    if channel == Channel.OPEN:
        replying.require_turn(dispute, role)
    if not body:
        raise Invalid(fields={"body": [_("Please write something before sending.")]})
    if len(body) > LONGEST:
        raise Invalid(fields={"body": [_("Please shorten the text to 20,000 characters.")]})
    message = DisputeMessage.objects.create(
        dispute=dispute,
        channel=channel,
        author=by,
        role=role,
        body=body,
        body_html=richtext.plain(body) if role == Actor.TR else richtext.message(body),
        language=by.language,
        created_at=at,
    )
    _turn(dispute, role, channel, at)
    if channel == Channel.OPEN:
        replying.after_talk(dispute, role, by=by, at=at)
    read = body if role == Actor.TR else richtext.words(body)
    event = chain.add(
        dispute,
        f"dispute.said.{channel}",
        by=by,
        role=role,
        at=at,
        facts={"message": message.pk, "channel": str(channel)},
        private={"body": body},
        handling=role in HANDLING,
    )
    hearers = [person for person in _hearers(dispute, channel) if person.pk != by.pk]
    telling.people(
        "dispute.message", dispute, event, hearers, by=by, channel=str(channel), line=preview(read, 300)
    )
    return message


def _turn(dispute: Dispute, role: str, channel: str, at: datetime) -> None:
    if dispute.state != State.IN_MEDIATION:
        return
    if role in MEDIATING:
        deadlines.meet(dispute, ["mediator_activity"], at=at)
        deadlines.start(dispute, "mediator_activity", at=at)
        turn = _TURN.get(Channel(channel))
    elif channel == Channel.INTERNAL:
        return
    else:
        turn = Waiting.MEDIATOR
    if turn is not None and not asking.is_waited_for(dispute):
        dispute.waiting_on = turn
        dispute.save(update_fields=["waiting_on"])


def _hearers(dispute: Dispute, channel: str) -> list[Person]:
    """Who is told; the same people who can read it, without those who only oversee."""
    people: dict[int, Person] = {}
    if channel in {Channel.OPEN, Channel.CAUCUS_TRADER}:
        people |= {person.pk: person for person in telling.trader_side(dispute)}
    if channel == Channel.OPEN:
        people |= {person.pk: person for person in telling.platform(dispute)}
    if channel in {Channel.CAUCUS_PLATFORM, Channel.INTERNAL}:
        house = telling.platform_in_confidence(dispute)
        involving.told(dispute, house)
        people |= {person.pk: person for person in house}
    if channel in {Channel.OPEN, Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM}:
        seats = dispute.assignments.active().neutral().exclude(declared_at=None).select_related("user")
        if channel != Channel.OPEN:
            seats = seats.filter(role__in=MEDIATING)
        people |= {seat.user_id: seat.user for seat in seats}
    return list(people.values())
