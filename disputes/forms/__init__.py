"""The shape of what people send on the pages of a case."""

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
    "AnswerForm",
    "CopyForm",
    "DecisionForm",
    "DeclarationForm",
    "DeclineForm",
    "DelayForm",
    "EvidenceForm",
    "ExtendForm",
    "MessageForm",
    "NoteForm",
    "ObjectionForm",
    "OfferForm",
    "ProofForm",
    "ReasonForm",
    "Refusable",
    "ReturnForm",
    "StepForm",
    "Text",
]
