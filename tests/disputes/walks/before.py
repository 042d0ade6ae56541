"""Acts before the mediation: the handler, whether it is heard, the platform's own answer."""

from .acts import AR, CH, CO, RESULTS, SU, TR, accepted, act, capacity, in_
from .law import STATUTORY, T


def _handled(case, doing, now):
    return case.state in ("acknowledged", "investigating") and case.proposal is None


def _take(case, who, by):
    case.handler = who
    case.involved |= {who, by}
    if case.state == "acknowledged":
        case.go("investigating", "platform")
        case.stop("assign_handler")
        return ["investigate"]
    return ["handler.changed"]


def _barred(case, who):
    return who in case.on_ticket | case.named


@act("take_case", [CH], lambda c, d, now: _handled(c, d, now) and not c.handler and not _barred(c, d.who))
def _(case, doing, now):
    return _take(case, doing.who, doing.who)


def _may_assign(case, doing, now):
    if doing.who in case.named:
        return 403
    person, waits = doing.args[0], case.answer is not None and case.answer["submitted"]
    return _handled(case, doing, now) and case.handler != person and not waits and not _barred(case, person)


@act("assign_handler", [SU], _may_assign, [("hal",), ("hub",)], 0.6)
def _(case, doing, now):
    return _take(case, doing.args[0], doing.who)


def _may_name(case, doing, now):
    if doing.who in case.named:
        return 403
    if not case.open:
        return False
    if doing.args[0] == doing.who:
        return 400
    return doing.args[0] != case.handler and not case.seat_of(doing.args[0])


@act("name_person", [CH, SU, CO], _may_name, [("ada",), ("hal",), ("sol",), ("nia",), ("dan",)], 0.15)
def _(case, doing, now):
    case.named.add(doing.args[0])
    case.involved.add(doing.args[0])
    return ["named"]


def _may_propose(case, doing, now):
    fits = case.state == "acknowledged" and case.proposal is None and not case.readmitted
    return fits and not _barred(case, doing.who)


@act("propose_refusal", [CH], _may_propose, [("in_court",), ("abusive",)])
def _(case, doing, now):
    case.proposal = {"by": doing.who, "reason": doing.args[0], SU: "", CO: ""}
    return ["admission.proposed"]


def _may_approve_refusal(case, doing, now):
    if doing.who in case.named:
        return 403
    if case.proposal is None:
        return False
    hands = {case.proposal["by"], case.proposal[SU], case.proposal[CO]}
    if doing.who in hands:
        return False
    role = next(iter(capacity(case, doing.who)))
    if role == CO and case.proposal["reason"] != "abusive":
        return 403
    return not case.proposal[role]


@act("approve_refusal", [SU, CO], _may_approve_refusal)
def _(case, doing, now):
    one = case.proposal
    one[next(iter(capacity(case, doing.who)))] = doing.who
    if not one[SU] or (one["reason"] == "abusive" and not one[CO]):
        return ["admission.approved"]
    case.refusal = {"hands": {one["by"], one[SU], one[CO]}, "asked": False, "reviewed": False}
    case.stopped = {key: due for key, due in case.clocks.items() if key[0] in STATUTORY}
    case.go("inadmissible")
    case.outcome = "inadmissible"
    case.outside_begins()
    return ["refuse_admission"]


def _may_turn_down(case, doing, now):
    if doing.who in case.named:
        return 403
    return case.proposal is not None and doing.who != case.proposal["by"]


@act("turn_down_refusal", [SU], _may_turn_down, weight=0.6)
def _(case, doing, now):
    case.proposal = None
    return ["admission.turned_down"]


@act("ask_review", [TR], lambda c, d, now: c.state == "inadmissible" and not c.refusal["asked"], weight=2)
def _(case, doing, now):
    case.refusal["asked"] = True
    case.start("decide_appeal")
    case.waiting = "reviewer"
    return ["admission.review_asked", *case.draw("appeal_reviewer")]


