"""Acts about the disputed sum, which is held only while both sides want it (F18)."""

from .acts import CH, SU, TR, act
from .law import P, T

SIDES = [TR, SU, CH]
WITH_RESULT = ("decided", "final", "remedy_due")


def _side(doing):
    return T if doing.who == "mei" else P


def _may_propose(case, doing, now):
    if not case.open or case.sum:
        return False
    return 400 if doing.args[0] == "result" and case.state in WITH_RESULT else True


@act("sum_propose", SIDES, _may_propose, [("case",), ("result",)], 0.4)
def _(case, doing, now):
    case.sum = {"by": _side(doing), "held": False, "rule": doing.args[0], "end": ""}
    return ["sum.proposed"]


def _waits(own):
    def when(case, doing, now):
        return bool(case.sum) and not case.sum["held"] and (case.sum["by"] == _side(doing)) is own

    return when


@act("sum_agree", SIDES, _waits(False), weight=1.5)
def _(case, doing, now):
    case.sum["held"] = True
    return ["sum.held"]


@act("sum_decline", SIDES, _waits(False), weight=0.3)
def _(case, doing, now):
    case.sum = None
    return ["sum.declined"]


@act("sum_take_back", SIDES, _waits(True), weight=0.3)
def _(case, doing, now):
    case.sum = None
    return ["sum.withdrawn"]


@act("sum_release", SIDES, lambda c, d, now: bool(c.sum) and c.sum["held"] and c.sum["end"] != _side(d),
     weight=0.4)  # fmt: skip
def _(case, doing, now):
    if not case.sum["end"]:
        case.sum["end"] = _side(doing)
        return ["sum.end_asked"]
    case.sum = None
    return ["sum.ended"]


@act("sum_keep", SIDES, lambda c, d, now: bool(c.sum) and c.sum["end"] != "", weight=0.4)
def _(case, doing, now):
    case.sum["end"] = ""
    return ["sum.kept"]
