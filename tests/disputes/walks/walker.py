"""One walk: a random next act, its answer, and whether everything is then as the law says.

A walk is a list of `Doing` and of jumps of the clock. It is walked again from its list, so that one that
failed is shortened by leaving acts out.
"""

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from unittest import mock

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import LegalEntity, TradingAccount
from disputes.models import DelayNotice, Dispute, Draw
from disputes.operations import appointing, chain, resting, statutory, sweeping
from helpdesk.core import clock
from helpdesk.timers.models import State as Ticking
from tests.support.builders import answer, file, say

from . import after, before, mediation, ruling, sums
from .acts import ACTS, ROLES, Doing, capacity, do, judge
from .doors import FLAWLESS, House, code, knock
from .law import LETTERS, NEEDS, OVER, Case, P
from .prints import Prints

PARTS = (before, mediation, ruling, after, sums)  # imported, their acts are in ACTS
PLACES = ["HOUSE", "UK-FCA", "UK-PSD", "CY-CYSEC", "EU-CASP", "AU-ASIC", "CN-REF"]
OPENINGS = ["complaint", "trader", "supervisor"]


@dataclass(frozen=True)
class Jump:
    """To the next moment at which something is due ("rung": or reminds), or some hours on."""

    to: str


@dataclass(frozen=True)
class Start:
    """How the case begins, and under whose rules."""

    how: str
    place: str


class Astray(AssertionError):
    """The product and the law differ; `steps` is how to get there."""

    def __init__(self, why, steps):
        super().__init__(why)
        self.steps = steps


class Broke(Astray):
    """The product itself failed: as bad as any difference, and shown the same way."""

    def __init__(self, error, steps):
        super().__init__(f"{type(error).__name__}: {error}", steps)
        self.kind = type(error)


_ERROR = re.compile(rb"(?:error|notice)[^>]*>([^<]+)<")


