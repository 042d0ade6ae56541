"""The shapes of disputes for programs. What goes in is closed; what comes out depends on who reads."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text
from helpdesk.core.money import plain

from ..access import grants
from ..models import Decision, Dispute, DisputeDeadline, Event, Evidence, Offer
from ..operations.responding import fingerprint
from ..reads.board import DUE, Wanted
from ..states import (
    Channel,
    Conclusion,
    DecisionKind,
    Finding,
    Measure,
    OfferState,
    Side,
    State,
    Unfit,
    Waiting,
)

STEPS = (
    "draw", "accept", "decline", "confirm", "no_comments", "end_mediation", "approve", "pay",
    "ask_withdrawal", "keep", "withdraw", "close", "extend", "send_delay_notice",
    "take_case", "assign_handler", "name_person", "propose_refusal", "approve_refusal", "turn_down_refusal",
    "ask_review", "review", "approve_answer", "return_answer", "accept_answer", "ask_mediation", "solved",
    "escalate", "automatic",
    "no_reply", "appeal", "drop_appeal", "refer", "stop_work", "external_outcome", "reopen",
    "ask_restriction", "rule_restriction", "object", "rule_objection",
)  # fmt: skip


# --- in -------------------------------------------------------------------------------------------
class NewStep(StrictSerializer):
    """A step to take. `role` says who is drawn, `proof` what shows a payment, `person` whom it is about,
    `sha256` which text is meant, `yes` a choice, and `note` whatever else is said.

    `extend` moves the date of `clock` to the day `until`, `send_delay_notice` tells that the answer is
    expected by that day; both say the `reason`. `propose_refusal` names the code of its `reason`, and
    `elsewhere` where to go.
    `ground` and `text` are an appeal's; `body`, `day`, `their_reference` and `stops` tell of an outside body;
    `outcome`, `text`, `day` and what is owed tell what it found; `text` says why a case is reopened,
    and `points` what is new in it.
    `ask_restriction` names the act in `role`, a ticket in `body`, and why; `rule_restriction` says `yes`.
    `object` gives a `reason` from the second time on; `rule_objection` says `yes` to uphold it, and why in
    `note`.
    """

    step = serializers.ChoiceField(STEPS)
    role = Text(max_length=20, required=False, default="")
    note = Text(max_length=2000, required=False, default="")
    proof = Text(max_length=200, required=False, default="")
    clock = Text(max_length=40, required=False, default="")
    until = serializers.DateField(required=False, allow_null=True, default=None)
    reason = Text(max_length=4000, required=False, default="")
    person = Text(max_length=254, required=False, default="")
    elsewhere = Text(max_length=4000, required=False, default="")
    sha256 = Text(max_length=64, required=False, default="")
    yes = serializers.BooleanField(required=False, default=False)
    ground = Text(max_length=20, required=False, default="")
    text = Text(max_length=20_000, required=False, default="")
    body = Text(max_length=160, required=False, default="")
    day = serializers.DateField(required=False, allow_null=True, default=None)
    their_reference = Text(max_length=80, required=False, default="")
    stops = serializers.BooleanField(required=False, default=False)
    points = serializers.ListField(child=Text(max_length=4000), required=False, default=list, max_length=10)
    outcome = Text(max_length=20, required=False, default="")
    remedy = Text(max_length=20, required=False, default="none")
    amount = serializers.DecimalField(
        max_digits=38, decimal_places=18, required=False, allow_null=True, default=None
    )
    currency = Text(max_length=12, required=False, default="")


class PointAnswer(StrictSerializer):
    """The answer to one point."""

    point = serializers.IntegerField(min_value=1, max_value=999)
    finding = serializers.ChoiceField(Finding.choices, required=False, default="")
    answer = Text(max_length=20_000, required=False, allow_blank=True, default="")


class NewAnswer(StrictSerializer):
    """The platform's answer. With `keep` it stays a draft; otherwise it has to be complete."""

    keep = serializers.BooleanField(required=False, default=False)
    conclusion = serializers.ChoiceField(Conclusion.choices, required=False, default="")
    measure = serializers.ChoiceField(Measure.choices, required=False, default="")
    measures = Text(max_length=20_000, required=False, allow_blank=True, default="")
    outcome = Text(max_length=20, required=False, allow_blank=True, default="")
    root_cause = Text(max_length=20, required=False, allow_blank=True, default="")
    remedy = Text(max_length=20, required=False, allow_blank=True, default="")
    amount = serializers.DecimalField(
        max_digits=38, decimal_places=18, required=False, allow_null=True, default=None
    )
    currency = Text(max_length=12, required=False, allow_blank=True, default="")
    evidence = serializers.ListField(child=Text(max_length=8), required=False, default=list, max_length=500)
    facts = Text(max_length=50_000, required=False, allow_blank=True, default="")
    rule_applied = Text(max_length=50_000, required=False, allow_blank=True, default="")
    reasoning = Text(max_length=50_000, required=False, allow_blank=True, default="")
    calculation = Text(max_length=50_000, required=False, allow_blank=True, default="")
    not_accepted = Text(max_length=50_000, required=False, allow_blank=True, default="")
    points = PointAnswer(many=True, required=False, default=list)


