"""How much one caller may ask: counted per person, or per address for callers without a key."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from helpdesk.core.throttle import address, take

PER_MINUTE = {"read": 600, "write": 120, "anonymous": 60}


class PerCaller(BaseThrottle):
    """Reads and writes are counted apart, so that a busy importer can still look."""

    _wait: int = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; refuse it when the minute is used up."""
        limits = PER_MINUTE | getattr(settings, "API_PER_MINUTE", {})
        kind = "read" if request.method in SAFE_METHODS else "write"
        if request.auth is not None:
            # By person, not by key: whoever makes more keys may not ask more.
            bucket, limit = f"api:person:{request.user.pk}:{kind}", limits[kind]
        else:
            bucket, limit = f"api:address:{address(request.META)}", limits["anonymous"]
        self._wait = take(bucket, limit=limit, seconds=60)
        return self._wait == 0

    def wait(self) -> int:
        """Seconds until the next request may be made."""
        return self._wait
