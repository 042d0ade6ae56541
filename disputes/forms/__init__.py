"""The shape of what people send on the pages of a case."""

from .after import AppealDecisionForm, AppealForm, ExternalOutcomeForm, ReferralForm, ReopenForm
from .answering import (
    AdmissionForm,
    AskReviewForm,
    EscalateForm,
    HandlerForm,
    NamedForm,
    ResponseForm,
    ReviewForm,
    SayNoForm,
    SendBackForm,
    SolvedForm,
)
from .dates import DelayForm, ExtendForm
from .files import CopyForm
from .returns import ReturnForm
from .ruling import DecisionForm
from .steps import (
    AnswerForm,
    DeclarationForm,
    DeclineForm,
    EvidenceForm,
    MessageForm,
    NoteForm,
    ObjectionForm,
    OfferForm,
    ProofForm,
    ReasonForm,
    Refusable,
    StepForm,
    Text,
)

__all__ = [
    "AdmissionForm",
    "AnswerForm",
    "AppealDecisionForm",
    "AppealForm",
    "AskReviewForm",
    "CopyForm",
    "DecisionForm",
    "DeclarationForm",
    "DeclineForm",
    "DelayForm",
    "EscalateForm",
    "EvidenceForm",
    "ExtendForm",
    "ExternalOutcomeForm",
    "HandlerForm",
    "MessageForm",
    "NamedForm",
    "NoteForm",
    "ObjectionForm",
    "OfferForm",
    "ProofForm",
    "ReasonForm",
    "ReferralForm",
    "Refusable",
    "ReopenForm",
    "ResponseForm",
    "ReturnForm",
    "ReviewForm",
    "SayNoForm",
    "SendBackForm",
    "SolvedForm",
    "StepForm",
    "Text",
]
