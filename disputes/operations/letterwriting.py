"""The words of letters: drafted by one person, published by another; what was published stays as it is."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid, NotFound
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines, one_line

from ..access import letters as doors
from ..errors import OwnTemplate, TemplateChanged
from ..models import LetterTemplate
from ..reads import letters
from ..states import LetterKind, LetterLanguage


def known(kind: str, language: str) -> None:
    """There is such a letter in such a language; otherwise there is nothing (404)."""
    if kind not in LetterKind.values or language not in LetterLanguage.values:
        raise NotFound


def seal(draft: LetterTemplate | None) -> str:
    """What says whether a draft is still the text somebody has read; empty for none."""
    return hashlib.sha256(f"{draft.subject}\n{draft.body}".encode()).hexdigest() if draft else ""


def _standing(kind: str, language: str) -> LetterTemplate:
    """The newest published version: whoever writes or publishes holds it first, so that they take turns."""
    return hold(LetterTemplate.objects.published().filter(kind=kind, language=language)[0])


def _draft(kind: str, language: str) -> LetterTemplate | None:
    return LetterTemplate.objects.draft().filter(kind=kind, language=language).first()


@transaction.atomic
def save(
    kind: str, language: str, *, subject: str, body: str, seen: str, by: Person, at: datetime | None = None
) -> LetterTemplate:
    """Keep a draft. Unknown places, missing ones and empty headings are refused, each by its name."""
    doors.require_writing(by)
    known(kind, language)
    _standing(kind, language)
    draft = _draft(kind, language)
    if seal(draft) != seen:
        raise TemplateChanged
    subject, body = one_line(subject), many_lines(body)
    if wrong := letters.wrong(kind, subject, body):
        raise Invalid(fields=wrong)
    rows = LetterTemplate.objects.filter(kind=kind, language=language)
    if draft is None:
        last = rows.aggregate(last=Max("number"))["last"] or 0
        draft = LetterTemplate(kind=kind, language=language, number=last + 1)
    # Whoever touched it last is its author: an editor who corrects a word does not publish it either.
    draft.subject, draft.body, draft.author, draft.saved_at = subject, body, by, at or clock.now()
    draft.save()
    record("letter.template.saved", subject=_name(draft), actor=by, number=draft.number, sha256=seal(draft))
    return draft


@transaction.atomic
def drop(kind: str, language: str, *, by: Person) -> None:
    """The draft is not wanted; what is in force stays."""
    doors.require_writing(by)
    known(kind, language)
    _standing(kind, language)
    draft = _draft(kind, language)
    if draft is None:
        raise Conflict(_("There is no draft."), code="no_draft")
    record("letter.template.dropped", subject=_name(draft), actor=by, number=draft.number)
    draft.delete()


@transaction.atomic
def publish(kind: str, language: str, *, seen: str, by: Person, at: datetime | None = None) -> LetterTemplate:
    """Letters are made of it from now on. Somebody who has not written it, and has read exactly this."""
    doors.require_publishing(by)
    known(kind, language)
    _standing(kind, language)
    draft = _draft(kind, language)
    if draft is None:
        raise Conflict(_("There is no draft."), code="no_draft")
    if draft.author_id == by.pk:
        raise OwnTemplate
    if seal(draft) != seen:
        raise TemplateChanged
    if wrong := letters.wrong(kind, draft.subject, draft.body):
        raise Invalid(fields=wrong)
    draft.published_at, draft.published_by = at or clock.now(), by
    draft.save(update_fields=["published_at", "published_by"])
    record(
        "letter.template.published", subject=_name(draft), actor=by, number=draft.number, sha256=seal(draft)
    )
    return draft


def _name(template: LetterTemplate) -> str:
    return f"letter:{template.kind}:{template.language}"