class NewDisputeMessage(StrictSerializer):
    """Something to say in one of the channels open to the key's owner."""

    body = Text(max_length=20_000)
    channel = serializers.ChoiceField(Channel.choices, default=Channel.OPEN)


class NewEvidence(StrictSerializer):
    """Files, with what they are and what they show."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=10)
    title = Text(max_length=200, required=False, allow_blank=True, default="")
    description = Text(max_length=4000, required=False, allow_blank=True, default="")
    late_reason = Text(max_length=1000, required=False, allow_blank=True, default="")


class DisputeFilters(StrictSerializer):
    """What a list of disputes may be narrowed by; all but the stage by readers of the register alone."""

    state = serializers.ChoiceField(State.choices, required=False)
    due = serializers.ChoiceField(list(DUE.items()), required=False)
    waiting_on = serializers.ChoiceField(Waiting.choices, required=False)
    jurisdiction = Text(max_length=20, required=False)
    handler = serializers.EmailField(required=False)
    q = Text(max_length=80, required=False)
    cursor = serializers.CharField(required=False, allow_blank=True)
    limit = serializers.CharField(required=False, allow_blank=True)

    def wanted(self) -> Wanted:
        """The filters as the board knows them."""
        typed = self.validated_data
        names = {"stage": "state", "due": "due", "turn": "waiting_on", "law": "jurisdiction"}
        names |= {"handler": "handler", "q": "q"}
        return Wanted(**{name: typed.get(given, "") for name, given in names.items()})


class ReturnAsked(StrictSerializer):
    """A period of days (UTC, last month unless said), one company or all, and as at which moment."""

    first = serializers.DateField(required=False, allow_null=True, default=None)
    last = serializers.DateField(required=False, allow_null=True, default=None)
    entity = Text(max_length=20, required=False, allow_blank=True, default="")
    as_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    format = serializers.ChoiceField(["csv", "xlsx", "json"], default="csv")
    bom = serializers.BooleanField(required=False, default=False)


# --- out ------------------------------------------------------------------------------------------
class DeadlineOut(serializers.Serializer):
    """One date of a case. Moments are UTC."""

    key = serializers.CharField(source="metric")
    kind = serializers.CharField()
    cycle = serializers.IntegerField()
    waits_for = serializers.ChoiceField(Waiting.choices)
    state = serializers.ChoiceField(["running", "paused", "fulfilled", "breached", "cancelled"])
    started_at = serializers.DateTimeField()
    due_at = serializers.SerializerMethodField()
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    detected_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, clock: DisputeDeadline) -> str | None:
        """When it ends."""
        return clock.due_at.isoformat().replace("+00:00", "Z") if clock.due_at else None


class DisputeOut(serializers.Serializer):
    """A dispute: where it is, whose turn, and every date."""

    reference = serializers.CharField()
    ticket = serializers.CharField(source="ticket.reference")
    subject = serializers.CharField()
    category = serializers.CharField()
    language = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    waiting_on = serializers.ChoiceField(Waiting.choices)
    outcome = serializers.SerializerMethodField()
    jurisdiction = serializers.CharField()
    platform_default = serializers.BooleanField()
    received_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    external_latest_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    chain_length = serializers.IntegerField()
    chain_head = serializers.CharField()
    deadlines = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    def get_outcome(self, dispute: Dispute) -> str | None:
        """How it ended, once it has."""
        return dispute.outcome or None

    @extend_schema_field(DeadlineOut(many=True))
    def get_deadlines(self, dispute: Dispute) -> Any:
        """In the order in which they were set; whoever mediated once knows those of then."""
        cut = grants.past(self.context["request"].user, dispute)
        clocks = sorted(dispute.deadlines.all(), key=lambda clock: clock.pk)
        clocks = [clock for clock in clocks if cut is None or clock.started_at <= cut]
        return DeadlineOut(clocks, many=True).data

    def get_url(self, dispute: Dispute) -> str:
        """The page for people."""
        return settings.BASE_URL + dispute.address_for(self.context["request"].user)


class PointOut(serializers.Serializer):
    """One allegation."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    raised_at = serializers.DateTimeField()


