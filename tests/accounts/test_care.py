"""F20: who needs care, noted with a reason, read by few, counted in returns, a ground for nothing."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

import disputes
from accounts.models import Adjustment, CareNote, Person
from accounts.operations import caring
from accounts.states import Role
from disputes.operations import appointing, granting
from disputes.reads import dossier, register, returns
from disputes.states import TABLE
from helpdesk.core.errors import Forbidden, Invalid
from tests.disputes.cases import in_mediation, opened
from tests.disputes.copies import members, taken
from tests.disputes.early import also
from tests.disputes.test_representatives import named
from tests.disputes.walking import At
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
SECRET = "canary-4c2d-why"


def page(person, address, status=200, **data):
    client = Client()
    client.force_login(person)
    answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_noted_read_by_few_and_ended(cast):
    case = in_mediation(cast)
    care, own = f"/desk/tickets/{case.ticket.reference}/care/", "/me/adjustments/"
    for person, status in (
        (cast.ivo, 403),
        (cast.nia, 404),
        (cast.mei, 404),
        (cast.fin, 404),
        (cast.ada, 200),
    ):
        page(person, care, status)
    page(cast.ada, care, 422, do="note", driver="health", known="told", reason="")
    page(cast.ada, care, 302, do="note", driver="health", known="told", reason=SECRET)
    page(cast.ada, care, 409, do="note", driver="health", known="told", reason=SECRET)
    assert Person.objects.get(pk=cast.mei.pk).needs_care
    page(cast.ada, care, 302, do="adjust", need="large", text="24 pt")
    page(cast.cody, care, 302, do="adjust", need="helper", text="her son", in_hearings="on")
    page(cast.mei, own, 422, do="adjust", need="other", text="")
    page(cast.mei, own, 302, do="adjust", need="time", text="a week")
    page(cast.mei, own, 302, do="say", driver="capability", reason="I read slowly.")
    with pytest.raises(Forbidden):
        caring.adjust(cast.mei, by=cast.ivo, need="time")
    with pytest.raises(Invalid):
        caring.note(cast.mei, by=cast.hal, driver="nonsense", reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        CareNote.objects.create(person=cast.mei, driver="health", known="other", noted_by=cast.ada)
    mine = page(cast.mei, own)
    assert "24 pt" in mine
    assert "I read slowly." in mine
    assert SECRET not in mine
    assert "24 pt" not in page(cast.omar, own)
    assert SECRET in page(cast.hal, care)
    assert "24 pt" in page(cast.ada, f"/desk/tickets/{case.ticket.reference}/")
    # Who mediates reads no reasons, on the ticket either, whatever else they are.
    also(cast.nia, Role.MEDIATOR, Role.AGENT)
    page(cast.nia, care, 403)
    assert care not in page(cast.nia, f"/desk/tickets/{case.ticket.reference}/")
    also(cast.nia, Role.MEDIATOR)
    # In the case: drivers for who works it and for compliance; for a neutral what is done differently.
    for person in (cast.sun, cast.hal, cast.cody):
        shown = At(person).get("desk-dispute", case)
        assert "24 pt" in shown
        assert "chip--soon" in shown
        assert SECRET not in shown
    assert "24 pt" in At(cast.nia).get("desk-dispute", case)
    for person in (cast.nia, cast.ivo, cast.mei):
        told = dossier.page(case, person)
        assert (told["care"], told["care_found"]) == ([], None)
    assert dossier.page(case, cast.ivo)["needs"] == []
    outside = opened(cast)
    appointing.draw(outside, "external_mediator", by=cast.sun)
    granting.promise(outside, by=cast.eva, number=1)
    appointing.accept(outside, by=cast.eva, statements=appointing.STATEMENTS)
    shown = At(cast.eva).get("desk-dispute", outside)
    assert "her son" in shown
    assert "24 pt" not in shown
    for person in (cast.mei, cast.sun, cast.nia):
        assert not any(SECRET.encode() in part for part in members(taken(case, person)).values())
    assert SECRET not in str(Caller(cast.hal).get(f"/api/v1/disputes/{case.reference}/").json())
    # What staff noted is removed by the trader, too; its end is kept.
    page(cast.mei, own, 302, do="remove", number=Adjustment.objects.get(need="large").pk)
    page(cast.mei, own, 403, do="unsay", number=CareNote.objects.get(driver="health").pk)
    page(cast.omar, own, 404, do="remove", number=Adjustment.objects.get(need="time").pk)
    page(cast.mei, own, 302, do="unsay", number=CareNote.objects.get(driver="capability").pk)
    page(cast.hal, care, 302, do="end", number=CareNote.objects.get(driver="health").pk)
    assert not Person.objects.get(pk=cast.mei.pk).needs_care
    assert (CareNote.objects.count(), Adjustment.objects.count()) == (2, 3)


def test_returns_count_it_from_dated_facts(cast):
    case, now = opened(cast), timezone.now()
    before = timezone.now()
    At(cast.hal).post("desk-care", case, 409, caused="yes", reason="It slowed her down.")
    caring.note(cast.mei, by=cast.ada, driver="life_event", reason="Her husband died.")
    hal = At(cast.hal)
    hal.post("desk-care", case, 422, caused="yes", reason="")
    hal.post("desk-care", case, caused="no", reason="At first sight.")
    hal.post("desk-care", case, caused="yes", reason="It slowed her down.")
    At(cast.cody).post("desk-care", case, 403, caused="yes", reason="x")
    assert "It slowed her down." in hal.get("desk-dispute", case)
    assert "care.found" not in str(list(dossier.access.events_for(cast.mei, case).values_list("action")))
    named(case, cast)
    day = now.date()
    asked = register.Question(day - timedelta(days=1), day + timedelta(days=1), timezone.now())
    row = next(register.rows(asked))
    assert {name: row[name] for name in register.registersides.COLUMNS} == {
        "by_representative": "yes", "representative": "Omar Haddad (lawyer)", "vulnerable": "yes",
        "vulnerability_drivers": "life_event", "vulnerability_caused_complaint": "yes",
    }  # fmt: skip
    old = next(register.rows(register.Question(asked.first, asked.last, before)))
    assert (old["by_representative"], old["vulnerable"]) == ("no", "unknown")
    found = returns.asic(asked).rows[0]
    assert (found["about_a_representative"], found["by_representative"]) == ("no", "yes")
    group = returns.fca(asked).rows[0]
    assert (group["opened_by_vulnerable"], group["vulnerability_caused"]) == ("1", "1")


def test_no_move_reads_it(cast):
    """No operation and no state of a dispute knows of care; with and without it the same can be done."""
    home = Path(disputes.__file__).parent
    words = {"care_notes", "needs_care", "adjustments", "CareNote", "CareFinding", "Adjustment", "reads_care"}
    may = {"caring.py", "purging.py"}
    for path in [*(home / "operations").glob("*.py"), *(home / "states").glob("*.py")]:
        if path.name in may:
            continue
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found = {getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "name", None)
                 for node in tree}  # fmt: skip
        assert not found & words, path.name
    assert not any("care" in row.name for row in TABLE.values())
    plain, cared = opened(cast), opened(cast)
    asked = [dossier.can(one, frozenset({"trader"}), cast.mei) for one in (plain, cared)]
    caring.note(cast.mei, by=cast.ada, driver="health", reason="Ill.")
    assert [dossier.can(one, frozenset({"trader"}), cast.mei) for one in (plain, cared)] == asked
