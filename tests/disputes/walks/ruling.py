"""Acts of the decision and its review."""

from .acts import AR, DE, RESULTS, SU, TR, accepted, act, in_
from .law import P, T


def _rule(case, doing, kind):
    case.rulings.append({"kind": kind, "result": doing.args[0], "by": doing.who})


def _provisionals(case):
    last = max((n for n, one in enumerate(case.rulings) if one["kind"] == "send_back"), default=-1)
    return [one for one in case.rulings[last + 1 :] if one["kind"] == "provisional"]


def _may_rule(case, doing, now):
    return case.state == "in_determination" and not case.runs("reply")


@act("provisional", [DE], _may_rule, [(result,) for result in RESULTS], 2)
def _(case, doing, now):
    _rule(case, doing, "provisional")
    case.commented = False
    case.go("provisional_decision", "both")
    case.stop("decide")
    case.start("comment_provisional")
    return ["issue_provisional"]


def _may_close_comments(case, doing, now):
    side = T if doing.who == "mei" else P
    return case.state == "provisional_decision" and case.runs("comment_provisional", side)


@act("no_comments", [TR, SU], _may_close_comments)
def _(case, doing, now):
    case.clocks.pop(("comment_provisional", T if doing.who == "mei" else P))
    case.comments_ended()
    return ["comments.closed"]


def _heard(case):
    return case.state == "provisional_decision" and not case.runs("comment_provisional")


def _may_second(case, doing, now):
    if not _heard(case) or len(_provisionals(case)) > 1:
        return False
    return 400 if _provisionals(case)[-1]["result"] == doing.args[0] else not case.runs("reply")


@act("second", [DE], _may_second, [(result,) for result in RESULTS])
def _(case, doing, now):
    _rule(case, doing, "provisional")
    case.commented = False
    case.waiting = "both"
    case.stop("final_decision")
    case.start("comment_provisional")
    return ["issue_second_provisional"]


def _may_final(case, doing, now):
    same = _heard(case) and _provisionals(case)[-1]["result"] == doing.args[0]
    return same and not case.runs("reply")


@act("final", [DE], _may_final, [(result,) for result in RESULTS], 2)
def _(case, doing, now):
    _rule(case, doing, "final")
    case.go("decided", T)
    case.stop("final_decision", "response", "hard_stop", "comment_provisional")
    case.late = False
    case.outcome = RESULTS[doing.args[0]]["outcome"]
    case.start("accept_decision", "file_appeal")
    case.outside_begins()
    return ["decide"]


def _may_accept(case, doing, now):
    reviewed = case.state == "final" and case.runs("accept_decision")
    return case.state == "decided" or (reviewed and case.standing()["kind"] == "appeal")


@act("accept", [TR], _may_accept, weight=0.6)
def _(case, doing, now):
    again = "final" if case.state == "final" else "decision"
    case.stop("accept_decision", "file_appeal")
    return accepted(
        case, case.standing(), f"accept_{again}",
        "accept_final_without_remedy" if again == "final" else "accept_without_remedy",
    )  # fmt: skip


@act("decline", [TR], in_("decided"), weight=0.5)
def _(case, doing, now):
    case.stop("accept_decision", "file_appeal")
    case.go("final")
    return ["leave_unaccepted"]


def _may_close(case, doing, now):
    waits = case.runs("accept_decision")
    return case.state == "final" and (doing.who == "mei" or not waits)


@act("close", [TR, SU], _may_close, weight=0.6)
def _(case, doing, now):
    return case.close_final()


def _may_appeal(case, doing, now):
    side = T if doing.who == "mei" else P
    used = any(one["side"] == side and one["against"] == len(case.rulings) for one in case.appeals)
    return case.state == "decided" and case.runs("file_appeal", side) and not used


@act("appeal", [TR, SU], _may_appeal, weight=1.5)
def _(case, doing, now):
    side = T if doing.who == "mei" else P
    case.appeals.append({"side": side, "against": len(case.rulings), "open": True})
    if side == P:
        case.involved.add(doing.who)
    case.go("under_appeal", "reviewer")
    case.stop("accept_decision", "file_appeal")
    case.start("decide_appeal", "reply")
    case.leave(DE)
    return ["appeal", *case.draw(AR)]


def _may_drop(case, doing, now):
    if case.state != "under_appeal":
        return False
    return True if case.appeals[-1]["side"] == (T if doing.who == "mei" else P) else 403


@act("drop_appeal", [TR, SU], _may_drop, weight=0.3)
def _(case, doing, now):
    return case.end_appeal("dropped")


def _may_decide(case, doing, now):
    return case.state == "under_appeal" and not case.runs("reply")


def _may_vary(case, doing, now):
    old = case.rulings[case.appeals[-1]["against"] - 1]["result"] if case.appeals else ""
    return _may_decide(case, doing, now) and (old != doing.args[0] or 400)


def _reviewed(case, result, doing):
    case.rulings.append({"kind": "appeal", "result": result, "by": doing.who})
    case.appeals[-1]["open"] = False
    case.outcome = RESULTS[result]["outcome"]
    case.go("final", T)
    case.stop("decide_appeal", "reply")
    case.start("accept_decision")
    return ["decide_appeal"]


@act("confirm_decision", [AR], _may_decide, weight=1.5)
def _(case, doing, now):
    return _reviewed(case, case.rulings[case.appeals[-1]["against"] - 1]["result"], doing)


@act("vary", [AR], _may_vary, [(result,) for result in RESULTS])
def _(case, doing, now):
    return _reviewed(case, doing.args[0], doing)


@act("send_back", [AR], lambda c, d, now: _may_decide(c, d, now) and not c.sent_back)
def _(case, doing, now):
    case.rulings.append({"kind": "send_back", "result": "nothing", "by": doing.who})
    case.appeals[-1]["open"], case.sent_back, case.outcome = False, True, ""
    case.go("in_determination", "decider")
    case.unasked = []
    case.stop("decide_appeal", "reply")
    case.start("decide")
    case.leave(AR)
    return ["send_back", *case.draw(DE)]
