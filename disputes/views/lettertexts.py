"""The words of letters in the desk: what is in force, what is drafted, and how a letter would look."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import Invalid, NotFound
from helpdesk.core.text import many_lines, one_line

from ..access import letters as doors
from ..forms.letters import LetterTextForm
from ..forms.steps import StepForm
from ..models import LetterTemplate
from ..operations import letterwriting as writing
from ..reads import letters
from ..reads.lettersamples import samples
from ..states import NEEDS, PLACES, LetterKind, LetterLanguage
from .answers import carried_out, done


@login_required
@require_safe
def overview(request: SignedIn) -> HttpResponse:
    """Every letter in every language: the version in force, and whether a draft waits."""
    doors.require_templates(request.user)
    rows = list(doors.every_template())
    context = {"letters": [(kind, _row(kind, rows)) for kind in LetterKind], "languages": LetterLanguage}
    return render(request, "disputes/desk/letters.html", context)


def _row(kind: str, rows: list[LetterTemplate]) -> list[dict[str, Any]]:
    found = []
    for language in LetterLanguage:
        mine = [row for row in rows if row.kind == kind and row.language == language]
        standing = next((row for row in mine if row.published_at), None)
        draft = next((row for row in mine if not row.published_at), None)
        found.append({"language": language, "standing": standing, "draft": draft})
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, kind: str, language: str) -> HttpResponse:
    """Write a draft and see the letter it would make; keep it, or drop it."""
    person = doors.require_templates(request.user)
    writing.known(kind, language)
    if request.method != "POST":
        return _shown(request, kind, language)
    doors.require_writing(person)
    if request.POST.get("do") == "drop":
        writing.drop(kind, language, by=person)
        return done(request, _here(kind, language), _("The draft was dropped."))
    return _written(request, kind, language)


def _written(request: SignedIn, kind: str, language: str) -> HttpResponse:
    form = LetterTextForm(request.POST)
    if request.POST.get("do") == "keep":
        if carried_out(form, lambda: writing.save(kind, language, by=request.user, **form.cleaned_data)):
            return done(request, _here(kind, language), _("The draft is kept. Somebody else can publish it."))
    elif form.is_valid() and (
        wrong := letters.wrong(kind, form.cleaned_data["subject"], form.cleaned_data["body"])
    ):
        # Only to look at: nothing is kept, and what is wrong is named all the same.
        form.take(Invalid(fields=wrong))
    return _shown(request, kind, language, form)


def _here(kind: str, language: str) -> str:
    return reverse("disputes:letter-edit", args=[kind, language])


def _shown(
    request: SignedIn,
    kind: str,
    language: str,
    form: LetterTextForm | None = None,
    refused: StepForm | None = None,
) -> HttpResponse:
    context = _about(request, kind, language) | _texts(request, kind, language, form) | {"refused": refused}
    wrong = refused or (form if form is not None and form.errors else None)
    status = wrong.answered if wrong else 200
    return render(request, "disputes/desk/letter_edit.html", context, status=status)


def _texts(request: SignedIn, kind: str, language: str, form: LetterTextForm | None) -> dict[str, Any]:
    """The versions, and what the form shows: what was typed, else the draft, else the words in force."""
    versions = list(doors.template_versions(kind, language))
    draft = next((row for row in versions if row.published_at is None), None)
    base, seen = draft or versions[0], writing.seal(draft)
    typed: Any = form.data if form else {"subject": base.subject, "body": base.body, "seen": seen}
    return {
        "form": form or LetterTextForm(initial=typed),
        "draft": draft,
        "seal": seen,
        "versions": versions,
        "standing": next(row for row in versions if row.published_at),
        "preview": _preview(kind, language, str(typed.get("subject", "")), str(typed.get("body", ""))),
        "mine": draft is not None and draft.author_id == request.user.pk,
    }


def _about(request: SignedIn, kind: str, language: str) -> dict[str, Any]:
    needs = NEEDS[kind]
    places = [(name, "{{" + name + "}}", PLACES[name], name in needs.must) for name in needs.known]
    return {
        "kind": LetterKind(kind),
        "language": LetterLanguage(language),
        "places": places,
        "may_write": doors.may_write(request.user),
        "may_publish": doors.may_publish(request.user),
    }


def _preview(kind: str, language: str, subject: str, body: str) -> dict[str, Any] | None:
    """The letter with made-up words, as far as one can be made of this text."""
    with translation.override(language):
        values = samples()
    try:
        told, blocks = letters.filled(kind, one_line(subject), many_lines(body), values)
    except Invalid:
        return None
    return {"subject": told, "blocks": blocks}


@login_required
@require_POST
def publish(request: SignedIn, kind: str, language: str) -> HttpResponse:
    """Put the draft in force: somebody who has not written it."""
    person = doors.require_publishing(request.user)
    writing.known(kind, language)
    step = StepForm(request.POST)
    seen = request.POST.get("seen", "")
    if carried_out(step, lambda: writing.publish(kind, language, seen=seen, by=person)):
        return done(request, _here(kind, language), _("Letters are made of it from now on."))
    return _shown(request, kind, language, refused=step)


@login_required
@require_safe
def version(request: SignedIn, kind: str, language: str, number: int) -> HttpResponse:
    """An old version, or any other, to read."""
    doors.require_templates(request.user)
    writing.known(kind, language)
    found = next((row for row in doors.template_versions(kind, language) if row.number == number), None)
    if found is None:
        raise NotFound
    context = _about(request, kind, language) | {
        "version": found,
        "preview": _preview(kind, language, found.subject, found.body),
    }
    return render(request, "disputes/desk/letter_version.html", context)
