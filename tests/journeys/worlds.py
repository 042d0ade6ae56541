"""The cases everybody tries to reach: Mei's ticket with files and a note, Omar's own, what hangs on them."""

import io
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.db.models import F
from django.utils import timezone

from accounts.operations import api_keys
from disputes.models import ApprovalLimit, Dispute, SystemicIssue
from disputes.operations import (
    admitting,
    answering,
    appealing,
    appointing,
    asking,
    authorising,
    deadlines,
    keeping,
    proposing,
    purging,
    redacting,
    referring,
    remedying,
    ruling,
    talking,
)
from faq.models import Article, Subject
from faq.operations import policies, publishing
from helpdesk.notify.models import Notice
from tests.disputes import cases, early, rooms
from tests.journeys import doors_letters, doors_outside, doors_packs, doors_roles, doors_sides
from tests.support import builders, samples
from tests.support import cast as people
from tickets.models import Incident, Ticket
from tickets.operations import attaching, breaches, conversation, lifecycle, rostering
from tickets.operations import policies as sla

CANARY = "canary-7f3a-internal"
CAUCUS = "canary-91bc-without-prejudice"
NEVER = 999_999_999


class World(SimpleNamespace):
    """`known("ticket")` is a real identifier, `forged("ticket")` one of its shape that does not exist."""

    def known(self, name: str):
        return self.names[name]

    def forged(self, name: str):
        return self.forgeries.get(name)


def build() -> World:
    """Everything through operations, so that it is what people would have made."""
    everybody = people.gather()
    keys = {
        name: api_keys.issue(getattr(everybody, name), name="test", by=getattr(everybody, name))[1]
        for name in people.PEOPLE
    }
    # One trader has all these cases: what they come to together is not the point here.
    ApprovalLimit.objects.exclude(above=0).update(above=F("above") * 100)
    world = World(cast=everybody, keys=keys, names={}, forgeries={})
    for part in (
        _tickets,
        _disputes,
        _room,
        _before_mediation,
        _help,
        _rest,
        doors_letters.build,
        doors_sides.build,
        doors_packs.build,
        doors_outside.build,
        doors_roles.build,
    ):
        part(world)
    return world


def _stored(name: str) -> list[attaching.Stored]:
    return attaching.store([attaching.Upload(io.BytesIO(samples.picture()), name)])


def _solved(world: World) -> Ticket:
    ticket = builders.file(world.cast.mei)
    builders.answer(ticket, world.cast.ada, then="resolve")
    return ticket


def _incident(world: World) -> Incident:
    for person in (world.cast.omar, world.cast.fin, world.cast.faye, world.cast.dan, world.cast.rex):
        builders.file(person, "PLT-BUG", subject="Frozen", body="Nothing moves.")
    return Incident.objects.get()


def _tickets(world: World) -> None:
    mei, ada = world.cast.mei, world.cast.ada
    overdue = builders.file(mei, "GEN-ASK", at=timezone.now() - timedelta(hours=13))
    breaches.break_due()
    thanked = builders.file(mei, "GEN-ASK")
    builders.answer(thanked, ada)
    builders.say(thanked, mei, "收到，谢谢！")
    ticket = builders.file(mei, files=[("screen.png", samples.picture())])
    builders.answer(ticket, ada)
    note = conversation.post_message(ticket, by=ada, body=CANARY, kind="note", files=_stored(f"{CANARY}.png"))
    held = conversation.post_message(ticket, by=ada, body=f"Held {CANARY}", undo_seconds=60)
    late = builders.file(mei, at=timezone.now() - timedelta(days=30))
    world.ticket, world.late = ticket, late
    world.names |= {
        "ticket": ticket.reference,
        "late": late.reference,
        "overdue": overdue.reference,
        "thanked": thanked.reference,
        "solved": _solved(world).reference,
        "fresh": builders.file(mei).reference,
        "omars": builders.file(world.cast.omar, subject="Card refused", body="It says no.").reference,
        "file": ticket.attachments.exclude(message=note).get().key,
        "secret": note.attachments.get().key,
        "held": held.pk,
        "incident": _incident(world).pk,
    }
    world.forgeries |= dict.fromkeys(
        ("ticket", "late", "overdue", "thanked", "solved", "fresh", "omars"), "T-22ZZ22"
    ) | {
        "file": "A" * 27, "secret": "B" * 27, "held": NEVER, "incident": NEVER,
    }  # fmt: skip