class Walk:
    """A case from its ticket to wherever chance takes it."""

    def __init__(self, house: House, prints: Prints, ticket, seed: int):
        self.house, self.prints, self.ticket, self.dice = house, prints, ticket, random.Random(seed)
        self.case, self.dispute, self.now = Case(), None, timezone.now()
        self.steps, self.rows, self.refused = [], Counter(), Counter()
        self.done_acts = []
        self.after = self.external = None

    # --- one step ------------------------------------------------------------------------------
    def take(self, step):
        self.steps.append(step)
        with clock.at(self.now):
            match step:
                case Start():
                    self._begin(step)
                case Jump():
                    self._jump(step)
                case Doing():
                    self._do(step)
        self._overdue()

    def _begin(self, start):
        house, ref = self.house, [self.ticket.reference]
        account = TradingAccount.objects.filter(holder=house.people["mei"]).first()
        LegalEntity.objects.filter(pk=account.entity_id).update(jurisdiction=start.place)
        said = self.ticket.messages.filter(from_staff=False).last()
        self._refused_to_open(ref, said)
        if start.how == "complaint":
            found = house.api("ada", "api_ticket_complaint", ref, {"message": said.pk, "complaint": True})
        else:
            who = "mei" if start.how == "trader" else "sun"
            found = house.api(who, "api_ticket_escalate", ref, {"reason": "Not solved."})
        self.check(code(found) == 0, f"{start} was answered {found.status_code}: {found.content[:300]}")
        self.dispute = Dispute.objects.get(ticket=self.ticket)
        case = self.case
        case.cause, case.rule = start.how, self.dispute.policy_version.rule
        days = statutory.dates(self.dispute.policy_version, self.dispute.received_at)
        case.simple_until, case.extends_to = days["simple"], days["extended"]
        case.go("acknowledged", P)
        case.start("response", "hard_stop", "assign_handler")
        told = ["receive", "evidence.admitted", "acknowledge"]
        opener = {"complaint": "ada", "supervisor": "sun"}.get(start.how)
        case.on_ticket |= {"ada"} | ({opener} - {None})
        case.involved |= case.on_ticket
        if start.how != "complaint":
            told += case.escalate()
        self._agree(told, 0)

    def _refused_to_open(self, ref, said):
        before = self.prints.take()
        tried = {
            "omar": 404, "nia": 404, "root": 404, "ivo": 403, "cody": 403, "mei": 403, "nobody": 401,
        }  # fmt: skip
        for who, wanted in tried.items():
            found = self.house.api(who, "api_ticket_complaint", ref, {"message": said.pk, "complaint": True})
            self.check(code(found) == wanted, f"{who} complained: {found.status_code}, not {wanted}")
        self.check(self.prints.take() == before, "a refused complaint wrote something")

    def _do(self, doing):
        case, wanted = self.case, judge(self.case, doing, self.now)
        length, before = self.dispute.chain_length, self.after or self.prints.take()
        found = knock(self.house, case, self.dispute, doing, self.now)
        got = code(found)
        words = b"".join(found.streaming_content) if found.streaming else found.content
        if b"<main" in words:
            words = b" ".join(_ERROR.findall(words))
        # What is wrong in itself may be told before that it is not the time for it.
        fits = got == wanted or (doing.bad and got == 400 and wanted in (403, 409))
        self.check(fits, f"{doing}: answered {got}, the law says {wanted}: {words[:500]!r}")
        if wanted:
            self.refused[wanted] += 1
            after = self.prints.take()
            wrote = {name for name in after if after[name] != before[name]}
            self.check(not wrote, f"{doing}: refused with {got}, and wrote into {sorted(wrote)}")
            self.after = after
            return
        told = do(case, doing, self.now)
        self.done_acts.append(doing.act)
        self._agree(told, length, doing)

    def _jump(self, jump):
        if jump.to in ("due", "rung"):
            running = self.dispute.deadlines.filter(state=Ticking.RUNNING)
            moments = set(running.values_list("due_at", flat=True))
            if jump.to == "rung":
                moments |= set(self.dispute.deadlines.values_list("warn_at", flat=True)) - {None}
            later = [moment for moment in moments if moment > self.now]
            self.now = min(later, default=self.now + timedelta(days=1))
        else:
            self.now += timedelta(hours=float(jump.to))
        self._time()

    def _time(self):
        """The sweep comes by, as it does every second."""
        length, case = self.dispute.chain_length, self.case
        owed = list(self.dispute.remedies.order_by("id").values())
        with clock.at(self.now):
            sweeping._handle(self.dispute.pk)
            resting.close_rested()
            again = sweeping._handle(self.dispute.pk)
        told = case.tick(self.now, self._reminded(length))
        self.check(not self.dispute.deadlines.exclude(postponed_until=None).exists(), "the sweep failed")
        self.check(list(self.dispute.remedies.order_by("id").values()) == owed, "time moved money")
        self._agree(told, length, Jump("time"), extra={"clock.warned"})
        self.check(again == 0, "the same second was swept twice")

    def _reminded(self, length):
        """Of which clocks somebody was reminded, and whether they were broken already."""
        rows = self.dispute.events.filter(seq__gt=length, action="dispute.clock.warned").order_by("seq")
        facts = [json.loads(body)["facts"] for body in rows.values_list("body", flat=True)]
        return [(one["clock"][0], one["rung"].startswith("late")) for one in facts]

    def _overdue(self):
        """An act may have brought back a clock that is over already (T04): the next second notices."""
        if self.dispute and any(due <= self.now for due in self.case.clocks.values()):
            with clock.at(self.now):
                self._time()

    # --- what must be true after every step ----------------------------------------------------
    def check(self, true, why):
        if not true:
            raise Astray(f"{why} (state {self.case.state})", self.steps)

    def _agree(self, told, length, doing="the opening", extra=frozenset()):
        case, dispute = self.case, self.dispute
        dispute.refresh_from_db()
        case.touched = self.now if dispute.chain_length > length else case.touched
        events = list(dispute.events.filter(seq__gt=length).order_by("seq").values_list("action", "body"))
        acts = [action.removeprefix("dispute.") for action, _body in events]
        if not length:
            acts = list(dict.fromkeys(acts))  # one link for each file of the ticket
        told, case.also = [*told, *case.also], []
        told = [*told, *(LETTERS[one] for one in told if one in LETTERS)]
        left = Counter(one for one in acts if one not in extra)
        self.check(left == Counter(told), f"{doing} left {acts}, not {told}")
        for _action, body in events:
            self._row(body)
        self._seats()
        case.run_out(self.now)
        self.check(
            (dispute.state, dispute.waiting_on) == (case.state, case.waiting),
            f"{doing} led to {dispute.state}, waiting on {dispute.waiting_on};"
            f" the law says {case.state}, {case.waiting}",
        )
        self.check(dispute.outcome == case.outcome, f"outcome {dispute.outcome!r}, not {case.outcome!r}")
        self.check((dispute.closed_at is not None) == (case.state in OVER), "the day of the end")
        self._clocks(doing)
        self._rights()
        self.after = None

    def _row(self, body):
        told = json.loads(body)["facts"].get("transition")
        if told:
            self.rows[told] += 1

    def _seats(self):
        held = {
            seat.role: (seat.user.email.partition("@")[0], seat.declared_at is not None)
            for seat in self.dispute.assignments.active().select_related("user")
        }
        handler, _signed = held.pop("handler", ("", False))
        case = self.case
        self.check(handler == case.handler, f"handler {handler!r}, not {case.handler!r}")
        self.check(held.keys() == case.seats.keys(), f"seats {held}, not {case.seats}")
        for role, (who, signed) in held.items():
            seat = case.seats[role]
            self.check(
                who == seat.who or (not seat.who and who in seat.pool), f"{who} sits as {role}: {seat}"
            )
            self.check(signed == seat.signed, f"{role} signed: {signed}")
            seat.who = who
            self.check(not self.dispute.involvements.filter(user=self.house.people[who]).exists(), "F1")

    def _clocks(self, doing):
        case = self.case
        rows = self.dispute.deadlines.filter(state=Ticking.RUNNING)
        running = {(row.metric, row.waits_for): row for row in rows}
        running.pop(("ack", P), None)
        self.check(
            running.keys() == case.clocks.keys(),
            f"{doing}: running {sorted(running)}, the law says {sorted(case.clocks)}",
        )
        case.clocks = {key: row.due_at for key, row in running.items()}
        case.born = {key: row.started_at for key, row in running.items()}
        owed = set(self.dispute.deadlines.open().values_list("metric", flat=True))
        need = NEEDS.get(case.state)
        self.check(not need or need & owed, f"{case.state} without a clock of {need}: {owed}")
        if case.state == "response_issued":
            row = rows.get(metric="accept_response")
            told = row.rungs.exclude(rung="due").values("at").distinct()
            case.reminders = told.count()
        sent = set(DelayNotice.objects.filter(deadline__dispute=self.dispute).exclude(sent_at=None)
                   .values_list("deadline__metric", flat=True))  # fmt: skip
        law = {key for key, how in case.notices.items() if how == "sent"}
        self.check(law <= sent, f"delay notices sent {sent}, the law says {law}")

    def _rights(self):
        """The day to go outside is never taken back or moved, whatever happens here."""
        latest = self.dispute.external_latest_at
        self.check(self.external is None or latest == self.external, f"{self.external} became {latest}")
        self.external = latest

    def done(self):
        """At the end of a walk: the log is whole, and the draws can be drawn again."""
        if self.dispute is None:
            return
        faults = list(chain.faults(self.dispute))
        self.check(not faults, f"the log does not verify: {faults}")
        for drawn in Draw.objects.filter(dispute=self.dispute):
            self.check(appointing.replay(drawn), "a draw cannot be replayed")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    # --- choosing ------------------------------------------------------------------------------
    def open_to_somebody(self) -> dict:
        """By act, everything that anybody may do now."""
        found: dict = {}
        for who in ROLES:
            mine = capacity(self.case, who)
            for name, one in ACTS.items() if mine else ():
                for args in one.choices if mine & one.who else ():
                    if not judge(self.case, doing := Doing(who, name, args), self.now):
                        found.setdefault(name, []).append(doing)
        return found

    def next(self, seen: Counter):
        """Mostly something that may be done, the rare before the rest; else anything by anybody, or time."""
        dice = self.dice
        if self.dispute is None:
            return Start(dice.choices(OPENINGS, [5, 2, 1])[0], dice.choice(PLACES))
        chance = dice.random()
        if self.case.state == "response_issued" and chance < 0.3:  # silence ends it after two reminders (T10)
            return Jump("due" if self.case.reminders > 1 else "rung")
        if chance < 0.14:
            return Jump(dice.choices(["due", "rung", "49", "1", "750"], [4, 5, 3, 1, 0.4])[0])
        if chance < 0.44:
            doing = Doing(dice.choice(sorted(ROLES)), dice.choice(sorted(ACTS)))
            return Doing(doing.who, doing.act, dice.choice(ACTS[doing.act].choices))
        may = self.open_to_somebody()
        # The rare acts first, but never the same ones only.
        weights = [ACTS[name].weight * (1 + seen[name]) ** -0.6 for name in may]
        found = dice.choice(may[dice.choices(list(may), weights)[0]])
        bad = dice.random() < 0.12 and found.act not in FLAWLESS
        bad = bad and (found.act, found.who) not in {("escalate", "mei"), ("decline_offer", "mei")}
        return Doing(found.who, found.act, found.args, bad)


