"""Typed reading of the environment: a wrong or missing value stops the start and names the variable.

Every reader takes the variable's name. A secret may also come from a file: `NAME_FILE=/run/secrets/x`
is read (and stripped of its last newline) when `NAME` itself is absent.
"""

import os
import re
from pathlib import Path
from urllib.parse import ParseResult, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The value as text; without a default the variable is required."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\n")
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read: {error}") from error
    if default is None:
        raise ImproperlyConfigured(f"The environment variable {name} is required.")
    return default


def flag(name: str, default: bool) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off."""
    value = text(name, "on" if default else "off").strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0 (true/false, yes/no, on/off), not {value!r}.")


def number(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    """A whole number between `low` and `high`, both included."""
    raw = text(name, str(default))
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} must lie between {low} and {high}, not {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, empty parts left out."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def url(name: str, default: str | None, *, schemes: set[str]) -> ParseResult | None:
    """A URL with one of the schemes; an empty value is None."""
    raw = text(name, default or "")
    if not raw:
        return None
    parsed = urlparse(raw)
    if parsed.scheme not in schemes:
        allowed = ", ".join(sorted(schemes))
        raise ImproperlyConfigured(f"{name} must be a URL that starts with one of: {allowed}.")
    return parsed


def database(name: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name` as Django's settings for one database."""
    parsed = url(name, None, schemes={"postgres", "postgresql"})
    if parsed is None:
        raise ImproperlyConfigured(f"The environment variable {name} is required.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parsed.path.lstrip("/")),
        "USER": unquote(parsed.username or ""),
        "PASSWORD": unquote(parsed.password or ""),
        "HOST": parsed.hostname or "",
        "PORT": str(parsed.port or ""),
    }


def mail(name: str, default: str) -> dict[str, object]:
    """`smtp://user:password@host:port`, `smtps://…` (TLS from the start) or `smtp+tls://…` (STARTTLS)."""
    parsed = url(name, default, schemes={"smtp", "smtps", "smtp+tls", "demo"})
    if parsed is None or parsed.scheme == "demo":
        return {"host": "", "port": 0, "username": "", "password": "", "use_ssl": False, "use_tls": False}
    return {
        "host": parsed.hostname or "localhost",
        "port": parsed.port or {"smtps": 465, "smtp+tls": 587}.get(parsed.scheme, 25),
        "username": unquote(parsed.username or ""),
        "password": unquote(parsed.password or ""),
        "use_ssl": parsed.scheme == "smtps",
        "use_tls": parsed.scheme == "smtp+tls",
    }


def address(name: str) -> str:
    """One e-mail address; empty when the variable is absent."""
    raw = text(name, "").strip()
    if raw and not re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+", raw):
        raise ImproperlyConfigured(f"{name} must be one e-mail address, not {raw!r}.")
    return raw