class EvidenceOut(serializers.Serializer):
    """One item of the index; `sha256` is of the bytes that `url` gives. What does not open for the key's
    owner has no `url`, and nothing that was typed about it: `reasons` and `summary` stand instead.
    """

    index_no = serializers.CharField()
    key = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)
    kind = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    supports = serializers.ListField(child=serializers.IntegerField())
    filename = serializers.CharField(source="original_filename")
    mime = serializers.CharField(source="mime_detected")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    status = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    captured_at = serializers.DateTimeField(allow_null=True)
    captured_by_clock = serializers.CharField()
    language = serializers.CharField()
    supersedes = serializers.CharField(source="supersedes.index_no", default=None)
    translation_of = serializers.CharField(source="translation_of.index_no", default=None)
    machine_translated = serializers.BooleanField()
    derivative_of = serializers.CharField(source="derivative_of.index_no", default=None)
    visibility = serializers.ChoiceField(["both", "restricted"])
    reasons = serializers.SerializerMethodField()
    summary = serializers.CharField(source="summary_for_other_side")
    late_reason = serializers.CharField()
    ruling = serializers.CharField()
    checked_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_reasons(self, item: Evidence) -> list[str]:
        """The codes of what is held back."""
        return [code for code in item.restricted_reason.split(",") if code]

    def get_url(self, item: Evidence) -> str | None:
        """Where its bytes are, for the same key."""
        if item.pk not in self.context["opens"]:
            return None
        return settings.BASE_URL + reverse("api_dispute_file", args=[self.context["reference"], item.key])

    def to_representation(self, item: Evidence) -> dict[str, Any]:
        """Without what was typed, where the item does not open."""
        told = super().to_representation(item)
        closed = item.pk not in self.context["opens"]
        return told | ({"title": "", "description": "", "filename": ""} if closed else {})


class DisputeMessageOut(serializers.Serializer):
    """Something that was said."""

    id = serializers.IntegerField(source="pk")
    channel = serializers.ChoiceField(Channel.choices)
    author = serializers.CharField(source="author.__str__")
    role = serializers.CharField()
    body = serializers.CharField()
    language = serializers.CharField()
    created_at = serializers.DateTimeField()


class OfferOut(serializers.Serializer):
    """A settlement offer. Whoever decides never sees one."""

    number = serializers.IntegerField()
    side = serializers.ChoiceField(Side.choices)
    made_at = serializers.DateTimeField()
    text = serializers.CharField()
    remedy = serializers.CharField()
    amount = serializers.SerializerMethodField()
    state = serializers.ChoiceField(OfferState.choices)
    sha256 = serializers.CharField(source="text_sha256")

    def get_amount(self, offer: Offer) -> str:
        """The sum as text with its currency; empty where no money is offered."""
        return f"{plain(offer.amount)} {offer.currency}" if offer.amount is not None else ""


class FindingOut(serializers.Serializer):
    """The answer to one point."""

    point = serializers.IntegerField(source="point.number")
    finding = serializers.ChoiceField(Finding.choices)
    answer = serializers.CharField()


class DecisionOut(serializers.Serializer):
    """A decision as it was issued; `sha256` is of its canonical text."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(DecisionKind.choices)
    review = serializers.CharField()
    language = serializers.CharField()
    issued_at = serializers.DateTimeField()
    conclusion = serializers.CharField()
    measure = serializers.CharField()
    measures = serializers.CharField()
    outcome = serializers.CharField()
    root_cause = serializers.CharField()
    remedy = serializers.CharField()
    amount = serializers.SerializerMethodField()
    currency = serializers.CharField()
    findings = FindingOut(many=True)
    facts = serializers.CharField()
    evidence = serializers.ListField(source="evidence_relied", child=serializers.CharField())
    rule_applied = serializers.CharField()
    reasoning = serializers.CharField()
    calculation = serializers.CharField()
    not_accepted = serializers.CharField()
    comments_answered = serializers.CharField()
    differs_because = serializers.CharField()
    rights = serializers.CharField()
    sha256 = serializers.CharField()
    chain_head = serializers.CharField()

    def get_amount(self, decision: Decision) -> str | None:
        """The sum as text, digit for digit."""
        return f"{decision.amount.normalize():f}" if decision.amount is not None else None


class AnswerDraftOut(DecisionOut):
    """The platform's answer before it is out. `sha256` is of the text as it stands: approving names it."""

    submitted_at = serializers.DateTimeField(allow_null=True)
    returned = serializers.CharField()

    def to_representation(self, answer: Decision) -> dict[str, Any]:
        """With the seal the text would get."""
        return super().to_representation(answer) | {"sha256": fingerprint(answer)}


class AdmissionOut(serializers.Serializer):
    """A refusal to admit the complaint, or the proposal of one, and its review."""

    reason = serializers.ChoiceField(Unfit.choices)
    explanation = serializers.CharField()
    elsewhere = serializers.CharField()
    stands = serializers.BooleanField()
    proposed_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    review_asked_at = serializers.DateTimeField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    admitted = serializers.BooleanField(allow_null=True)
    review_text = serializers.CharField()


class DisputeEventOut(serializers.Serializer):
    """One link of the chain: SHA-256(`prev` + `body`) is `hash`."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    action = serializers.CharField()
    role = serializers.CharField()
    actor = serializers.SerializerMethodField()
    body = serializers.CharField()
    prev = serializers.CharField()
    hash = serializers.CharField()

    def get_actor(self, event: Event) -> str | None:
        """The name of who did it; null for the system."""
        return str(event.actor) if event.actor else None
