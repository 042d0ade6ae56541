"""The form of a reasoned decision."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import BLOCKS, Decision, Dispute, Evidence, Point
from ..operations.ruling import NEUTRAL_OUTCOMES, Draft
from ..states import Finding, choices, coded, word
from .steps import Refusable, Text, sum_field

_LABELS = {
    "facts": _("Facts found"),
    "rule_applied": _("Rule or term applied, with its version"),
    "reasoning": _("Reasons"),
    "calculation": _("Calculation"),
    "not_accepted": _("What was not accepted, and why"),
}


_EMPTY = {"required": _("This part may not be empty.")}


class DecisionForm(Refusable):
    """A reasoned decision. Nothing is pre-filled but what its author wrote before; `keep` is for a draft."""

    use_required_attribute = False

    def __init__(
        self,
        dispute: Dispute,
        evidence: list[Evidence],
        data: Any = None,
        *,
        draft: Decision | None = None,
        keep: bool = False,
        comments: bool = False,
        earlier: bool = False,
    ) -> None:
        self.dispute, self.needed = dispute, not keep
        self.numbers = list(dispute.points.all())
        super().__init__(data, initial=_initial(draft))
        for point in self.numbers:
            name, number = f"point_{point.number}", f"{point.number}. "
            self.fields[f"{name}_finding"] = self._choice(number + gettext("Finding"), Finding.choices)
            answer = self._text(number + gettext("Answer to this point"), lines=4, longest=20_000)
            self.fields[name] = answer
        for block in BLOCKS:
            self.fields[block] = self._text(_LABELS[block], lines=5, longest=50_000)
        self.fields["evidence"] = forms.MultipleChoiceField(
            label=_("Evidence relied on"),
            required=self.needed,
            error_messages=_EMPTY,
            widget=forms.CheckboxSelectMultiple,
            choices=[(item.index_no, str(item)) for item in evidence],
        )
        outcomes = [(code, word("outcomes", code)) for code in NEUTRAL_OUTCOMES]
        self.fields["outcome"] = self._choice(_("Outcome"), outcomes)
        self.fields["root_cause"] = self._choice(_("Cause"), choices("root_causes", coded))
        self.fields["remedy"] = self._choice(_("Remedy"), choices("remedies"))
        self.fields["amount"] = forms.DecimalField(
            label=_("Sum"),
            max_digits=38,
            decimal_places=18,
            min_value=Decimal(0),
            required=False,
            widget=sum_field(),
        )
        self.fields["currency"] = Text(label=_("Currency"), max_length=12, required=False)
        if earlier:
            self.fields["differs_because"] = Text(
                label=_("Differs because"),
                lines=3,
                max_length=4000,
                required=False,
                help_text=_(
                    "Needed when your outcome is another than most earlier ones; both sides read it."
                ),
            )
        if comments:
            self.fields["comments_answered"] = Text(
                label=_("Answer to the comments"),
                lines=5,
                max_length=20_000,
                required=False,
                help_text=_("Needed when a side has commented; it becomes part of the decision."),
            )

    def _text(self, label: Any, *, lines: int, longest: int) -> Text:
        return Text(label=label, lines=lines, max_length=longest, required=self.needed, error_messages=_EMPTY)

    def _choice(self, label: Any, found: list[tuple[str, Any]]) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=label, choices=[("", "–"), *found], required=self.needed, error_messages=_EMPTY
        )

    def blocks(self) -> list[Any]:
        """The fields of the blocks, for the page."""
        return [self[name] for name in BLOCKS]

    def answers(self) -> list[tuple[Point, Any, Any]]:
        """Each point with its two fields, for the page."""
        return [
            (point, self[f"point_{point.number}_finding"], self[f"point_{point.number}"])
            for point in self.numbers
        ]

    def draft(self) -> Draft:
        """What was written."""
        typed = self.cleaned_data
        return Draft(
            blocks={name: typed.get(name, "") for name in BLOCKS},
            outcome=typed.get("outcome", ""),
            remedy=typed.get("remedy", ""),
            root_cause=typed.get("root_cause", ""),
            amount=typed.get("amount"),
            currency=typed.get("currency", ""),
            evidence=tuple(typed.get("evidence", ())),
            comments_answered=typed.get("comments_answered", ""),
            review=typed.get("review", ""),
            differs_because=typed.get("differs_because", ""),
            seen=str(self.data.get("seen", ""))[:64],
            findings={
                point.number: (
                    typed.get(f"point_{point.number}_finding", ""),
                    typed.get(f"point_{point.number}", ""),
                )
                for point in self.numbers
            },
        )


def _initial(draft: Decision | None) -> dict[str, Any]:
    if draft is None:
        return {}
    values: dict[str, Any] = {name: getattr(draft, name) for name in BLOCKS}
    values |= {name: getattr(draft, name) for name in ("outcome", "remedy", "root_cause", "currency")}
    values |= {"evidence": draft.evidence_relied, "review": draft.review}
    values |= {"differs_because": draft.differs_because}
    values |= {"comments_answered": draft.comments_answered if draft.issued_at is None else ""}
    values |= {"amount": draft.amount.normalize() if draft.amount is not None else None}
    for row in draft.findings.select_related("point"):
        values[f"point_{row.point.number}_finding"] = row.finding
        values[f"point_{row.point.number}"] = row.answer
    return values
