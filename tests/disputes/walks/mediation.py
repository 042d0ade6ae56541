"""Acts of neutrals, and what is said and offered with them."""

from .acts import AR, CH, CO, DE, ME, RESULTS, SU, TR, XM, act, capacity, in_
from .law import GATHERING, MEDIATION, MEDIATORS, NEUTRALS, P, T


def _may_draw(case, doing, now):
    role = doing.args[0]
    if role in MEDIATORS:
        fits = case.state == "mediation_pending" and case.mediator() is None
    elif role == DE:
        fits = case.state in ("in_determination", "provisional_decision")
    else:
        asked = case.state == "inadmissible" and case.refusal["asked"] and not case.refusal["reviewed"]
        fits = case.state == "under_appeal" or asked
    return fits and role not in case.seats and bool(case.pool(role))


@act("draw", [SU], _may_draw, [(ME,), (ME,), (XM,), (DE,), (AR,)], 2)
def _(case, doing, now):
    case.involved.add(doing.who)
    return case.draw(doing.args[0])


@act("promise", [XM], lambda c, d, now: not c.seats[XM].promised, weight=3, own_door=False, unsigned=True)
def _(case, doing, now):
    case.seats[XM].promised = True
    return ["grant.promised"]


def _may_declare(case, doing, now):
    role = case.seat_of(doing.who)
    if role == XM and not case.seats[role].promised:
        return 403
    return not case.seats[role].signed


@act("declare", NEUTRALS, _may_declare, weight=3, own_door=False, unsigned=True)
def _(case, doing, now):
    role = case.seat_of(doing.who)
    case.seats[role].signed = True
    if role not in MEDIATORS:
        return ["neutral.accepted"]
    case.go("in_mediation", "mediator")
    case.stop("mediator_accepts")
    case.start("mediation", "mediator_activity")
    return ["begin_mediation"]


@act("recuse", NEUTRALS, lambda c, d, now: True, weight=0.15, own_door=False, unsigned=True)
def _(case, doing, now):
    role = case.seat_of(doing.who)
    if role in MEDIATORS:
        return case.replace_mediator()
    case.leave(role)
    return ["neutral.left"]


def _may_object(case, doing, now):
    side = T if doing.who == "mei" else P
    again = any(one["side"] == side and not one["moot"] for one in case.objections)
    return case.mediator() is not None and case.runs("object_mediator", side) and not again


@act("object", [TR, SU], _may_object, weight=0.5)
def _(case, doing, now):
    side = T if doing.who == "mei" else P
    first = not any(one["side"] == side for one in case.objections)
    case.objections.append({"side": side, "by": doing.who, "waits": not first, "moot": False})
    return case.replace_mediator() if first else ["objection.made"]


def _may_rule(case, doing, now):
    found = next((one for one in case.objections if one["waits"] and not one["moot"]), None)
    if found is None:
        return False
    hands = case.on_ticket | case.named | (case.involved if SU in capacity(case, doing.who) else set())
    return 403 if doing.who in hands | {found["by"]} else True


@act("rule_objection", [SU, CO], _may_rule, [(True,), (False,)])
def _(case, doing, now):
    found = next(one for one in case.objections if one["waits"] and not one["moot"])
    found["waits"] = False
    return ["objection.upheld", *case.replace_mediator()] if doing.args[0] else ["objection.dismissed"]


VOICES = {
    TR: {"open", "caucus_trader"}, SU: {"open", "caucus_platform", "internal"},
    CH: {"open", "caucus_platform", "internal"}, CO: {"internal"}, DE: {"open"}, AR: {"open"},
    ME: {"open", "caucus_trader", "caucus_platform", "neutral"},
    XM: {"open", "caucus_trader", "caucus_platform", "neutral"},
}  # fmt: skip


def _may_say(case, doing, now):
    channel = doing.args[0]
    if not any(channel in VOICES.get(role, ()) for role in capacity(case, doing.who)):
        return 403
    if channel.startswith("caucus"):
        return case.state == "in_mediation"
    side = _side(case, doing.who)
    if channel == "open" and case.state == "in_determination" and side and case.unasked[-3:] == [side] * 3:
        return any(case.runs("reply", one) for one in side)
    return case.open or channel != "open"


