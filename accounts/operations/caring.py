"""Care for somebody (F20): why, noted with a reason; what is done differently. Never a ground for a no."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines, one_line

from ..access import reads_care
from ..models import Adjustment, CareNote, Person
from ..states import Driver, Known, Need
from .registration import set_care

MOST = 20


@transaction.atomic
def note(person: Person, *, by: Person, driver: str, known: str = Known.TOLD, reason: str = "") -> CareNote:
    """Note what may make the person vulnerable; staff say why, the person need not.

    What staff note puts tickets one priority higher; what somebody only says of themselves does not.
    """
    person, own, reason = hold(person), by.pk == person.pk, many_lines(reason)[:500]
    if not own and not reads_care(by, person):
        raise Forbidden
    wrong: dict[str, list[Any]] = {}
    if driver not in Driver.values:
        wrong["driver"] = [_("Please choose one of the drivers.")]
    if known not in Known.values:
        wrong["known"] = [_("Please say how it is known.")]
    if not own and not reason:
        wrong["reason"] = [_("Please say why you note it.")]
    if wrong:
        raise Invalid(fields=wrong)
    if person.care_notes.filter(driver=driver, known=known, ended_at=None).exists():
        raise Conflict(_("This is noted already."), code="noted_already")
    made = CareNote.objects.create(
        person=person, driver=driver, known=known, reason=reason, noted_by=by, noted_at=clock.now()
    )
    record("person.care.noted", subject=f"person:{person.pk}", actor=by, note=made.pk)
    if not own:
        set_care(person, True, by=by)
    return made


@transaction.atomic
def end(found: CareNote, *, by: Person) -> CareNote:
    """It does not hold any more. What the person said of themselves, they may end, too."""
    person, found = hold(found.person), hold(found)
    if not (reads_care(by, person) or (by.pk == person.pk and found.is_own)):
        raise Forbidden
    if found.ended_at is not None:
        raise Conflict(_("This note has ended already."), code="note_ended")
    found.ended_at, found.ended_by = clock.now(), by
    found.save(update_fields=["ended_at", "ended_by"])
    record("person.care.ended", subject=f"person:{person.pk}", actor=by, note=found.pk)
    left = [one for one in person.care_notes.filter(ended_at=None) if not one.is_own]
    if not found.is_own and not left:
        set_care(person, False, by=by)
    return found


@transaction.atomic
def adjust(person: Person, *, by: Person, need: str, text: str = "", in_hearings: bool = False) -> Adjustment:
    """Something is done differently for the person from now on; they may say so themselves."""
    person, text = hold(person), one_line(text)[:300]
    if by.pk != person.pk and not reads_care(by, person):
        raise Forbidden
    if need not in Need.values:
        raise Invalid(fields={"need": [_("Please choose what is done differently.")]})
    if need == Need.OTHER and not text:
        raise Invalid(fields={"text": [_("Please say what it is.")]})
    rows = person.adjustments.filter(removed_at=None)
    if rows.count() >= MOST or rows.filter(need=need, text=text).exists():
        raise Conflict(_("This is noted already."), code="noted_already")
    made = Adjustment.objects.create(
        person=person, need=need, text=text, in_hearings=in_hearings, noted_by=by, noted_at=clock.now()
    )
    record("person.adjustment.noted", subject=f"person:{person.pk}", actor=by, adjustment=made.pk)
    return made


@transaction.atomic
def remove(found: Adjustment, *, by: Person) -> Adjustment:
    """Not needed any more: the person themselves, or who works with them, takes it away."""
    person, found = hold(found.person), hold(found)
    if by.pk != person.pk and not reads_care(by, person):
        raise Forbidden
    if found.removed_at is not None:
        raise Conflict(_("This has been removed already."), code="adjustment_removed")
    found.removed_at, found.removed_by = clock.now(), by
    found.save(update_fields=["removed_at", "removed_by"])
    record("person.adjustment.removed", subject=f"person:{person.pk}", actor=by, adjustment=found.pk)
    return found
