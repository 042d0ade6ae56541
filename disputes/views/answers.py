"""How pages of cases answer: what was typed is shown again with the reason when a rule says no."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person, SignedIn
from helpdesk.core import clock, throttle
from helpdesk.core.errors import Busy, Conflict, Invalid
from tickets.operations import attaching

from .. import access
from ..forms import (
    AdmissionForm,
    AppealForm,
    AskReviewForm,
    EscalateForm,
    EvidenceForm,
    ExternalOutcomeForm,
    HandlerForm,
    MessageForm,
    NamedForm,
    OfferForm,
    ReferralForm,
    Refusable,
    ReopenForm,
    ReviewForm,
    SayNoForm,
    SendBackForm,
    SolvedForm,
    StepForm,
)
from ..forms.fairness import RestrictionForm, RulingForm
from ..forms.outsiders import RevokeForm
from ..forms.sides import CareFindingForm, LockForm, SumHoldForm
from ..models import Dispute, Objection
from ..operations import evidence, involving, outward, responding
from ..operations.conditions import simple_until
from ..reads import before, dossier, terms
from ..states import Actor, State

SHOWN_AGAIN = 422
TURN, EVIDENCE, OFFERS = "#turn", "#evidence", "#offers"


def limit(person: Person, act: str, *, most: int = 60, seconds: int = 600) -> None:
    """Busy when one person does one thing too often."""
    if wait := throttle.take(f"{act}:{person.pk}", limit=most, seconds=seconds):
        raise Busy(retry_after=wait)


def done(request: HttpRequest, address: str, sentence: str) -> HttpResponse:
    """Back to the page by a redirect, with one sentence that says what happened."""
    messages.success(request, sentence)
    return redirect(address)


def back_to(case: Dispute, person: Person, part: str = TURN) -> str:
    """The part of the case's desk page that has changed; the list for those whose work in it is done."""
    if access.may_watch(person, case.reference):
        return f"{case.get_desk_url()}{part}"
    return reverse("desk")


def objected(found: list[Objection]) -> str:
    """What an objection has brought about."""
    if found[0].upheld:
        return _("Somebody else will be drawn.")
    return _("Your objection waits for a ruling by somebody without a part in the case.")


def require_sure(request: HttpRequest) -> None:
    """Grave steps are said twice."""
    if request.POST.get("sure") != "on":
        sure = _("Please tick the box to confirm. Nothing has happened yet.")
        raise Invalid(sure, code="not_confirmed")


def taken(request: HttpRequest, work: Callable[[], Any]) -> StepForm | None:
    """Take a step that needs no words; what refused it, if anything did."""
    form = StepForm(request.POST)
    return None if carried_out(form, work) else form


def carried_out(form: Refusable, work: Callable[[], Any]) -> bool:
    """Whether it happened; when a rule said no, the form tells why and keeps what was typed."""
    if not form.is_valid():
        return False
    try:
        work()
    except (Invalid, Conflict) as refusal:
        form.take(refusal)
        return False
    return True


def submit(case: Dispute, form: EvidenceForm, request: SignedIn) -> None:
    """Store the files sent with the form and put them into the case."""
    access.require_submitting(request.user, case)
    typed = form.cleaned_data
    evidence.submit(
        case,
        attaching.store(form.uploads()),
        by=request.user,
        title=typed["title"],
        description=typed["description"],
        supports=form.points(),
        late_reason=typed["late_reason"],
    )


# Small forms, built when their step is open.
_BY_STEP: dict[str, tuple[str, type[Refusable]]] = {
    "say_no": ("no_form", SayNoForm),
    "solve": ("solved_form", SolvedForm),
    "ask_review": ("ask_review_form", AskReviewForm),
    "propose": ("admission_form", AdmissionForm),
    "turn_down": ("return_form", SendBackForm),
    "approve_answer": ("return_form", SendBackForm),
    "review": ("review_form", ReviewForm),
    "escalate": ("escalate_form", EscalateForm),
    "name": ("named_form", NamedForm),
    "appeal": ("appeal_form", AppealForm),
    "record_outcome": ("external_form", ExternalOutcomeForm),
    "reopen": ("reopen_form", ReopenForm),
    "ask_restriction": ("restriction_form", RestrictionForm),
    "rule_objection": ("ruling_form", RulingForm),
    "propose_sum": ("sum_form", SumHoldForm),
    "refer_sum": ("lock_form", LockForm),
    "revoke_grant": ("revoke_form", RevokeForm),
}


_NAMES: dict[type[Refusable], str] = {
    MessageForm: "message_form",
    EvidenceForm: "evidence_form",
    OfferForm: "offer_form",
    CareFindingForm: "care_form",
    HandlerForm: "handler_form",
    ReferralForm: "refer_form",
}


def forms_for(dispute: Dispute, context: dict[str, Any], shown: Iterable[Refusable] = ()) -> dict[str, Any]:
    """The forms every page of a case has, empty unless one of them comes back with what was typed."""
    forms: dict[str, Any] = {
        "message_form": MessageForm(context["channels"]) if context["channels"] else None,
        "evidence_form": EvidenceForm(context["points"]),
        "offer_form": OfferForm(),
    }
    shown, steps = list(shown), context["can"] | context["side_steps"] | context["outside_can"]
    forms |= {name: form() for step, (name, form) in _BY_STEP.items() if step in steps}
    if context["care_form_open"]:
        forms["care_form"] = CareFindingForm()
    if "assign" in context["can"]:
        forms["handler_form"] = HandlerForm(before.handlers(dispute))
    if "refer" in context["can"]:
        forms["refer_form"] = referral_form(dispute, context)
    names = _NAMES | {form: name for name, form in _BY_STEP.values()}
    return forms | {names[type(form)]: form for form in shown if type(form) in names}


def _known_to_rules(dispute: Dispute, context: dict[str, Any]) -> dict[str, Any]:
    """What only the rules can say: until when a case closes simply, and which text waits for approval."""
    until, draft = simple_until(dispute), context["answer_draft"]
    over = until is None or clock.now() > until
    return {
        "can": context["can"] - {"solve"} if over else context["can"],
        "simple_until": until,
        "answer_seal": responding.fingerprint(draft) if draft and draft.submitted_at else "",
    }


def referral_form(dispute: Dispute, context: dict[str, Any], data: Any = None) -> ReferralForm:
    """The form that names an outside body; only the trader chooses about the work here."""
    chooses = Actor.TR in context["acting"] and dispute.state != State.REMEDY_DUE
    return ReferralForm([row.body for row in context["outside"]], data, chooses=chooses)


def page(
    request: HttpRequest, template: str, dispute: Dispute, person: Person, *shown: Refusable, **more: Any
) -> HttpResponse:
    """The page of one case; forms in `shown` were refused and are drawn as they were sent."""
    involving.look(dispute, by=person)
    context = dossier.page(dispute, person) | {"outside": outward.bodies(dispute)}
    context["applies"] = terms.applying(dispute)
    context |= _known_to_rules(dispute, context)
    context |= forms_for(dispute, context, shown) | {"refused": shown[0] if shown else None} | more
    return render(request, template, context, status=shown[0].answered if shown else 200)
