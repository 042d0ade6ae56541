"""Rules F1 to F3 of disputes.md 2, each with the test its row names: in PostgreSQL, with real threads."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import OwnManager
from accounts.models import Person
from accounts.operations import registration
from accounts.states import Role
from disputes.errors import TooClose, UnderNamed
from disputes.models import Assignment, Involvement
from disputes.operations import appointing, handling, ruling
from disputes.states import How
from helpdesk.core.errors import Conflict, Forbidden, told_by_database
from tests.disputes.cases import draft, opened, paid, with_decider
from tests.disputes.early import also, complained
from tests.support.builders import answer
from tickets.operations import assignment, lifecycle

SEATS = ["mediator", "external_mediator", "decider", "appeal_reviewer"]
SEAT = (
    "INSERT INTO disputes_assignment (dispute_id, role, user_id, started_at, declaration, end_reason)"
    " VALUES (%s, %s, %s, now(), '', '')"
)
TOUCH = "INSERT INTO disputes_involvement (dispute_id, user_id, how, at, note) VALUES (%s, %s, %s, now(), '')"


def sql(statement, *values):
    """Past every model and operation, on Django's own connection."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(case, person, role):
    """What the database says to this seat; None when it takes it."""
    try:
        with transaction.atomic():
            sql(SEAT, case.pk, role, person.pk)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return None


def superuser(person):
    """Every role there is, but the one from outside, which stands beside no other."""
    roles = [role for role in Role.values if role != Role.EXTERNAL_MEDIATOR]
    Person.objects.filter(pk=person.pk).update(is_superuser=True, roles=roles, unit="", manager=None)
    person.refresh_from_db()
    return person


def at_once(*works):
    """All held open until each has begun; who was kept and who was refused by the database."""
    gate, results = threading.Barrier(len(works), timeout=20), []

    def run(work):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid(), txid_current()")
                gate.wait()
                work()
            results.append("kept")
        except (IntegrityError, Conflict) as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(results)


@pytest.mark.django_db
def test_f1_every_way_of_being_involved_bars_every_neutral_seat_for_superusers_too(cast):
    case = opened(cast)
    root = superuser(cast.root)
    assert refused(case, root, "mediator") is None
    for how in How.values:
        with transaction.atomic():
            sql(TOUCH, case.pk, root.pk, how)
            assert {refused(case, root, role) for role in SEATS} == {"disputes_uninvolved"}, how
            transaction.set_rollback(True)
    # The way back: a neutral is refused every way of handling.
    sql(SEAT, case.pk, "mediator", root.pk)
    for how in How.values:
        with pytest.raises(IntegrityError, match="cannot handle it"):
            sql(TOUCH, case.pk, root.pk, how)
    assert refused(case, superuser(cast.mei), "decider") == "disputes_uninvolved"


@pytest.mark.django_db
def test_f1_what_people_really_did_is_what_bars_them(cast):
    """Each way comes from the act itself, not from somebody who remembers to note it."""
    case = opened(cast)  # Ada replied
    ticket = case.ticket
    answer(ticket, cast.bo, kind="note")
    lifecycle.set_priority(ticket, "P1", by=also(cast.faye, Role.AGENT))
    lifecycle.set_tags(ticket, ["bank"], by=also(cast.root, Role.AGENT))
    assignment.assign(ticket, to=also(cast.eva, Role.AGENT), by=cast.hal)
    handling.name(case, by=cast.cody, person=cast.fin.email)
    handling.name(case, by=cast.cody, person=cast.dan.email, how="dealt")
    handling.name(case, by=cast.cody, person=cast.nia.email, how="declared")
    appointing_by = also(cast.sun, Role.SUPERVISOR)
    also(cast.rex, Role.MEDIATOR)
    appointing.draw(case, "mediator", by=appointing_by)
    ways = {}
    for email, how in case.involvements.values_list("user__email", "how"):
        ways.setdefault(email.partition("@")[0], set()).add(how)
    assert ways["ada"] == {"replied"} | (ways["ada"] - {"replied"})
    expected = {
        "ada": "replied", "bo": "noted", "faye": "acted", "root": "acted", "eva": "assigned", "hal": "acted",
        "fin": "named", "dan": "dealt", "nia": "declared", "cody": "supervised", "sun": "supervised",
    }  # fmt: skip
    for name, how in expected.items():
        assert how in ways[name], (name, ways[name])
        assert refused(case, superuser(getattr(cast, name)), "decider") == "disputes_uninvolved"
    assert refused(case, cast.ivo, "decider") is None


