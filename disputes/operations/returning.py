"""Making a return: the table, its bytes, and a line in the log of runs that says what they were."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, tables
from helpdesk.core.errors import Invalid, NotFound

from ..models import ReturnRun
from ..reads import returns
from ..reads.register import Question, moment

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True)
class File:
    """What goes out: the bytes, what they are called and what they are."""

    name: str
    mime: str
    data: bytes
    sha256: str
    rows: int
    nil: bool


@transaction.atomic
def run(kind: str, question: Question, *, form: str = "csv", bom: bool = False, by: Person | None) -> File:
    """The return as a file. The same question, form and `as_at` give the same bytes, whenever it is asked."""
    if kind not in returns.KINDS or form not in FORMS:
        raise NotFound
    _sensible(question)
    table = returns.KINDS[kind](question)
    data = _bytes(kind, question, table, form, bom=bom)
    made = File(
        name=returns.file_name(kind, question, form),
        mime=FORMS[form],
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        rows=0 if table.nil else len(table.rows),
        nil=table.nil,
    )
    ReturnRun.objects.create(
        kind=kind,
        form=form,
        entity=question.entity,
        first_on=question.first,
        last_on=question.last,
        as_at=question.as_at,
        rows=made.rows,
        sha256=made.sha256,
        by=by,
        at=clock.now(),
    )
    record("dispute.return.made", subject=f"return:{kind}", actor=by, sha256=made.sha256, rows=made.rows)
    return made


def _sensible(question: Question) -> None:
    if question.first > question.last:
        raise Invalid(fields={"last": [_("The last day lies before the first.")]})
    if question.as_at > clock.now():
        raise Invalid(fields={"as_at": [_("Nobody knows yet how it will stand then.")]})


def _bytes(kind: str, question: Question, table: returns.Return, form: str, *, bom: bool) -> bytes:
    if form == "json":
        return _json(kind, question, table)
    if form == "csv":
        return tables.csv_bytes(table.columns, table.rows, bom=bom)
    return tables.xlsx_bytes(
        kind, table.columns, table.rows, at=question.as_at, numbers=returns.NUMBERS, dates=returns.DATES
    )


def _json(kind: str, question: Question, table: returns.Return) -> bytes:
    body = {
        "return": kind,
        "entity": question.entity,
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "as_at": moment(question.as_at),
        "nil": table.nil,
        "columns": list(table.columns),
        "rows": table.rows,
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"