@act("say", [TR, SU, CH, CO, *NEUTRALS], _may_say,
     [("open",), ("caucus_trader",), ("caucus_platform",), ("internal",), ("neutral",)], 0.5)  # fmt: skip
def _(case, doing, now):
    channel, mine = doing.args[0], capacity(case, doing.who)
    side = _side(case, doing.who)
    if channel == "open":
        case.unasked.append(side)
    if channel == "open" and side:
        case.said.append((*side, case.reply_by(now)))
        if case.state == "in_determination":
            case.heard(*side)
    if case.state == "provisional_decision" and channel == "open" and not mine & NEUTRALS:
        case.commented = True
    if case.state == "in_mediation" and mine & MEDIATORS:
        case.start("mediator_activity")
        turns = {"open": "both", "caucus_trader": T, "caucus_platform": P}
        case.waiting = turns.get(channel, case.waiting)
    elif case.state == "in_mediation" and channel != "internal":
        case.waiting = "mediator"
    return [f"said.{channel}"]


def _side(case, who):
    """The side somebody speaks for; a mediator for neither."""
    mine = capacity(case, who)
    return {T} if TR in mine else {P} if mine & {SU, CH} else set()


def _may_add(case, doing, now):
    if case.state in GATHERING:
        return True
    late = case.state in ("in_determination", "provisional_decision", "under_appeal")
    # Late without a reason is no good; within the own time to reply it is not late.
    return (any(case.runs("reply", side) for side in _side(case, doing.who)) or 400) if late else False


@act("evidence", [TR, SU, CH, ME, XM], _may_add, weight=0.15)
def _(case, doing, now):
    if case.state not in GATHERING or "mediation" in case.state:
        case.heard(*_side(case, doing.who))
    return ["evidence.admitted"]


def _replies(case, doing, now):
    return any(case.runs("reply", side) for side in _side(case, doing.who))


@act("no_reply", [TR, SU, CH], _replies, weight=0.4)
def _(case, doing, now):
    for side in _side(case, doing.who):
        del case.clocks["reply", side]
    return ["reply.waived"]


@act("offer", [TR, SU, CH], in_("in_mediation"), [("small",), ("large",), ("words",)])
def _(case, doing, now):
    side = T if doing.who == "mei" else P
    case.lapse_offers(side)
    # What the platform offers in money waits for its approvers, who stay out of these walks (test_money).
    state = "pending" if side == P and "amount" in RESULTS[doing.args[0]] else "made"
    case.offers.append({"side": side, "state": state, "by": doing.who, "result": doing.args[0]})
    return ["offer.made" if state == "made" else "offer.proposed"]


def _open_offer(case, doing, now):
    number, right = doing.args
    side = P if doing.who == "mei" else T
    if not 0 < number <= len(case.offers):
        return 404
    one = case.offers[number - 1]
    return (
        case.state == "in_mediation" and one["state"] == "made" and one["side"] == side and right != "wrong"
    )


def _may_take(case, doing, now):
    found = _open_offer(case, doing, now)
    if found is not True:
        return found
    return "amount" not in RESULTS[case.offers[doing.args[0] - 1]["result"]]


@act("take_offer", [TR, SU, CH], _may_take,
     [(number, how) for number in (1, 2, 3, 9) for how in ("right", "wrong")])  # fmt: skip
def _(case, doing, now):
    one = case.offers[doing.args[0] - 1]
    one["state"] = "accepted"
    amount = RESULTS[one["result"]].get("amount")
    case.owe(float(amount) if amount else None, {one["by"] if one["side"] == P else doing.who})
    case.stop("reply", *MEDIATION)
    case.outcome = "settled"
    case.leave(*NEUTRALS)
    return ["settle"]


@act("decline_offer", [TR, SU, CH], _open_offer, [(number, "") for number in (1, 2, 3, 9)], 0.5)
def _(case, doing, now):
    case.offers[doing.args[0] - 1]["state"] = "declined"
    return ["offer.declined"]


def _sides_heard(case, doing, now):
    own = _side(case, doing.who)
    return case.state == "in_mediation" and not any(case.runs("reply", side) for side in {T, P} - own)


@act("end_mediation", [ME, XM, TR, SU], _sides_heard)
def _(case, doing, now):
    if SU in capacity(case, doing.who):
        case.involved.add(doing.who)
    return case.no_settlement(now)