@pytest.mark.django_db
def test_f1_money_makes_involved(cast):
    case = paid(cast)
    for person in (cast.sun, cast.fin):
        assert refused(case, superuser(person), "appeal_reviewer") == "disputes_uninvolved"


@pytest.mark.django_db(transaction=True)
def test_f1_two_transactions_cannot_slip_past_each_other(cast):
    """A seat and a touch in the same moment, both as SQL: exactly one is kept, for every way."""
    root = superuser(cast.root)
    for how in How.values:
        case = opened(cast)
        got = at_once(
            lambda case=case: sql(SEAT, case.pk, "mediator", root.pk),
            lambda case=case, how=how: sql(TOUCH, case.pk, root.pk, how),
        )
        assert got == ["IntegrityError", "kept"], how
        seated = case.assignments.filter(user=root).exists()
        assert seated != case.involvements.filter(user=root).exists()


@pytest.mark.django_db
def test_f2_the_second_insert_fails(cast):
    case = opened(cast)
    sql(SEAT, case.pk, "mediator", cast.nia.pk)
    assert refused(case, cast.ivo, "mediator") == "disputes_assignment_one_active"
    for role in SEATS[1:]:
        assert refused(case, cast.nia, role) == "disputes_assignment_one_neutral_role"
    Assignment.objects.update(ended_at=case.received_at)
    assert refused(case, cast.nia, "decider") == "disputes_assignment_one_neutral_role"
    assert refused(case, cast.ivo, "mediator") is None


@pytest.mark.django_db(transaction=True)
def test_f2_two_transactions_take_one_seat(cast):
    for pair in (
        (("mediator", cast.nia), ("mediator", cast.rex)),
        (("mediator", cast.nia), ("decider", cast.nia)),
        (("decider", cast.dan), ("decider", cast.ivo)),
    ):
        case = opened(cast)
        works = [lambda case=case, r=r, p=p: sql(SEAT, case.pk, r, p.pk) for r, p in pair]
        assert at_once(*works) == ["IntegrityError", "kept"], pair
        assert case.assignments.neutral().count() == 1


def place(person, unit="", manager=None):
    Person.objects.filter(pk=person.pk).update(unit=unit, manager=manager)
    person.refresh_from_db()
    return person


@pytest.mark.django_db
def test_f3_org_tree(cast):
    """Ada (payments) replied. Above her Bo, above Bo Ivo. The candidate stands in every place around them."""
    case = opened(cast)
    place(cast.ivo)
    place(cast.bo, "payments-lead", cast.ivo)
    place(cast.ada, "payments", cast.bo)
    also(cast.faye, Role.EDITOR)
    cases = [
        (("payments", None), ["F3:same_unit"]),
        (("elsewhere", None), []),
        (("", None), []),
        (("elsewhere", cast.ada), ["F3:managed_by_involved", "F3:managed_by_unit"]),
        (
            ("elsewhere", place(cast.faye, "elsewhere", cast.ada)),
            ["F3:managed_by_involved", "F3:managed_by_unit"],
        ),
        (("elsewhere", place(cast.fin, "payments")), ["F3:managed_by_unit"]),
        (("elsewhere", cast.bo), []),  # the same boss further up, of another unit, is nobody who acted
    ]
    for (unit, manager), rules in cases:
        nia = place(cast.nia, unit, manager)
        _pool, excluded = appointing.candidates(case, "mediator")
        assert [row["rules"] for row in excluded if row["person"] == nia.pk] == ([rules] if rules else [])
        for role in SEATS:
            assert refused(case, superuser_in_place(nia), role) == (
                "disputes_reporting_line" if rules else None
            )
    # Managers of somebody involved, however far above; circles end.
    for boss in (cast.bo, cast.ivo):
        also(boss, Role.MEDIATOR)
        assert refused(case, boss, "mediator") == "disputes_reporting_line"
        assert {"person": boss.pk, "rules": ["F3:manages_involved"]} in appointing.candidates(
            case, "mediator"
        )[1]
    place(cast.ivo, "", cast.ada)
    assert refused(case, cast.ivo, "decider") == "disputes_reporting_line"
    with pytest.raises(IntegrityError) as caught:
        Assignment.objects.create(dispute=case, role="mediator", user=cast.bo)
    assert isinstance(told_by_database(caught.value), TooClose)


