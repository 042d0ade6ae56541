"""Acts at the end and beside: what is owed, the way outside, dates, looking."""

from datetime import timedelta

from .acts import AR, AU, CH, CO, DE, FI, RESULTS, SU, THINK, TR, act, capacity
from .law import FIXED, MEDIATORS, NEUTRALS, WAITS, P, T


def _may_approve(case, doing, now):
    owed = case.owed
    if case.state != "remedy_due" or owed.paid:
        return False
    lacks = case.lacks(owed.amount, owed.given, now)
    if doing.who in owed.hands or not lacks:
        return False
    return True if _as_what(case, doing.who) & lacks and doing.who not in case.named else 403


def _as_what(case, who):
    names = {SU: "supervisor", CO: "compliance"}
    return {names[role] for role in capacity(case, who) & {SU, CO}}


@act("approve", [SU, CO, FI], _may_approve, weight=1.5)
def _(case, doing, now):
    owed = case.owed
    owed.given |= _as_what(case, doing.who)
    owed.hands.add(doing.who)
    owed.complete = not case.lacks(owed.amount, owed.given, now)
    return ["remedy.approved"]


def _may_pay(case, doing, now):
    if case.state == "remedy_due" and case.owed.amount is not None and SU in capacity(case, doing.who):
        return 403
    if case.state != "remedy_due" or case.owed.paid:
        return False
    return not case.lacks(case.owed.amount, case.owed.given, now) and doing.who not in case.owed.hands


@act("pay", [FI, SU], _may_pay, weight=2)
def _(case, doing, now):
    case.owed.paid = True
    case.out.append((now, case.owed.amount or 0))
    case.waiting = T
    case.stop("pay_remedy")
    case.start("confirm_remedy")
    return ["remedy.paid"]


@act("confirm", [TR], lambda c, d, now: c.state == "remedy_due" and c.owed.paid)
def _(case, doing, now):
    return case.confirm()


@act("refer", [TR, SU, CO], lambda c, d, now: c.open and not c.outside, [(False,), (True,)], 0.2)
def _(case, doing, now):
    case.outside = True
    if doing.args[0] and doing.who == "mei" and case.state != "remedy_due":
        return case.refer()
    case.clocks.pop(("external_latest", T), None)
    return ["referral.told"]


@act("stop_work", [TR], lambda c, d, now: c.open and c.outside and c.state not in ("referred", "remedy_due"),
     weight=0.3)  # fmt: skip
def _(case, doing, now):
    return case.refer()


def _may_record(case, doing, now):
    unpaid = case.state == "remedy_due" and not case.owed.paid
    return case.open and case.outside and not unpaid


@act("external_outcome", [CH, SU], _may_record,
     [("not_upheld", ""), ("upheld", "small"), ("not_taken", "")], 0.7)  # fmt: skip
def _(case, doing, now):
    found, owed = doing.args
    case.outside = False
    if found == "not_taken" and case.state != "referred":
        return ["referral.ended"]
    told = [] if case.state == "referred" else case.refer()
    if owed:
        case.owe(float(RESULTS[owed]["amount"]), {doing.who})
        return [*told, "owe_referred"]
    case.go("closed")
    return [*told, "close_referred"]


@act("ask_withdrawal", [TR], lambda c, d, now: c.open, weight=0.15)
def _(case, doing, now):
    case.asked = case.asked or now
    return ["withdrawal.asked"]


@act("keep", [TR], lambda c, d, now: c.open and c.asked is not None, weight=0.3)
def _(case, doing, now):
    case.asked = None
    return ["withdrawal.kept"]


@act("withdraw", [TR], lambda c, d, now: c.open and c.asked is not None and now >= c.asked + THINK)
def _(case, doing, now):
    case.go("withdrawn")
    case.outcome = "withdrawn"
    return ["withdraw"]


@act("reopen", [TR], lambda c, d, now: c.state in ("closed", "withdrawn") and c.runs("reopen_window"),
     weight=0.5)  # fmt: skip
def _(case, doing, now):
    case.stop("reopen_window")
    case.go("investigating", "platform")
    case.start("response", "hard_stop")
    case.late, case.extended, case.outcome, case.asked, case.answer = False, False, "", None, None
    case.said.append((T, case.reply_by(now)))  # the reason is said to both sides
    return ["reopen"]


# --- dates ------------------------------------------------------------------------------------
_OWED_BY = {T: {TR}, P: {SU, CH, FI}, "mediator": MEDIATORS, "decider": {DE}, "reviewer": {AR}}


def _may_extend(case, doing, now):
    key = doing.args[0]
    sides = [side for name, side in case.clocks if name == key]
    if not sides or key in FIXED:
        return False
    if key == "response":
        allowed = {SU, CH}
    else:
        allowed = {SU, CH, CO} | (NEUTRALS if {T, P} & set(sides) else set())
        allowed -= {role for side in sides for role in _OWED_BY[side]}
    if not capacity(case, doing.who) & allowed:
        return 403
    if key == "response":
        last, due = case.extends_to, case.clocks["response", P]
        return case.rule["extended"] is not None and not case.extended and due < last
    until = case.clocks[key, sides[0]] + timedelta(days=2)
    stop = case.clocks.get(("hard_stop", P))
    return 400 if stop and until > stop else True


@act("extend", [SU, CH, CO, *NEUTRALS], _may_extend, [(key,) for key in WAITS], 0.25)
def _(case, doing, now):
    key = doing.args[0]
    sides = [side for name, side in case.clocks if name == key]
    case.extended = case.extended or key == "response"
    if len(WAITS[key]) > 1:
        for side in WAITS[key]:
            case.clocks.setdefault((key, side), None)
        if key == "comment_provisional":
            case.waiting = "both"
    assert sides
    return ["clock.extended"]


def _drafted_notice(case, doing, now):
    ready = (key for key in ("response", "hard_stop") if case.notices.get(key) == "drafted")
    return any((key, P) in case.clocks for key in ready)


@act("send_delay_notice", [SU, CO], _drafted_notice, weight=0.5)
def _(case, doing, now):
    ready = [key for key in ("response", "hard_stop") if case.notices.get(key) == "drafted"]
    running = [key for key in ready if (key, P) in case.clocks]
    case.notices[min(running, key=lambda key: case.clocks[key, P])] = "sent"
    return ["delay.sent"]


# --- looking, and the ticket beside it --------------------------------------------------------
@act("look", [TR, SU, CH, CO, FI, AU, *NEUTRALS], lambda c, d, now: True, weight=0.1)
def _(case, doing, now):
    return []


@act("bundle", [TR, SU, CH, CO, AU, *NEUTRALS], lambda c, d, now: True, weight=0.03)
def _(case, doing, now):
    return ["bundle.made"]