def _disputes(world: World) -> None:
    """One case at every stage that has doors of its own."""
    cast = world.cast
    drawn = cases.opened(cast)
    appointing.draw(drawn, "mediator", by=cast.sun)
    mediating = cases.in_mediation(cast)
    talking.post(mediating, by=cast.mei, channel="caucus_trader", body=CAUCUS)
    talking.post(mediating, by=cast.sun, channel="internal", body=CANARY)
    offers = [
        proposing.make(mediating, by=by, text=CAUCUS, remedy="payment", amount=Decimal(9), currency="USDT")
        for by in (cast.hal, cast.mei)
    ]
    for one in offers:
        authorising.approve(one.authority, by=cast.sun)
    provisional, commented = cases.with_decider(cast), cases.with_decider(cast)
    for case in (provisional, commented):
        ruling.issue_provisional(case, cases.draft(case), by=cast.dan)
    for person in (cast.mei, cast.sun):
        ruling.close_comments(commented, by=person)
    approved = cases.accepted(cast)
    remedying.approve(approved, by=cast.sun)
    stages = _after(world) | {
        "opened": cases.opened(cast), "drawn": drawn, "mediating": mediating,
        "deciding": cases.with_decider(cast), "provisional": provisional, "commented": commented,
        "decided": cases.decided(cast), "owed": cases.accepted(cast), "approved": approved,
        "paid": cases.paid(cast),
    }  # fmt: skip
    world.deciding = stages["deciding"]
    world.names |= _money(world, stages["owed"])
    world.forgeries |= dict.fromkeys(("asked", "due", "hold"), NEVER)
    world.names |= {name: case.reference for name, case in stages.items()}
    world.names |= {
        "item": mediating.evidence.filter(mime_detected="image/png").first().key,
        "offer": offers[0].number, "own_offer": offers[1].number,
    }  # fmt: skip
    world.forgeries |= dict.fromkeys(stages, "D-2026-999999") | {
        "item": "C" * 27,
        "offer": 99,
        "own_offer": 99,
    }


def _room(world: World) -> None:
    """A case with something prepared, asked for, to be covered and played; one with a late item."""
    mei, hal = world.cast.mei, world.cast.hal
    case, late = cases.in_mediation(world.cast), cases.with_decider(world.cast)
    draft = rooms.aside(case, mei, "chart.png")[0]
    sound = rooms.handed_in(case, mei, ("call.wav", rooms.WAV), title="The call")[0]
    note = rooms.stored(("covered.txt", b"Line one.\n"))[0]
    asking.ask(
        case, "trader", [asking.Wanted("Bank statement", "bank_proof")], by=world.cast.nia, note="To see it."
    )
    places = [{"place": "Line 2", "reason": "third_party"}]
    asked = redacting.request(case.evidence.get(side="platform"), by=hal, places=places, file=note)
    world.names |= {"room": case.reference, "latecase": late.reference, "aside": draft.pk, "sound": sound.key}
    world.names |= {"request": 1, "wanted": 1, "covering": asked.number}
    item = rooms.handed_in(late, mei, "late.png", late_reason="The bank was slow.")[0]
    world.names["late_item"] = item.key
    world.forgeries |= dict.fromkeys(("room", "latecase"), "D-2026-999999")
    world.forgeries |= {"aside": NEVER, "sound": "E" * 27, "late_item": "F" * 27}
    world.forgeries |= dict.fromkeys(("request", "wanted", "covering"), 99)


def _money(world: World, owed: Dispute) -> dict[str, int]:
    """A sum that waits for an approval, a file whose time is over, and one that is held."""
    cast, ended = world.cast, [cases.decided(world.cast, **cases.NOTHING) for _case in range(2)]
    for case in ended:
        answering.accept(case, by=cast.mei)
    long_ago = timezone.now() - timedelta(days=8 * 366)
    Dispute.objects.filter(pk=ended[0].pk).update(closed_at=long_ago)
    deadlines.cancel(list(ended[0].deadlines.running()), at=long_ago)
    purging.propose()
    hold = keeping.put(ended[1].reference, kind="legal", reason="Court.", by=cast.cody)
    return {"asked": owed.remedies.get().authority_id, "due": ended[0].purge.pk, "hold": hold.pk}


def _before_mediation(world: World) -> None:
    """The same for the part in which the platform answers the complaint itself."""
    cast = world.cast
    reviewed = early.refused(cast)
    admitting.ask_review(reviewed, by=cast.mei)
    appointing.accept(reviewed, by=cast.rex, statements=appointing.STATEMENTS)
    waiting, answered = early.submitted(cast), early.answered(cast)
    stages = {
        "complained": early.complained(cast), "handled": early.investigated(cast), "waiting": waiting,
        "answered": answered, "proposed": early.proposed(cast), "refused": early.refused(cast),
        "reviewed": reviewed,
    }  # fmt: skip
    world.names |= {name: case.reference for name, case in stages.items()}
    world.names |= {"draft_seal": early.seal(waiting), "seal": answered.decisions.get().sha256}
    world.names["said"] = world.ticket.messages.order_by("id").first().pk
    world.forgeries |= dict.fromkeys(stages, "D-2026-999999")


