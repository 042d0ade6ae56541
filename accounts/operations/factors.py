"""The second factor: time-based codes of an app (RFC 6238), recovery codes, and what setting it up closes.

The app's secret is sealed with a key made of `SECRET_KEY`. A new one that comes without the earlier one in
`SECRET_KEY_FALLBACKS` ends every second factor: the operator lifts it (`manage.py lift_factor`), and it is
set up again.
"""

import base64
import hashlib
import hmac
import secrets
import time
import unicodedata
from datetime import timedelta
from urllib.parse import quote, urlencode

from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.log import record
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.locks import hold
from helpdesk.notify import send

from ..errors import TooManyCodes, WrongCode
from ..events import AccessChanged
from ..models import ApiKey, Factor, Person
from . import api_keys

STEP, DIGITS, ASIDE = 30, 6, 1
RECOVERY = 10
MOST_WRONG, WRONG_FOR = 10, timedelta(minutes=15)


def new_secret() -> str:
    """160 random bits, as an app wants them typed."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def link(person: Person, secret: str) -> str:
    """The address that an app on the same device opens."""
    issuer = settings.BASE_URL.partition("//")[2] or settings.BASE_URL
    told = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{person.email}')}?{told}"


def code_at(secret: str, step: int) -> str:
    """The six digits of a time step."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    value = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{value % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """The step whose code this is, now or one step aside, and newer than the last one used."""
    now = int(time.time()) // STEP
    steps = (now + aside for aside in range(-ASIDE, ASIDE + 1))
    given = code.encode()
    same = (step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given))
    fitting = [step for step in same if step > after]
    return max(fitting, default=None)


def seal(text: str) -> str:
    """The text, readable only with `SECRET_KEY`, now or as a fallback later."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again; InvalidToken when it was changed or sealed with another key."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    given = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]  # the first seals, every one of them opens
    keys = (hmac.new(one.encode(), b"second factor", hashlib.sha256).digest() for one in given)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def _plain(code: str) -> str:
    """As it was meant: a keyboard for Chinese may have written wide digits."""
    return "".join(unicodedata.normalize("NFKC", code).split()).replace("-", "").lower()


@transaction.atomic
def set_up(person: Person, secret: str, code: str, *, password: str, keep: str = "") -> list[str]:
    """The factor stands once the app has shown its first code; returns the recovery codes, this once.

    Every other sign-in of the person ends, and every key made before: what a password alone had opened.
    """
    person = hold(person)
    _require_password(person, password)
    if Factor.objects.filter(person=person).exists():
        raise Conflict(code="factor_exists")
    step = step_of(secret, _plain(code))
    if step is None:
        raise WrongCode(fields={"code": [WrongCode.default]})
    codes = [secrets.token_hex(5) for _n in range(RECOVERY)]
    Factor.objects.create(
        person=person, sealed=seal(secret), last_step=step, recovery=[_digest(one) for one in codes]
    )
    for session in UserSession.objects.filter(user=person).exclude(session_key=keep):
        session.end()
    for key in ApiKey.objects.filter(owner=person, revoked_at=None):
        api_keys.revoke(key, by=person)
    _tell(person, "added")
    return codes


def remove(person: Person, *, password: str, code: str) -> None:
    """Gone, by its owner, who shows both factors for it."""
    _require_password(person, password)
    check(person, code)
    lift(person)


@transaction.atomic
def lift(person: Person) -> None:
    """Gone: by the owner, or by the operator when both app and recovery codes are lost."""
    person = hold(person)
    if Factor.objects.filter(person=person).delete()[0]:
        _tell(person, "removed")


def check(person: Person, code: str) -> None:
    """Use a code up; WrongCode when it is none. Counted exactly, whoever guesses."""
    refused = _counted(person, code)
    if refused:
        raise refused


@transaction.atomic
def _counted(person: Person, code: str) -> WrongCode | TooManyCodes | None:
    try:
        _use(person, code)
    except (WrongCode, TooManyCodes) as refusal:
        record("person.factor.refused", subject=f"person:{person.pk}", actor=None)
        return refusal  # the count is kept, too
    return None


def _use(person: Person, code: str) -> None:
    found = Factor.objects.select_for_update().filter(person=person).first()
    if found is None:
        raise WrongCode(fields={"code": [WrongCode.default]})
    now, code = clock.now(), _plain(code)
    if found.wrong_since + WRONG_FOR < now:
        found.wrong, found.wrong_since = 0, now
    if found.wrong >= MOST_WRONG:
        raise TooManyCodes(retry_after=int(WRONG_FOR.total_seconds()))
    step, digest = step_of(_secret(found), code, after=found.last_step), _digest(code)
    if step is not None:
        found.last_step, found.wrong = step, 0
    elif digest in found.recovery:
        found.recovery, found.wrong = [one for one in found.recovery if one != digest], 0
    else:
        found.wrong += 1
    found.save(update_fields=["last_step", "recovery", "wrong", "wrong_since"])
    if step is None and found.wrong:
        raise WrongCode(fields={"code": [WrongCode.default]})


def _secret(found: Factor) -> str:
    try:
        return unseal(found.sealed)
    except InvalidToken:
        raise WrongCode(fields={"code": [WrongCode.default]}) from None


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _require_password(person: Person, password: str) -> None:
    if not person.check_password(password):
        raise Invalid(fields={"password": [_("This is not your password.")]})


def _tell(person: Person, what: str) -> None:
    entry = record(f"person.factor.{what}", subject=f"person:{person.pk}", actor=person)
    kind = f"account.factor_{what}"
    told = {"timestamp": clock.now(), "name": person.own_name, "email": person.email}
    send.mail_to_address(kind, person.email, person.language, f"{kind}:{entry.pk}", told)
    events.publish(AccessChanged(person.pk))
