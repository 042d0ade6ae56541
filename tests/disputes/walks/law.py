"""disputes.md as a model of its own: what a case is, and what ends or moves by itself. No product imported.

Beside 1.3–1.5 it holds what docs/decisions/0014 says is bent. A clock here is only a name and a side; when it
ends is read from the product, because deadline arithmetic has its own proof (test_statutory).
"""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

T, P = "trader", "platform"
OVER = {"inadmissible", "withdrawn", "closed"}
GATHERING = {
    "received", "acknowledged", "investigating", "response_issued", "mediation_pending", "in_mediation",
}  # fmt: skip
MEDIATORS = {"mediator", "external_mediator"}
NEUTRALS = MEDIATORS | {"decider", "appeal_reviewer"}
STATUTORY = {"ack", "response", "hard_stop"}
FIXED = {"ack", "hard_stop", "external_latest", "reopen_window"}
WINDOWS = {
    "object_mediator", "comment_provisional", "accept_decision", "file_appeal", "confirm_remedy",
    "accept_response", "reopen_window", "reply", "external_latest",
}  # fmt: skip
# Whose clock it is (6.3); what both owe has one for each.
WAITS = {
    "ack": [P], "response": [P], "hard_stop": [P], "assign_handler": [P], "appoint_mediator": [P],
    "pay_remedy": [P], "accept_response": [T], "accept_decision": [T], "confirm_remedy": [T],
    "reopen_window": [T], "external_latest": [T], "mediator_accepts": ["mediator"],
    "mediation": ["mediator"], "mediator_activity": ["mediator"], "decide": ["decider"],
    "final_decision": ["decider"], "decide_appeal": ["reviewer"], "object_mediator": [T, P],
    "comment_provisional": [T, P], "file_appeal": [T, P], "reply": [T, P],
}  # fmt: skip
MEDIATION = ("mediation", "mediator_activity", "object_mediator")
# Who may be drawn for what, besides what bars them in the case.
POOLS = {
    "mediator": ["nia", "max"], "external_mediator": ["eva"], "decider": ["dan", "dee", "bo"],
    "appeal_reviewer": ["rex", "ria"],
}  # fmt: skip
# Who does the work a clock waits for.
WORKERS = {
    "appoint_mediator": "mediator", "decide": "decider", "final_decision": "decider",
    "decide_appeal": "appeal_reviewer",
}  # fmt: skip
# What is told in a letter (5.5), which is a link of its own behind the step.
LETTERS = dict.fromkeys(
    ["acknowledge", "respond", "issue_provisional", "issue_second_provisional", "decide", "decide_appeal",
     "send_back", "leave_unaccepted", "close_final", "close_without_reply", "close_simply", "withdraw",
     "refuse_admission", "admission.confirmed", "begin_mediation", "remedy.paid", "delay.sent"],
    "letter.issued",
) | {"settle": "offer.letter"}  # fmt: skip
REST = timedelta(days=30)  # how long a decision nobody accepted lies open once nothing runs any more
# Without the clock its row starts, ticking or broken, no case may be in a state (1.3, 1.4).
NEEDS = {
    "acknowledged": {"response"}, "investigating": {"response"}, "response_issued": {"accept_response"},
    "mediation_pending": {"appoint_mediator", "mediator_accepts"}, "in_mediation": {"mediation"},
    "in_determination": {"decide"}, "provisional_decision": {"comment_provisional", "final_decision"},
    "decided": {"accept_decision", "file_appeal"}, "under_appeal": {"decide_appeal"},
    "remedy_due": {"pay_remedy", "confirm_remedy"}, "closed": {"reopen_window"},
    "withdrawn": {"reopen_window"},
}  # fmt: skip


@dataclass
class Seat:
    """Somebody neutral, or who of these it will be, until it is looked up who was drawn."""

    pool: list[str]
    who: str = ""
    signed: bool = False
    promised: bool = False  # from outside: to keep the case to oneself


