"""Steps of the procedure for programs: one address, one table of steps."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed

from .. import access
from ..models import Dispute
from ..operations import (
    admitting,
    answering,
    appealing,
    appointing,
    delaying,
    escalating,
    extending,
    handling,
    leaving,
    mediating,
    objecting,
    outward,
    referring,
    remedying,
    reopening,
    replying,
    responding,
    restricting,
    ruling,
    solving,
)
from ..serializers import DisputeOut, NewStep
from .resources import REFERENCE, DisputeView

Step = Callable[[Dispute, Any, dict[str, Any]], Any]


def _referral(case: Dispute, told: dict[str, Any]) -> dict[str, Any]:
    """A body by its code in the directory; whatever else is written is its name."""
    names = {name: told[name] for name in ("day", "their_reference", "stops")}
    return names | {"body": outward.named(case, told["body"]), "body_name": told["body"]}


def _found(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ("outcome", "text", "day", "remedy", "amount", "currency")}


_STEPS: dict[str, Step] = {
    "draw": lambda case, by, told: appointing.draw(case, told["role"], by=by),
    "accept": lambda case, by, told: answering.accept(case, by=by),
    "decline": lambda case, by, told: answering.decline(case, by=by),
    "confirm": lambda case, by, told: remedying.confirm(case, by=by),
    "no_comments": lambda case, by, told: ruling.close_comments(case, by=by),
    "end_mediation": lambda case, by, told: mediating.report_no_settlement(case, by=by, note=told["note"]),
    "approve": lambda case, by, told: remedying.approve(case, by=by),
    "pay": lambda case, by, told: remedying.pay(case, by=by, proof=told["proof"]),
    "ask_withdrawal": lambda case, by, told: leaving.ask(case, by=by),
    "keep": lambda case, by, told: leaving.keep(case, by=by),
    "withdraw": lambda case, by, told: leaving.withdraw(case, by=by),
    "extend": lambda case, by, told: extending.extend(
        case, told["clock"], by=by, until=told["until"], reason=told["reason"]
    ),
    "send_delay_notice": lambda case, by, told: delaying.send(
        case, by=by, reason=told["reason"], expected_on=told["until"]
    ),
    "take_case": lambda case, by, told: handling.take(case, by=by),
    "assign_handler": lambda case, by, told: handling.assign(case, by=by, person=told["person"]),
    "name_person": lambda case, by, told: handling.name(
        case, by=by, person=told["person"], how=told["role"] or handling.NOTED[0]
    ),
    "propose_refusal": lambda case, by, told: admitting.propose(
        case, by=by, reason=told["reason"], explanation=told["note"], elsewhere=told["elsewhere"]
    ),
    "approve_refusal": lambda case, by, told: admitting.approve(case, by=by),
    "turn_down_refusal": lambda case, by, told: admitting.turn_down(case, by=by, reason=told["note"]),
    "ask_review": lambda case, by, told: admitting.ask_review(case, by=by, reason=told["note"]),
    "review": lambda case, by, told: admitting.review(case, by=by, admit=told["yes"], text=told["note"]),
    "approve_answer": lambda case, by, told: responding.issue(case, by=by, sha256=told["sha256"]),
    "return_answer": lambda case, by, told: responding.send_back(case, by=by, reason=told["note"]),
    "accept_answer": lambda case, by, told: responding.accept(case, by=by, sha256=told["sha256"]),
    "ask_mediation": lambda case, by, told: responding.ask_mediation(case, by=by, reason=told["note"]),
    "solved": lambda case, by, told: solving.solve(case, by=by, words=told["note"]),
    "escalate": lambda case, by, told: escalating.escalate(case, by=by, reason=told["note"]),
    "automatic": lambda case, by, told: escalating.choose(case, by=by, automatic=told["yes"]),
    "close": lambda case, by, told: answering.close_final(case, by=by),
    "no_reply": lambda case, by, told: replying.waive(case, by=by),
    "appeal": lambda case, by, told: appealing.file(case, by=by, ground=told["ground"], reasons=told["text"]),
    "drop_appeal": lambda case, by, told: appealing.drop(case, by=by),
    "refer": lambda case, by, told: referring.tell(case, by=by, **_referral(case, told)),
    "stop_work": lambda case, by, told: referring.stop_work(case, by=by),
    "external_outcome": lambda case, by, told: referring.record_outcome(case, by=by, **_found(told)),
    "ask_restriction": lambda case, by, told: restricting.ask(
        case, by=by, act=told["role"], ticket=told["body"], reason=told["reason"]
    ),
    "rule_restriction": lambda case, by, told: restricting.rule(case, by=by, approve=told["yes"]),
    "object": lambda case, by, told: appointing.object_to(case, by=by, reason=told["reason"]),
    "rule_objection": lambda case, by, told: objecting.rule(
        case, by=by, uphold=told["yes"], reason=told["note"]
    ),
    "reopen": lambda case, by, told: reopening.reopen(
        case, by=by, reason=told["text"], points=told["points"]
    ),
}


class Transitions(DisputeView):
    """Steps of the procedure."""

    @extend_schema(
        operation_id="disputes_transitions",
        summary="Take a step",
        parameters=[REFERENCE],
        request=NewStep,
        responses=DisputeOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """403 when the step belongs to somebody else, 409 when it is not open at this stage."""
        case = self.dispute(request, reference)
        told = self.checked(NewStep, request)
        _STEPS[told["step"]](case, request.user, told)
        if not access.may_watch(request.user, reference):
            return Response({}, status=200)  # the step ended the owner's part in the case
        return self.shown(request, reference)
