"""Issuing an official letter: in the same transaction as the move it is about, once, and for good.

The letter is the text; the notices that go out with it only say that it is there. Both sides find it at the
same moment (F14), in the language of the complaint if there is a published template in it (F19).
"""

from typing import Any

from django.db.models import Max
from django.utils import translation

from accounts.models import Person

from ..errors import LetterIncomplete
from ..models import Decision, Dispute, Event, Letter, LetterTemplate
from ..reads import letters, names
from ..states import Actor, LetterKind, LetterLanguage
from ..states.letters import ROW
from . import chain, lettervalues

ISSUED, SETTLED = "dispute.letter.issued", "dispute.offer.letter"


def in_force(kind: str, language: str) -> LetterTemplate:
    """What a letter of this kind is made of now: in this language, or in English where there is none."""
    rows = LetterTemplate.objects.published().filter(kind=kind)
    found = rows.filter(language=language).first() or rows.filter(language=LetterLanguage.EN).first()
    if found is None:
        raise LetterIncomplete
    return found


def _next(dispute: Dispute, kind: LetterKind, decision: Decision | None) -> int:
    """The next number of its row: what not everybody reads is numbered apart, so that nobody sees a gap."""
    of = LetterKind(kind).row(ruling=decision is not None and not decision.is_answer)
    there = dispute.letters.filter(number__gt=of, number__lt=of + ROW)
    return (there.aggregate(last=Max("number"))["last"] or of) + 1


def languages() -> list[str]:
    """The languages in which every letter there is can be had."""
    have = LetterTemplate.objects.published().order_by().values_list("language", "kind").distinct()
    kinds: dict[str, set[str]] = {}
    for language, kind in have:
        kinds.setdefault(language, set()).add(kind)
    return [code for code in LetterLanguage.values if kinds.get(code, set()) >= set(LetterKind.values)]


def issue(
    dispute: Dispute,
    kind: LetterKind,
    event: Event,
    *,
    decision: Decision | None = None,
    by: Person | None = None,
    language: str = "",
    **told: Any,
) -> Letter:
    """Write the letter about this event of the held case; its hash is the next link of the log.

    Nothing is issued with a place left empty that must be filled: the whole step is refused then.
    """
    template = in_force(kind, language or dispute.language)
    number = _next(dispute, kind, decision)

    def written() -> tuple[str, str, str]:
        values = lettervalues.gathered(dispute, kind, event, decision=decision, languages=languages(), **told)
        subject, blocks = letters.filled(kind, template.subject, template.body, values)
        body, sha256 = letters.sealed(
            {
                "reference": dispute.reference,
                "number": number,
                "kind": str(kind),
                "template": template.number,
                "language": template.language,
                "issued_at": chain.moment(event.at),
                "chain_head": event.hash,
                "from": values.get("from", values["company"]),
                "to": values.get("to", values["trader"]),
                "subject": subject,
                "blocks": blocks,
            }
        )
        return subject, body, sha256

    with translation.override(template.language):
        with names.spoken(None):
            subject, body, sha256 = written()
        # For whoever may not know the people: the same letter at the same moment, with what they are called.
        with names.spoken(names.Voice(None, dispute)):
            _subject, outside, _sha256 = written()
    letter = Letter.objects.create(
        dispute=dispute,
        number=number,
        kind=kind,
        template=template,
        language=template.language,
        subject=subject,
        body=body,
        outside_body=outside,
        sha256=sha256,
        issued_at=event.at,
        event=event,
        chain_head=event.hash,
        decision=decision,
        author=decision.author if decision else by,
        approved_by=decision.approved_by if decision else None,
    )
    facts = {
        "letter": number,
        "kind": str(kind),
        "template": f"{template.language} {template.number}",
        "sha256": sha256,
    }
    # Where offers may not be known of, nor may it be known that one was agreed on (F15).
    action = SETTLED if kind == LetterKind.SETTLEMENT else ISSUED
    chain.add(dispute, action, by=None, role=Actor.SY, at=event.at, facts=facts, handling=False)
    return letter
