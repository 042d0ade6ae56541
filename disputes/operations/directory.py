"""The directory of bodies outside: who keeps it, and what a row has to say."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..access import packs as doors
from ..models import ExternalBody

FIELDS = (
    "name_en", "name_zh", "country", "jurisdictions", "covers_en", "covers_zh", "web", "languages", "limit_n",
    "limit_unit", "counts_from", "cost_en", "cost_zh", "binding", "position", "active",
)  # fmt: skip


@transaction.atomic
def add(*, by: Person, told: Mapping[str, Any]) -> ExternalBody:
    """A body that was not in the list."""
    doors.require_keeping(by)
    code = one_line(str(told.get("code", "")))
    if not code:
        raise Invalid(fields={"code": [_("Please give it a short name.")]})
    body, new = ExternalBody.objects.get_or_create(code=code, defaults={"name_en": code, "name_zh": code})
    if not new:
        raise Conflict(_("There is a body with this short name."), code="body_there")
    _write(body, told)
    record("body.added", subject=f"body:{body.code}", actor=by, name=body.name_en)
    return body


@transaction.atomic
def change(body: ExternalBody, *, by: Person, told: Mapping[str, Any]) -> ExternalBody:
    """The row as it is known now; what letters have said stays as it is."""
    doors.require_keeping(by)
    body = hold(body)
    before = {name: getattr(body, name) for name in FIELDS}
    _write(body, told)
    changed = sorted(name for name in FIELDS if getattr(body, name) != before[name])
    if changed:
        record("body.changed", subject=f"body:{body.code}", actor=by, fields=changed)
    return body


def _write(body: ExternalBody, told: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in told:
            value = told[name]
            setattr(body, name, one_line(value) if isinstance(value, str) else value)
    body.country, body.position = body.country.upper(), body.position or 0
    wrong: dict[str, list[Any]] = {}
    for name in ("name_en", "name_zh"):
        if not getattr(body, name):
            wrong[name] = [_("Please give its name in both languages.")]
    if (body.limit_n is None) != (not body.limit_unit):
        wrong["limit_n"] = [_("Please give the number and the unit, or neither.")]
    if wrong:
        raise Invalid(fields=wrong)
    body.save()