def base():
    """What every walk begins with: people with keys, and an answered ticket of Mei's."""
    house = House()
    entity = LegalEntity.objects.create(code="walks", name="Walks Ltd")
    TradingAccount.objects.create(holder=house.people["mei"], entity=entity, number="W-1")
    ticket = file(house.people["mei"], "WDR-DELAY")
    answer(ticket, house.people["ada"])
    say(ticket, house.people["mei"], "我要投诉。")
    return house, Prints(), ticket


def run(ground, seed, length=None, steps=None, seen=None) -> Walk:
    """One walk from a seed, or again from its steps; everything it wrote is undone."""
    seen = Counter() if seen is None else seen
    walk, coins = Walk(*ground, seed), random.Random(seed)
    quiet = mock.patch("helpdesk.core.throttle.take", return_value=0)
    drawn = mock.patch("disputes.operations.appointing.secrets.token_hex", lambda n: coins.randbytes(n).hex())
    with transaction.atomic(), quiet, drawn:
        try:
            if steps is not None:
                for step in steps:
                    walk.take(step)
            else:
                for _n in range(length or walk.dice.randint(15, 70)):
                    walk.take(walk.next(seen))
            walk.done()
        except Astray:
            raise
        except Exception as error:
            raise Broke(error, walk.steps) from error
        finally:
            seen.update(walk.done_acts)
            transaction.set_rollback(True)
    return walk


def shorten(ground, seed, astray, tries=120):
    """The fewest of its steps that still go astray in the same way: one after the other is left out."""
    steps, why, kind = list(astray.steps), "", getattr(astray, "kind", None)
    place = 0
    while place < len(steps) and tries:
        tries -= 1
        fewer = steps[:place] + steps[place + 1 :]
        try:
            run(ground, seed, steps=fewer)
        except Astray as found:
            if getattr(found, "kind", None) == kind:  # without their beginning, steps fail in other ways
                steps, why = fewer, str(found)
            else:
                place += 1
        else:
            place += 1
    return steps, why