@dataclass
class Owed:
    """What the platform owes, and whose hands it went through."""

    amount: float | None
    hands: set[str]
    given: set[str] = field(default_factory=set)  # as what it was approved: "supervisor", "compliance"
    complete: bool = False
    paid: bool = False


@dataclass
class Case:
    """One case as the law has it."""

    state: str = ""
    waiting: str = ""
    outcome: str = ""
    cause: str = ""
    rule: dict = field(default_factory=dict)
    clocks: dict = field(default_factory=dict)  # (key, side): due
    born: dict = field(default_factory=dict)  # (key, side): since when
    involved: set = field(default_factory=set)
    on_ticket: set = field(default_factory=set)
    named: set = field(default_factory=set)
    seats: dict = field(default_factory=dict)
    former: set = field(default_factory=set)
    past: dict = field(default_factory=dict)  # who mediated from outside: (signed, until when it is open)
    handler: str = ""
    objections: list = field(default_factory=list)
    offers: list = field(default_factory=list)
    proposal: dict | None = None
    refusal: dict | None = None
    readmitted: bool = False
    answer: dict | None = None
    rulings: list = field(default_factory=list)
    commented: bool = False
    appeals: list = field(default_factory=list)
    sent_back: bool = False
    owed: Owed | None = None
    out: list = field(default_factory=list)  # what was paid: (when, how much)
    outside: bool = False
    been_outside: bool = False
    asked: object = None
    late: bool = False
    automatic: bool = True
    default: bool = False
    extended: bool = False
    notices: dict = field(default_factory=dict)  # delay notices: key → drafted, sent
    reminders: int = 0
    stopped: dict = field(default_factory=dict)
    letter: bool = False  # a final letter is out
    said: list = field(default_factory=list)  # (side, until when the other may reply) of open words, in order
    unasked: list = field(default_factory=list)  # whose open words those since the file was closed are
    touched: object = None
    simple_until: object = None
    extends_to: object = None
    sum: dict | None = None  # the disputed sum: by whom, whether it is held, until what, who wants it free
    also: list = field(default_factory=list)  # what a move leaves in the log beside itself

    @property
    def open(self):
        return self.state not in OVER

    def simple(self, now):
        return self.simple_until is not None and now <= self.simple_until

    def runs(self, key, side=None):
        return any(name == key and side in (None, of) for name, of in self.clocks)

    def start(self, *keys):
        for key in keys:
            self.stop(key)
            for side in WAITS[key]:
                self.clocks[key, side] = None
            self.notices.pop(key, None)

    def stop(self, *keys):
        for key, side in list(self.clocks):
            if key in keys or ("*" in keys and key != "external_latest"):
                del self.clocks[key, side]

    def go(self, state, waiting="nobody"):
        """Into a state; whatever ends the case ends what stands in it."""
        if self.state == "acknowledged":
            self.proposal = None
        self.state, self.waiting = state, waiting
        self._free_sum()
        if state in OVER:
            self.leave(*NEUTRALS)
            self.handler = ""
            self.stop("*")
        if state in ("closed", "withdrawn"):
            self.start("reopen_window")

    def _free_sum(self):
        """The end of the case frees what is held, a result what was held until one."""
        result = {"decided", "final", "remedy_due"} | OVER
        if self.sum and self.state in OVER:
            self.also.append("sum.ended" if self.sum["held"] else "sum.lapsed")
            self.sum = None
        elif self.sum and self.sum["held"] and self.sum["rule"] == "result" and self.state in result:
            self.also.append("sum.ended")
            self.sum = None

    def leave(self, *roles):
        for role in roles:
            if role in MEDIATORS and role in self.seats:
                self.objections = [{**one, "moot": True} for one in self.objections]
            if self.seats.get(role) and self.seats[role].who:
                self.former.add(self.seats[role].who)
                if role == "external_mediator":
                    self.past[self.seats[role].who] = (self.seats[role].signed, None)
            self.seats.pop(role, None)

    def run_out(self, now):
        """The case is over: what is open from outside ends two weeks later, whatever comes of it."""
        if self.state in OVER:
            ends = now + timedelta(days=14)
            self.past = {who: (signed, until or ends) for who, (signed, until) in self.past.items()}

    def was_inside(self, who, now):
        """Whether somebody who mediated from outside still reads what there was."""
        signed, until = self.past.get(who, (False, now))
        return None if until is not None and until <= now else signed

    def mediator(self):
        return next((self.seats[role] for role in MEDIATORS if role in self.seats), None)

    def seat_of(self, who):
        return next((role for role, seat in self.seats.items() if seat.who == who), "")

    def pool(self, role):
        sat = self.former | {seat.who for seat in self.seats.values()}
        return [who for who in POOLS[role] if who not in self.involved | sat]

    def draw(self, role):
        """Somebody is drawn at random; nothing when nobody is left."""
        pool = self.pool(role)
        if not pool:
            return []
        self.seats[role] = Seat(pool)
        if role in MEDIATORS:
            self.stop("appoint_mediator")
            self.start("mediator_accepts", "object_mediator")
            self.waiting = "mediator"
        return ["neutral.drawn"]

    # --- moves that several acts and the clocks share ------------------------------------------
    def outside_begins(self):
        """The first final letter starts the way outside, where the policy counts from it."""
        if not self.letter and self.rule["ext_from"] == "final_response" and self.rule["external"]:
            self.clocks["external_latest", T] = None
        self.letter = True

    def escalate(self):
        self.default = self.default or self.late
        self.go("mediation_pending", "platform")
        self.stop("assign_handler")
        self.start("appoint_mediator")
        return ["escalate"]

    def replace_mediator(self):
        gone = {self.seats[role].who for role in MEDIATORS if role in self.seats}
        self.leave(*MEDIATORS)
        self.past = {who: told for who, told in self.past.items() if who not in gone}  # open no more
        self.go("mediation_pending", "platform")
        self.stop("mediator_accepts", *MEDIATION)
        self.start("appoint_mediator")
        return ["replace_mediator"]

    def reply_by(self, now):
        day = now.astimezone(ZoneInfo(self.rule["tz"])) + timedelta(days=3)
        return day.replace(hour=23, minute=59, second=59, microsecond=0)

    def heard(self, *sides):
        """Something new came in from these: the others may reply (F12)."""
        for side in {T, P} - set(sides):
            self.clocks.setdefault(("reply", side), None)

    def no_settlement(self, now):
        self.lapse_offers()
        self.leave(*MEDIATORS)
        self.go("in_determination", "decider")
        self.unasked = []
        self.stop("reply", *MEDIATION)
        if self.said and self.said[-1][1] > now:
            self.heard(self.said[-1][0])
        self.start("decide")
        return ["report_no_settlement", *self.draw("decider")]

    def lapse_offers(self, side=None):
        for one in self.offers:
            if one["state"] in ("made", "pending") and side in (None, one["side"]):
                one["state"] = "lapsed" if one["state"] == "made" else "dropped"

    def comments_ended(self):
        left = [side for key, side in self.clocks if key == "comment_provisional"]
        self.waiting = left[0] if left else "decider"
        if not left:
            self.start("final_decision")

    def end_appeal(self, result):
        appeal = self.appeals[-1]
        appeal["open"] = False
        self.go("decided", T)
        self.stop("decide_appeal", "reply")
        self.start("accept_decision", "file_appeal")
        self.clocks.pop(("file_appeal", appeal["side"]), None)
        self.leave("appeal_reviewer")
        return ["end_appeal"]

    def close_final(self):
        self.go("closed")
        return ["close_final"]

    def confirm(self):
        self.go("closed")
        return ["confirm_remedy"]

    def refer(self):
        self.go("referred", "third_party")
        self.stop("*")
        self.clocks.pop(("external_latest", T), None)
        self.leave(*NEUTRALS)
        return ["refer"]

    def counted(self, amount, now):
        """A sum with everything paid in the thirty days before (F7)."""
        return amount + sum(paid for at, paid in self.out if at >= now - timedelta(days=30))

    def lacks(self, amount, given, now):
        """Whose approval is missing; nobody in these walks leads a team, finance or the house."""
        large = amount is not None and self.counted(amount, now) > 100
        return ({"supervisor", "compliance"} if large else {"supervisor"}) - given

    def owe(self, amount, hands, given=()):
        self.owed = Owed(amount, set(hands), set(given), complete=bool(given))
        self.go("remedy_due", "platform")
        self.start("pay_remedy")

    def standing(self):
        return self.rulings[-1] if self.rulings else None

    # --- what time does ---------------------------------------------------------------------------
    def tick(self, now, reminded=()):
        """Everything that is due at `now`, in order: what the log will say of it, and nothing about money.

        With every reminder of work that has nobody to do it, somebody is looked for again.
        """
        told = []
        for key, broken in reminded:
            role = WORKERS.get(key)
            if role and (role != "mediator" or broken) and not self.sits(role):
                told += self.draw(role)
        for key in ("response", "hard_stop"):
            due, since = self.clocks.get((key, P)), self.born.get((key, P))
            if due and due > now and since + (due - since) * 0.75 <= now:
                self.notices.setdefault(key, "drafted")
        for clock in sorted((key for key in self.clocks if self.clocks[key] <= now), key=self.clocks.get):
            if clock in self.clocks and self.clocks[clock] is not None and self.clocks[clock] <= now:
                del self.clocks[clock]
                told.append("clock.over" if clock[0] in WINDOWS else "clock.broken")
                told += self.consequence(clock[0], now)
        rested = self.state == "final" and not self.clocks and not told and not reminded
        return told + (self.close_final() if rested and self.touched <= now - REST else [])

    def sits(self, role):
        return self.mediator() is not None if role in MEDIATORS else role in self.seats

    def consequence(self, key, now):
        if key in ("response", "hard_stop"):
            late = [] if self.notices.get(key) == "sent" else ["letter.issued"]
            self.notices[key] = "sent"
            return late + (self.unanswered() if key == "response" else [])
        if key == "appoint_mediator":
            return self.draw("mediator")
        if key in ("mediator_accepts", "mediator_activity") and self.mediator():
            return self.replace_mediator()
        if key == "mediation" and self.runs("reply"):
            self.start("mediation")
        elif key == "mediation":
            return self.no_settlement(now)
        if key == "comment_provisional" and self.state == "provisional_decision":
            self.comments_ended()
        if key in ("accept_decision", "file_appeal"):
            return self.not_accepted()
        if key == "decide_appeal" and self.state == "under_appeal":
            return self.review_late()
        if key == "confirm_remedy":
            return self.confirm()
        if key == "accept_response" and self.state == "response_issued":
            return self.silence()
        return []

    def unanswered(self):
        self.late = True
        if self.state not in ("acknowledged", "investigating"):
            return []
        self.default = True
        return self.escalate() if self.automatic else ["default"]

    def not_accepted(self):
        if self.state == "final":
            return self.close_final()
        if self.state != "decided" or self.runs("accept_decision") or self.runs("file_appeal"):
            return []
        self.go("final")
        return ["leave_unaccepted"]

    def review_late(self):
        if self.appeals[-1]["side"] == P:
            return self.end_appeal("lapsed")
        seated = "appeal_reviewer" in self.seats
        if not self.pool("appeal_reviewer"):
            return []
        self.leave("appeal_reviewer")
        told = ["neutral.left"] * seated + self.draw("appeal_reviewer")
        self.start("decide_appeal")
        return told

    def silence(self):
        if self.reminders < 2:
            self.start("accept_response")
            return ["clock.again"]
        self.go("closed")
        self.outcome = "no_reply"
        return ["close_without_reply"]
