"""Policies: every version stays public, with the dates it was in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.ui.caching import shared

from .. import access
from ..reads import policies


@require_safe
@shared
def index(request: HttpRequest) -> HttpResponse:
    """All policies with the version that binds today."""
    return render(request, "faq/policies.html", {"pages": policies.policies(timezone.now())})


@require_safe
@shared
def current(request: HttpRequest, slug: str) -> HttpResponse:
    """A policy as it binds today."""
    page = policies.policy_page(access.policy_for(slug), timezone.now())
    return render(request, "faq/policy.html", {"page": page})


@require_safe
@shared
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version of a policy, whatever its date."""
    found = access.policy_version_for(slug, number)
    page = policies.policy_page(found.policy, timezone.now(), number)
    return render(request, "faq/policy.html", {"page": page})
