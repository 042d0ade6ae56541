"""The platform's answer and the admission of a complaint, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.core.errors import NotFound

from .. import access
from ..models import BLOCKS
from ..operations import responding
from ..operations.ruling import Draft
from ..serializers import AdmissionOut, AnswerDraftOut, NewAnswer
from ..states import Actor
from .resources import REFERENCE, DisputeView


class Answer(DisputeView):
    """The platform's answer while it is written and approved."""

    @extend_schema(
        operation_id="disputes_answer",
        summary="The answer that is not out yet",
        parameters=[REFERENCE],
        responses=AnswerDraftOut,
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For the handler who writes it, and for supervisors once it waits for them; else there is none."""
        draft = access.answer_draft_for(request.user, self.dispute(request, reference))
        if draft is None:
            raise NotFound
        return Response(AnswerDraftOut(draft).data)

    @extend_schema(
        operation_id="disputes_answer_write",
        summary="Write the answer",
        parameters=[REFERENCE],
        request=NewAnswer,
        responses=AnswerDraftOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Kept as a draft, or put before a supervisor; then every part has to be there."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, (Actor.CH,))
        told = self.checked(NewAnswer, request)
        draft = Draft(
            blocks={name: told[name] for name in BLOCKS},
            findings={row["point"]: (row["finding"], row["answer"]) for row in told["points"]},
            evidence=tuple(told["evidence"]),
            **{name: told[name] for name in _PLAIN},
        )
        work = responding.save_draft if told["keep"] else responding.submit
        return Response(AnswerDraftOut(work(case, draft, by=request.user)).data)


_PLAIN = ("conclusion", "measure", "measures", "outcome", "root_cause", "remedy", "amount", "currency")


class Admission(DisputeView):
    """Whether the complaint is heard."""

    @extend_schema(
        operation_id="disputes_admission",
        summary="The refusal to admit the complaint, if there is one",
        parameters=[REFERENCE],
        responses=AdmissionOut,
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """A proposal is the house's own; a refusal is the trader's to read too."""
        found = access.admission_for(request.user, self.dispute(request, reference))
        if found is None:
            raise NotFound
        return Response(AdmissionOut(found).data)
