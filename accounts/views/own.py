"""One's own settings, and the switches in every page's head."""

from datetime import timedelta

from allauth.account.internal.decorators import login_stage_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.core.errors import Invalid
from helpdesk.ui.middleware import LANGUAGE_COOKIE

from .. import access
from ..forms import (
    AdjustmentForm,
    CodeForm,
    FactorForm,
    FirstCodeForm,
    KeyForm,
    LanguageForm,
    OwnCareForm,
    PreferencesForm,
    ThemeForm,
)
from ..models import SignedIn
from ..operations import api_keys, caring, factors
from ..operations.registration import set_preferences
from ..states import FACTOR_STAGE, Role

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch stood on, never to another site."""
    goal = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(goal if safe else "/")


def _remember(request: HttpRequest, cookie: str, field: str, value: str) -> HttpResponse:
    if request.user.is_authenticated:
        set_preferences(request.user, **{field: value})
    response = _back(request)
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, on the same page. Needs no token, so that pages for everyone stay cacheable."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _back(request)
    return _remember(request, LANGUAGE_COOKIE, "language", form.cleaned_data["language"])


@csrf_exempt
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark and the device's own."""
    form = ThemeForm(request.POST)
    return (
        _remember(request, "theme", "theme", form.cleaned_data["theme"])
        if form.is_valid()
        else _back(request)
    )


@login_required
def me(request: SignedIn) -> HttpResponse:
    """One's own settings."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        set_preferences(request.user, **form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        return redirect("me")
    return render(request, "accounts/me.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def adjustments(request: SignedIn) -> HttpResponse:
    """What is done differently for me: I say it, see it and take it away, whoever noted it."""
    person = access.require(request.user, Role.TRADER)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    adjusting = AdjustmentForm(request.POST if do == "adjust" else None)
    saying = OwnCareForm(request.POST if do == "say" else None)
    if do == "adjust" and adjusting.done(lambda: caring.adjust(person, by=person, **adjusting.cleaned_data)):
        return _adjusted(request, _("Noted. Whoever serves you sees it."))
    if do == "say" and saying.done(lambda: caring.note(person, by=person, **saying.cleaned_data)):
        return _adjusted(request, _("Thank you. Only who serves you and compliance read it."))
    if do in {"remove", "unsay"}:
        _take_away(request, do)
        return _adjusted(request, _("Removed."))
    context = {"adjustments": access.adjustments(person), "said": access.own_care_notes(person)}
    context |= {"adjust_form": adjusting, "say_form": saying}
    status = next((form.answered for form in (adjusting, saying) if form.errors), 200)
    return render(request, "accounts/adjustments.html", context, status=status)


def _take_away(request: SignedIn, do: str) -> None:
    number, person = request.POST.get("number", ""), request.user
    pk = int(number) if number.isdecimal() and len(number) < 16 else 0
    if do == "remove":
        caring.remove(access.adjustment_of(person, pk), by=person)
    else:
        caring.end(access.care_note_of(person, pk), by=person)


def _adjusted(request: SignedIn, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("adjustments")


@login_required
def api_key_list(request: SignedIn) -> HttpResponse:
    """One's own keys for programs; a new one is shown this once and never again."""
    form, secret = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        expires_at = timezone.now() + timedelta(days=days) if days else None
        name, scopes = form.cleaned_data["name"], form.cleaned_data["scopes"]
        _key, secret = api_keys.issue(
            request.user, name=name, by=request.user, scopes=scopes, expires_at=expires_at
        )
        form = KeyForm()
    context = {"form": form, "secret": secret, "keys": access.own_keys(request.user), "now": timezone.now()}
    return render(request, "accounts/api_keys.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke_api_key(request: SignedIn, pk: int) -> HttpResponse:
    """End one of one's own keys now."""
    api_keys.revoke(access.own_key(request.user, pk), by=request.user)
    messages.success(request, _("The key is revoked. Programs that use it are refused from now on."))
    return redirect("api_keys")


PENDING = "factor.pending"


def _refused(form: CodeForm, refusal: Invalid) -> None:
    for field, sentences in (refusal.fields or {"code": [refusal.message]}).items():
        form.add_error(field, [str(sentence) for sentence in sentences])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: SignedIn) -> HttpResponse:
    """One's second factor: set up with the first code, then the recovery codes, shown this once."""
    if access.has_factor(request.user):
        return render(request, "accounts/factor.html", {"form": FactorForm()})
    secret = request.session.setdefault(PENDING, factors.new_secret())
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (codes := _set_up(request, form, secret)):
        return render(request, "accounts/factor_codes.html", {"codes": codes})
    context = {"form": form, "secret": secret, "link": factors.link(request.user, secret)}
    return render(request, "accounts/factor_setup.html", context, status=422 if form.errors else 200)


def _set_up(request: SignedIn, form: FactorForm, secret: str) -> list[str]:
    if not form.is_valid():
        return []
    keep = request.session.session_key or ""
    try:
        codes = factors.set_up(request.user, secret, **form.cleaned_data, keep=keep)
    except Invalid as refusal:
        _refused(form, refusal)
        return []
    del request.session[PENDING]
    return codes


@login_required
@require_POST
def remove_factor(request: SignedIn) -> HttpResponse:
    """Back to the password alone."""
    form = FactorForm(request.POST)
    if form.is_valid():
        try:
            factors.remove(request.user, **form.cleaned_data)
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("The second factor is removed."))
            return redirect("factor")
    return render(request, "accounts/factor.html", {"form": form}, status=422)


@login_stage_required(stage=FACTOR_STAGE, redirect_urlname="account_login")
@require_http_methods(["GET", "HEAD", "POST"])
def factor_code(request: HttpRequest) -> HttpResponse:
    """The second half of a sign-in."""
    stage = vars(request)["_login_stage"]  # put there by the decorator
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            factors.check(stage.login.user, form.cleaned_data["code"])
        except Invalid as refusal:
            _refused(form, refusal)
        else:
            return stage.exit()
    return render(request, "accounts/factor_code.html", {"form": form}, status=422 if form.errors else 200)
