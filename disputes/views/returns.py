"""Registers and returns in the desk."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.models import SignedIn

from .. import access
from ..forms import ReturnForm
from ..forms.returns import KINDS
from ..models import ReturnRun
from ..operations import returning
from .answers import carried_out, limit

SHOWN = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def returns(request: SignedIn) -> HttpResponse:
    """Ask for a return and get its file; below it stand the runs made before, with their hashes."""
    person = access.require_returns(request.user)
    form = ReturnForm(access.entities(), request.POST or None)
    if request.method == "POST":
        limit(person, "dispute.return", most=30)
        if made := _made(form, request):
            return made
    context = {"form": form, "runs": _before()}
    return render(request, "disputes/desk/returns.html", context, status=422 if form.errors else 200)


def _before() -> list[tuple[ReturnRun, str, str]]:
    """The last runs, each with what it was and whose, in words."""
    names = {one.code: one.name for one in access.entities()}
    runs = access.return_runs()[:SHOWN]
    return [(run, str(KINDS.get(run.kind, run.kind)), names.get(run.entity, run.entity)) for run in runs]


def _made(form: ReturnForm, request: SignedIn) -> HttpResponse | None:
    files: list[returning.File] = []

    def work() -> None:
        typed = form.cleaned_data
        asked = {"form": typed["form"], "bom": typed["bom"], "by": request.user}
        files.append(returning.run(typed["kind"], form.question(), **asked))

    return answer(files[0]) if carried_out(form, work) else None


def answer(file: returning.File) -> HttpResponse:
    """The file as a download, its hash beside it."""
    return HttpResponse(
        file.data,
        content_type=file.mime,
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "X-Content-SHA256": file.sha256,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
