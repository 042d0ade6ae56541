"""The official letters: which there are, what each must say and may say. Templates hold no logic."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """The letters of the procedure (disputes.md 5.5)."""

    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    INADMISSIBLE = "inadmissible", _("Not admitted")
    SOLVED = "solved", _("Summary of a simple solution")
    DELAY = "delay", _("Our answer is late")
    ANSWER = "answer", _("The platform's answer")
    APPOINTMENT = "appointment", _("Mediator appointed")
    SETTLEMENT = "settlement", _("Settlement agreement")
    PROVISIONAL = "provisional", _("Provisional decision")
    DECISION = "decision", _("Decision")
    APPEAL = "appeal", _("Decision on review")
    SENT_BACK = "sent_back", _("Sent back to a new decider")
    REMEDY = "remedy", _("What was owed has been carried out")
    NO_REPLY = "no_reply", _("Closed without a reply")
    RIGHTS = "rights", _("Reminder of your rights outside")
    INFO_REQUEST = "info_request", _("Request for information")
    PACK = "external_pack", _("Cover of a file for an outside body")

    def row(self, *, ruling: bool) -> int:
        """After which number such letters are counted: 1, 2 … for all, rulings and settlements apart."""
        if self == LetterKind.SETTLEMENT:
            return 2 * ROW
        return ROW if ruling else 0


# How many letters of one row a case can have.
ROW = 1000


class LetterLanguage(models.TextChoices):
    """The languages letters exist in."""

    ZH = "zh-hans", "中文"
    EN = "en", "English"


@dataclass(frozen=True)
class Place:
    """A place in a template. `alone`: a list, or what a person wrote; nothing may stand beside it (F9)."""

    label: str | Promise
    alone: bool = False


PLACES: dict[str, Place] = {
    "reference": Place(_("Reference of the case")),
    "subject": Place(_("Subject of the complaint")),
    "trader": Place(_("Name of the trader")),
    "company": Place(_("Name of the company")),
    "received": Place(_("Day the complaint was received")),
    "contact": Place(_("How to reach us")),
    "page": Place(_("Address of the case's page")),
    "policy": Place(_("Rules the case is under, with their version")),
    "languages": Place(_("Languages to choose from")),
    "latest": Place(_("Last day to go outside")),
    "rights": Place(_("What stays open to the trader"), alone=True),
    "bodies": Place(_("Bodies outside, with their last days"), alone=True),
    "points": Place(_("The points of the complaint"), alone=True),
    "stages": Place(_("The stages with their dates"), alone=True),
    "evidence_count": Place(_("How many items of evidence are in the file")),
    "handled_by": Place(_("Who deals with it, and what happens next"), alone=True),
    "default": Place(_("That our own promise was broken"), alone=True),
    "reason": Place(_("The reason, from the list")),
    "explanation": Place(_("The explanation as written"), alone=True),
    "elsewhere": Place(_("Where to go instead, as written"), alone=True),
    "words": Place(_("The trader's own words"), alone=True),
    "why": Place(_("Why, as written or from the list"), alone=True),
    "open": Place(_("What is still open")),
    "expected": Place(_("When the answer is expected")),
    "answers": Place(_("Finding and answer for each point"), alone=True),
    "facts": Place(_("Facts found"), alone=True),
    "evidence": Place(_("Evidence relied on"), alone=True),
    "rule": Place(_("Rule or term applied, with its version"), alone=True),
    "reasons": Place(_("Reasons"), alone=True),
    "calculation": Place(_("Calculation"), alone=True),
    "not_accepted": Place(_("What was not accepted, and why"), alone=True),
    "measures": Place(_("What was changed so that it does not happen again"), alone=True),
    "differs": Place(_("Why it differs from earlier decisions"), alone=True),
    "comments": Place(_("Answer to the comments"), alone=True),
    "conclusion": Place(_("The form the answer ends in")),
    "outcome": Place(_("Outcome")),
    "remedy": Place(_("Remedy, with its sum")),
    "decided_by": Place(_("Who wrote it")),
    "approved_by": Place(_("Who approved it")),
    "hands": Place(
        _("Who wrote and who approved it, and that they had not worked on the ticket"), alone=True
    ),
    "comment_by": Place(_("Last day for comments")),
    "accept_by": Place(_("Last day to accept")),
    "appeal_by": Place(_("Last day to ask for a review")),
    "review": Place(_("What became of the decision")),
    "answered_on": Place(_("Day of our answer")),
    "reopen_by": Place(_("Last day to reopen the case")),
    "mediator": Place(_("Name of the mediator")),
    "statements": Place(_("What the mediator has signed"), alone=True),
    "interests": Place(_("Interests the mediator has declared"), alone=True),
    "object_by": Place(_("Last day for an objection")),
    "mediation_by": Place(_("End of the mediation")),
    "terms": Place(_("The text both sides accepted"), alone=True),
    "seal": Place(_("SHA-256 of that text")),
    "proof": Place(_("Ledger entry or transaction")),
    "carried_out": Place(_("Day it was carried out")),
    "confirm_by": Place(_("Last day to say that it has not arrived")),
    "asker": Place(_("Who asks, with their part in the case")),
    "items": Place(_("The things asked for"), alone=True),
    "until": Place(_("Last day to answer")),
    "otherwise": Place(_("What happens if nothing comes"), alone=True),
    "answer_at": Place(_("Address of the page to answer on")),
    "body": Place(_("Name of the outside body")),
    "their_reference": Place(_("The body's own number for the case")),
    "brief": Place(_("The case in short"), alone=True),
    "contents": Place(_("What the file for the body holds"), alone=True),
    "left_out": Place(_("What it does not hold, and why"), alone=True),
    "handler": Place(_("Whom the body can ask"), alone=True),
}


@dataclass(frozen=True)
class Needs:
    """What a kind of letter cannot do without, and what else it can say; the rest is unknown to it."""

    must: tuple[str, ...]
    may: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every place that can stand in it, in the order of the list."""
        allowed = {*self.must, *self.may, *_ALWAYS}
        return tuple(name for name in PLACES if name in allowed)