def _may_review(case, doing, now):
    if doing.who in case.named:
        return 403
    if case.state != "inadmissible" or not case.refusal["asked"] or case.refusal["reviewed"]:
        return False
    if doing.who in case.refusal["hands"]:
        return False
    sits = "appeal_reviewer" in case.seats and case.runs("decide_appeal")
    return SU not in capacity(case, doing.who) or not sits


@act("review", [AR, SU], _may_review, [(True,), (False,)], 2)
def _(case, doing, now):
    case.refusal["reviewed"] = True
    case.leave("appeal_reviewer")
    case.stop("decide_appeal")
    if not doing.args[0]:
        case.waiting = "nobody"
        return ["admission.confirmed"]
    case.readmitted = True
    case.go("acknowledged", "platform")
    case.outcome = ""
    case.clocks |= case.stopped
    case.start("assign_handler")
    return ["admit_again"]


@act(
    "solved",
    [TR],
    lambda c, d, now: c.state in ("acknowledged", "investigating") and c.simple(now),
    weight=0.3,
)
def _(case, doing, now):
    case.stop("response")
    case.go("closed")
    case.outcome = "settled"
    case.outside_begins()
    return ["close_simply"]


def _may_escalate(case, doing, now):
    if doing.who in case.named:
        return 403
    return case.state in ("acknowledged", "investigating") and (doing.who != "mei" or case.late)


@act("escalate", [TR, SU], _may_escalate, weight=0.7)
def _(case, doing, now):
    return case.escalate()


@act("automatic", [TR], in_("acknowledged", "investigating"), [(True,), (False,)], 0.3)
def _(case, doing, now):
    case.automatic = doing.args[0]
    return ["automatic.on" if doing.args[0] else "automatic.off"]


# --- the platform's answer --------------------------------------------------------------------
def _writes(case, doing, now):
    if case.state != "investigating":
        return False
    if case.handler != doing.who:
        return 403
    return case.answer is None or not case.answer["submitted"]


@act("answer_keep", [CH], _writes, [("small",)], 0.3)
def _(case, doing, now):
    _drafted(case, doing, submitted=False)
    return ["answer.drafted"]


def _drafted(case, doing, submitted):
    case.answer = {"by": doing.who, "result": doing.args[0], "submitted": submitted}


@act("answer", [CH], _writes, [(result,) for result in RESULTS], 2)
def _(case, doing, now):
    _drafted(case, doing, submitted=True)
    return ["answer.submitted"]


def _may_issue(case, doing, now):
    if doing.who in case.named:
        return 403
    waits = case.state == "investigating" and case.answer is not None and case.answer["submitted"]
    if not waits or doing.args[0] != "right" or doing.who == case.answer["by"]:
        return False
    result = RESULTS[case.answer["result"]]
    amount = float(result["amount"]) if "amount" in result else None
    return result["remedy"] == "none" or not case.lacks(amount, {"supervisor"}, now)


@act("approve_answer", [SU], _may_issue, [("right",), ("wrong",)], 2)
def _(case, doing, now):
    case.answer["issued_by"] = doing.who
    case.go("response_issued", T)
    case.stop("response", "hard_stop")
    case.late = False
    case.start("accept_response")
    case.outside_begins()
    return ["respond"]


def _may_return(case, doing, now):
    if doing.who in case.named:
        return 403
    return case.state == "investigating" and case.answer is not None and case.answer["submitted"]


@act("return_answer", [SU], _may_return, weight=0.3)
def _(case, doing, now):
    case.answer["submitted"] = False
    return ["answer.returned"]


@act("accept_answer", [TR], lambda c, d, now: c.state == "response_issued" and d.args[0] == "right",
     [("right",), ("wrong",)], 0.7)  # fmt: skip
def _(case, doing, now):
    result = RESULTS[case.answer["result"]]
    case.stop("accept_response")
    case.outcome = result["outcome"]
    return accepted(case, case.answer, "accept_response", "accept_response_only")


@act("ask_mediation", [TR], in_("response_issued"), weight=1.2)
def _(case, doing, now):
    case.go("mediation_pending", "platform")
    case.stop("accept_response")
    case.start("appoint_mediator")
    return ["ask_for_mediation"]
