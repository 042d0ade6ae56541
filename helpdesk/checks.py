"""Deploy mistakes that the product refuses to live with, as Django system checks and at process start."""

import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

DEMO_DOMAIN = "@demo.test"
SHORTEST_KEY, SHORTEST_MEDIA_KEY = 50, 32
_LOCAL = {"localhost", "127.0.0.1", "::1"}


@register(Tags.security, deploy=True)
def safe_settings(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Outside demo mode: no DEBUG, a real secret key, named hosts, TLS for anything but this machine."""
    if settings.DEMO:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on outside demo mode.", hint="Unset DEBUG.", id="helpdesk.E001"))
    if len(settings.SECRET_KEY) < SHORTEST_KEY or len(set(settings.SECRET_KEY)) < 10 or _is_default():
        found.append(
            Error(
                "SECRET_KEY is a default, too short or too simple.",
                hint=f"Set SECRET_KEY or SECRET_KEY_FILE to {SHORTEST_KEY} random characters or more.",
                id="helpdesk.E002",
            )
        )
    if settings.MEDIA_KEY and len(settings.MEDIA_KEY) < SHORTEST_MEDIA_KEY:
        found.append(
            Error(
                "MEDIA_KEY is too short.",
                hint=f"Set MEDIA_KEY or MEDIA_KEY_FILE to {SHORTEST_MEDIA_KEY} random characters or more.",
                id="helpdesk.E006",
            )
        )
    if not settings.ALLOWED_HOSTS or any(host in {"*", "."} for host in settings.ALLOWED_HOSTS):
        found.append(
            Error("ALLOWED_HOSTS must name the hosts of this site.", hint="No wildcard.", id="helpdesk.E003")
        )
    base = urlparse(settings.BASE_URL)
    if base.scheme != "https" and base.hostname not in _LOCAL:
        found.append(
            Error("BASE_URL is not https.", hint="Sessions would travel in the clear.", id="helpdesk.E004")
        )
    return found


@register(Tags.database)
def no_demo_accounts(
    app_configs: Sequence[Any] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Outside demo mode there are no accounts whose password everybody knows."""
    if settings.DEMO or not databases:
        return []
    try:
        present = get_user_model().objects.filter(email__iendswith=DEMO_DOMAIN, is_active=True).exists()
    except DatabaseError:  # not migrated, or not there: other checks say so
        return []
    if not present:
        return []
    return [
        Error(
            "Demo accounts are present outside demo mode.",
            hint=f"Remove the accounts that end in {DEMO_DOMAIN}, or start from an empty database.",
            id="helpdesk.E005",
        )
    ]


def refuse_unsafe_start() -> None:
    """End the process with a clear message when a check fails; tests start their own way."""
    found = [*safe_settings(), *no_demo_accounts(databases=["default"])]
    if found and "pytest" not in sys.modules:
        lines = [f"  {message.id}: {message.msg} {message.hint}" for message in found]
        raise SystemExit("Refusing to start:\n" + "\n".join(lines))


def _is_default() -> bool:
    return settings.SECRET_KEY.lower().startswith(("django-insecure", "insecure", "changeme", "change-me"))