_ALWAYS = (
    "reference", "subject", "trader", "company", "received", "contact", "page", "policy", "languages",
    "latest", "bodies",
)  # fmt: skip
_REASONED = ("answers", "facts", "evidence", "rule", "reasons", "calculation", "not_accepted")
_K = LetterKind
NEEDS: dict[str, Needs] = {
    _K.ACKNOWLEDGEMENT: Needs(
        ("reference", "received", "points", "handled_by", "contact", "stages", "languages", "rights"),
        ("default", "evidence_count"),
    ),
    _K.INADMISSIBLE: Needs(("reference", "reason", "explanation", "elsewhere", "rights")),
    _K.SOLVED: Needs(("reference", "words", "rights"), ("reopen_by",)),
    _K.DELAY: Needs(("reference", "why", "open", "rights"), ("expected", "evidence_count", "points")),
    _K.ANSWER: Needs(
        ("reference", *_REASONED, "conclusion", "remedy", "measures", "hands", "rights"),
        ("outcome", "accept_by", "decided_by", "approved_by"),
    ),
    _K.APPOINTMENT: Needs(
        ("reference", "mediator", "statements"), ("interests", "object_by", "mediation_by")
    ),
    _K.SETTLEMENT: Needs(("reference", "terms", "remedy", "seal")),
    _K.PROVISIONAL: Needs(
        ("reference", *_REASONED, "decided_by", "outcome", "remedy", "comment_by", "rights"),
        ("comments", "differs", "measures"),
    ),
    _K.DECISION: Needs(
        ("reference", *_REASONED, "decided_by", "outcome", "remedy", "rights"),
        ("comments", "differs", "measures", "accept_by", "appeal_by"),
    ),
    _K.APPEAL: Needs(
        ("reference", *_REASONED, "decided_by", "review", "outcome", "remedy", "rights"),
        ("comments", "differs", "measures", "accept_by"),
    ),
    _K.SENT_BACK: Needs(("reference", *_REASONED, "decided_by", "rights"), ("review",)),
    _K.REMEDY: Needs(("reference", "remedy", "proof", "carried_out"), ("confirm_by",)),
    _K.NO_REPLY: Needs(("reference", "answered_on", "rights"), ("reopen_by",)),
    _K.RIGHTS: Needs(("reference", "why", "rights"), ("reopen_by",)),
    _K.INFO_REQUEST: Needs(
        ("reference", "asker", "items", "why", "until", "otherwise", "answer_at"), ("evidence_count",)
    ),
    _K.PACK: Needs(
        ("reference", "body", "brief", "contents", "left_out", "handler", "contact"), ("their_reference",)
    ),
}