def _after(world: World) -> dict[str, Dispute]:
    """What follows a decision: a review, a body outside, an end that need not be the last word."""
    cast, told = world.cast, cases.decided(world.cast)
    appealed = cases.decided(cast)
    appealing.file(appealed, by=cast.mei, ground="procedure", reasons="Nobody looked at the chart.")
    appointing.accept(appealed, by=cast.rex, statements=appointing.STATEMENTS)
    referring.tell(
        told, by=cast.mei, body=None, body_name="Court", day=timezone.now().date(), their_reference="7 C 12"
    )
    over = cases.decided(cast, outcome="not_upheld", remedy="none", amount=None, currency="")
    answering.accept(over, by=cast.mei)
    return {"appealed": appealed, "told": told, "over": over}


def _help(world: World) -> None:
    faye = world.cast.faye
    subject = (
        Subject.objects.get(slug="security")
        if Subject.objects.filter(slug="security")
        else Subject.objects.first()
    )
    text = {"en": publishing.Text("How withdrawals work", "In short.", "Ask for it.\n\n## Then\n\nWait.")}

    def write(slug: str, *, publish: bool = True, **settings) -> Article:
        made = publishing.create(by=faye, subject=subject, slug=slug, texts=text, **settings)
        return publishing.publish(made, by=faye) if publish else made

    article = write("how-withdrawals-work")
    write("not-yet", publish=False)
    write("for-us", internal=True)
    policy = policies.create(by=faye, slug="trading-rules")
    policies.publish_version(
        policy, by=faye, texts={"en": ("Rules", "Be fair."), "zh-hans": ("规则", "公平。")},
        effective_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    world.names |= {
        "subject": subject.slug, "article": "how-withdrawals-work", "draft": "not-yet", "internal": "for-us",
        "article_id": article.pk, "policy": "trading-rules", "number": 1,
    }  # fmt: skip
    world.forgeries |= {
        "subject": subject.slug,
        "draft": "no-such",
        "internal": "no-such-thing",
        "article_id": NEVER,
    }


def _rest(world: World) -> None:
    notice = Notice.objects.filter(person=world.cast.mei, in_bell=True).first()
    world.names |= {"notice": notice.pk if notice else 1, "mail": 1, "uid": "1", "token": "x-y"}
    world.names["key"] = world.cast.mei.api_keys.get().pk
    now = timezone.now()
    issue = SystemicIssue.objects.create(root_cause="RC-DELAY", opened_at=now, due_on=now.date())
    world.names["issue"], world.forgeries["issue"] = issue.pk, NEVER
    logins = sla.create_policy(
        name="Logins", by=world.cast.sun, position=1, calendar="24x7", conditions={"category": ["ACC-LOGIN"]},
        targets=[{"metric": "first_response", "seconds": 60}],
    )  # fmt: skip
    now, sun = timezone.now(), world.cast.sun
    running, planned = (
        rostering.add_duty(
            world.cast.ada, starts_at=now + shift, ends_at=now + shift + timedelta(hours=8), by=sun
        )
        for shift in (timedelta(hours=-1), timedelta(days=3))
    )
    payments = rostering.create_team(
        name_en="Payments", name_zh="支付", members=[world.cast.ada], categories=[], by=sun
    )
    world.names |= {"return": "fca", "duty": running.pk, "planned": planned.pk, "team": payments.code}
    world.forgeries |= {"return": "no-such", "duty": NEVER, "planned": NEVER, "team": "no-such-team"}
    world.names |= {"sla": logins.pk, "calendar": "office"}
    world.forgeries |= {"sla": NEVER, "calendar": "no-such-calendar"}
    world.forgeries |= {"notice": NEVER, "key": NEVER}


LONG_WORD = "https://exchange.example/account/withdrawals/" + "0123456789abcdef" * 9
LONG_REPLY = f"""See {LONG_WORD} and

| Time | Price | Source | Comment | More |
| --- | --- | --- | --- | --- |
| 2026-11-21T14:05:00.000000Z | 64121.500000000000000000 | {"x" * 60} | {"y" * 60} | z |

    {"a line of code that nobody has broken " * 6}

> {LONG_WORD}
"""


def add_long(world: World) -> None:
    """A ticket and a case of words that no phone is wide enough for; kept out of the crowd of doors."""
    mei, ada = world.cast.mei, world.cast.ada
    ticket = builders.file(
        mei,
        subject="W" * 120,
        body=f"{LONG_WORD}\n\n{'提现' * 150}",
        files=[("f" * 110 + ".png", samples.picture())],
    )
    lifecycle.set_tags(ticket, ["a-tag-" + "t" * 30, "another"], by=ada)
    builders.answer(ticket, ada, LONG_REPLY)
    conversation.post_message(ticket, by=ada, body=LONG_REPLY, kind="note")
    case = cases.in_mediation(world.cast, subject="W" * 120, body=LONG_WORD, reason=LONG_WORD)
    talking.post(case, by=mei, channel="open", body=f"{LONG_WORD} {'x' * 300}")
    proposing.make(
        case,
        by=world.cast.sun,
        text=LONG_WORD,
        remedy="payment",
        amount=Decimal("123456789.123456"),
        currency="USDT",
    )
    world.names |= {"long": ticket.reference, "longcase": case.reference}