def superuser_in_place(person):
    Person.objects.filter(pk=person.pk).update(is_superuser=True)
    return person


@pytest.mark.django_db
def test_f3_later_acts_of_colleagues_unseat_nobody_who_signed(cast):
    case = with_decider(cast)
    place(cast.dan, "decisions")
    place(cast.bo, "decisions")
    lifecycle.set_priority(case.ticket, "P1", by=cast.bo)
    ruling.issue_provisional(case, draft(case), by=cast.dan)
    case.assignments.active().update(ended_at=case.received_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.assignments.filter(user=cast.dan).update(ended_at=None)


@pytest.mark.django_db
def test_f3_unit_and_manager_are_set_in_the_administration(cast):
    boss = Person.objects.create_superuser("boss@demo.test", "Lotus-river-77-plain")
    client = Client()
    client.force_login(boss)
    page = reverse("admin:accounts_person_change", args=[cast.nia.pk])
    assert client.post(page, {"unit": "mediation", "manager": cast.sun.pk}).status_code == 302
    cast.nia.refresh_from_db()
    assert (cast.nia.unit, cast.nia.manager) == ("mediation", cast.sun)
    with pytest.raises(OwnManager):
        registration.set_line(cast.sun, "", cast.nia, by=boss)
    circle = client.post(
        reverse("admin:accounts_person_change", args=[cast.sun.pk]), {"unit": "", "manager": cast.nia.pk}
    )
    assert circle.status_code == 200
    assert "above themselves" in circle.content.decode()
    trader = client.post(
        reverse("admin:accounts_person_change", args=[cast.mei.pk]), {"unit": "x", "manager": ""}
    )
    assert "work here" in trader.content.decode()


@pytest.mark.django_db
def test_f6_the_draw_is_replayed_from_the_log(cast):
    also(cast.ada, Role.MEDIATOR, Role.AGENT)
    case, out = opened(cast), io.StringIO()
    appointing.draw(case, "mediator", by=cast.sun)
    call_command("replay_draws", stdout=out)
    assert "1 draws" in out.getvalue()
    for person in (cast.mei, cast.sun):
        client = Client()
        client.force_login(person)
        page = client.get(case.address_for(person)).content.decode()
        assert "F1:replied" in page
        assert case.draws.get().seed in page
    with connection.cursor() as cursor:  # behind the application's back
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disputes_draw DISABLE TRIGGER USER")
        cursor.execute("UPDATE disputes_draw SET pool = %s", [f"[[{cast.faye.pk}, 1000]]"])
        cursor.execute("ALTER TABLE disputes_draw ENABLE TRIGGER USER")
    with pytest.raises(CommandError, match="differences"):
        call_command("replay_draws", dispute=case.reference, stdout=out)
    assert "not as the log has it" in out.getvalue()


@pytest.mark.django_db
def test_f25_a_complaint_about_a_manager_goes_around_their_people(cast):
    """Named: Sun, the supervisor. Hal works under Sun, and a second supervisor does, too."""
    case = complained(cast)
    second = also(cast.bo, Role.SUPERVISOR)
    place(cast.hal, "", cast.sun)
    place(second, "", cast.sun)
    handling.name(case, by=cast.cody, person=cast.sun.email)
    with pytest.raises(UnderNamed):
        handling.take(case, by=cast.hal)
    with pytest.raises(IntegrityError):
        sql(SEAT, case.pk, "handler", cast.hal.pk)
    for person in (cast.sun, second):
        with pytest.raises(Forbidden):
            handling.assign(case, by=person, person=cast.hal.email)
    free = also(cast.faye, Role.SUPERVISOR)
    place(cast.hal)
    handling.assign(case, by=free, person=cast.hal.email)
    assert refused(case, superuser(cast.sun), "decider") == "disputes_uninvolved"
    assert Involvement.objects.filter(dispute=case, user=cast.sun, how="named").exists()
