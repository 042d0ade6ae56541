"""Whoever touched the case cannot take a neutral seat in it: the database refuses, in both directions."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.states import Role
from disputes.errors import Involved, NobodyEligible, SeatTaken
from disputes.models import Assignment, Draw, Involvement
from disputes.operations import appointing, mediating
from disputes.operations.appointing import STATEMENTS
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from tests.disputes.cases import in_mediation, opened, with_decider
from tests.support.builders import answer, file
from tickets.operations import assignment, conversation, lifecycle

NEUTRAL = ["mediator", "external_mediator", "decider", "appeal_reviewer"]


def seat(case, person, role="mediator"):
    with transaction.atomic():
        return Assignment.objects.create(dispute=case, role=role, user=person)


@pytest.mark.django_db
class TestInvolvement:
    @pytest.mark.parametrize(
        "how", ["assigned", "replied", "noted", "acted", "supervised", "named", "declared"]
    )
    @pytest.mark.parametrize("role", NEUTRAL)
    def test_every_way_of_being_involved_bars_every_neutral_seat(self, cast, how, role):
        case = opened(cast)
        Involvement.objects.create(dispute=case, user=cast.nia, how=how)
        with pytest.raises(IntegrityError, match="is involved"):
            seat(case, cast.nia, role)

    def test_superusers_are_no_exception(self, cast):
        case = opened(cast)
        cast.ada.is_superuser = True
        cast.ada.roles = [*cast.ada.roles, Role.MEDIATOR]
        cast.ada.save()
        with pytest.raises(IntegrityError):
            seat(case, cast.ada)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO disputes_assignment"
                " (dispute_id, role, user_id, started_at, declaration, end_reason)"
                " VALUES (%s, 'decider', %s, now(), '', '')",
                [case.pk, cast.ada.pk],
            )

    def test_the_trader_is_nobodys_neutral(self, cast):
        with pytest.raises(IntegrityError):
            seat(opened(cast), cast.mei)

    def test_a_seat_cannot_be_moved_to_somebody_involved(self, cast):
        taken = seat(opened(cast), cast.nia)
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=taken.pk).update(user=cast.ada)

    def test_a_seat_can_always_be_left(self, cast):
        case = in_mediation(cast)
        appointing.recuse(case, by=cast.nia, reason="My sister works for them.")
        assert not case.assignments.active().exists()

    def test_a_neutral_cannot_become_involved(self, cast):
        case = in_mediation(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Involvement.objects.create(dispute=case, user=cast.nia, how="replied")

    def test_involvement_is_never_taken_back(self, cast):
        row = opened(cast).involvements.first()
        for change in (row.delete, lambda: Involvement.objects.filter(pk=row.pk).update(how="named")):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_one_neutral_role_for_a_person_in_a_case(self, cast):
        case = opened(cast)
        first = seat(case, cast.nia)
        Assignment.objects.filter(pk=first.pk).update(ended_at=first.started_at)
        with pytest.raises(IntegrityError):
            seat(case, cast.nia, "decider")

    def test_one_holder_of_a_role_in_a_case(self, cast):
        case = opened(cast)
        seat(case, cast.nia)
        with pytest.raises(IntegrityError):
            seat(case, cast.rex)

    def test_later_acts_on_the_ticket_involve_too(self, cast):
        case = opened(cast)
        lifecycle.set_priority(case.ticket, "P1", by=cast.hal)
        assignment.assign(case.ticket, to=cast.bo, by=cast.sun)
        found = set(case.involvements.values_list("user__email", "how"))
        assert {(cast.hal.email, "acted"), (cast.bo.email, "assigned"), (cast.sun.email, "acted")} <= found

    @pytest.mark.parametrize(
        "act",
        [
            lambda case, nia: answer(case.ticket, nia),
            lambda case, nia: answer(case.ticket, nia, kind="note"),
            lambda case, nia: lifecycle.set_priority(case.ticket, "P1", by=nia),
            lambda case, nia: assignment.assign(case.ticket, to=nia, by=nia),
        ],
    )
    def test_a_neutral_does_not_work_on_the_ticket(self, cast, act):
        cast.nia.roles = [Role.MEDIATOR, Role.AGENT]
        cast.nia.save()
        case = in_mediation(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            act(case, cast.nia)

    def test_a_neutral_who_posts_on_the_ticket_is_told_why_not(self, cast, client):
        cast.nia.roles = [Role.MEDIATOR, Role.AGENT]
        cast.nia.save()
        case = in_mediation(cast)
        client.force_login(cast.nia)
        told = client.post(f"/desk/tickets/{case.ticket.reference}/note/", {"body": "I help out."})
        assert told.status_code == 409
        assert not case.ticket.messages.filter(author=cast.nia).exists()

    def test_supervising_a_case_is_handling_it(self, cast):
        cast.sun.roles = [Role.SUPERVISOR, Role.DECIDER]
        cast.sun.save()
        case = with_decider(cast)
        assert case.assignments.active().get().user == cast.dan
        assert case.involvements.filter(user=cast.sun, how="supervised").exists()


@pytest.mark.django_db
class TestDraw:
    def test_the_draw_can_be_drawn_again_from_its_log(self, cast):
        case = in_mediation(cast)
        drawn = Draw.objects.get(dispute=case)
        assert appointing.replay(drawn)
        assert drawn.pool == [[cast.nia.pk, 1000]]
        body = case.events.get(action="dispute.neutral.drawn").body
        assert drawn.seed in body

    def test_the_weight_of_work(self):
        pool = [[1, 1000], [2, 500]]
        got = [appointing.pick(f"seed {n}", pool) for n in range(3000)]
        assert 0.60 < got.count(1) / 3000 < 0.73

    def test_excluded_people_are_named_with_the_rule(self, cast):
        for name in ("ada", "bo", "hal"):
            person = getattr(cast, name)
            person.roles = [*person.roles, Role.MEDIATOR]
            person.unit = "payments" if name == "bo" else ""
            person.save()
        cast.ada.unit = "payments"
        cast.ada.save()
        case = opened(cast)
        lifecycle.set_priority(case.ticket, "P1", by=cast.hal)
        appointing.draw(case, "mediator", by=cast.sun)
        rules = {row["person"]: row["rules"] for row in Draw.objects.get(dispute=case).excluded}
        assert "F1:replied" in rules[cast.ada.pk]
        assert rules[cast.hal.pk] == ["F1:acted"]
        assert rules[cast.bo.pk] == ["F3:same_unit"]

    def test_nobody_left(self, cast):
        cast.nia.manager = cast.ada
        cast.nia.save()
        with pytest.raises(NobodyEligible):
            appointing.draw(opened(cast), "mediator", by=cast.sun)

    def test_a_taken_seat_is_not_drawn_again(self, cast):
        case = opened(cast)
        appointing.draw(case, "mediator", by=cast.sun)
        with pytest.raises(SeatTaken):
            appointing.draw(case, "external_mediator", by=cast.sun)

    @pytest.mark.parametrize("who", ["ada", "mei", "cody", "dan", "root"])
    def test_only_a_supervisor_asks_for_a_draw(self, cast, who):
        with pytest.raises(Forbidden):
            appointing.draw(opened(cast), "mediator", by=getattr(cast, who))

    def test_no_decider_before_there_is_something_to_decide(self, cast):
        with pytest.raises(Conflict):
            appointing.draw(opened(cast), "decider", by=cast.sun)

    def test_all_statements_or_none(self, cast):
        case = opened(cast)
        appointing.draw(case, "mediator", by=cast.sun)
        with pytest.raises(Invalid):
            appointing.accept(case, by=cast.nia, statements=STATEMENTS[:2])

    def test_each_side_objects_once_without_a_reason(self, cast):
        cast.rex.roles = [Role.MEDIATOR]
        cast.rex.save()
        case = opened(cast)
        appointing.draw(case, "mediator", by=cast.sun)
        first = case.assignments.active().get().user
        appointing.object_to(case, by=cast.mei)
        case.refresh_from_db()
        assert case.state == "mediation_pending"
        appointing.draw(case, "mediator", by=cast.sun)
        assert case.assignments.active().get().user != first
        with pytest.raises(Invalid):
            appointing.object_to(case, by=cast.mei)

    def test_the_involved_are_refused_at_the_moment_of_the_act_too(self, cast):
        """Even if a row slipped past one trigger, the next or the function that moves cases looks again."""
        case = opened(cast)
        appointing.draw(case, "mediator", by=cast.sun)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE disputes_involvement DISABLE TRIGGER USER")
            Involvement.objects.create(dispute=case, user=cast.nia, how="replied")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE disputes_involvement ENABLE TRIGGER USER")
        with pytest.raises((Involved, IntegrityError)), transaction.atomic():
            appointing.accept(case, by=cast.nia, statements=STATEMENTS)
        case.refresh_from_db()
        assert case.state == "mediation_pending"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two transactions that contradict each other, held open until both have written: one of them loses."""

    def both(self, *works):
        ready, results = threading.Barrier(len(works), timeout=10), {}

        def run(name, work):
            try:
                with transaction.atomic():
                    ready.wait()
                    work()
                results[name] = "kept"
            except (IntegrityError, Conflict) as error:
                results[name] = type(error).__name__
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return sorted(results.values())

    def test_a_seat_and_an_involvement_cannot_pass_each_other(self, cast):
        for _attempt in range(4):
            case = opened(cast)
            got = self.both(
                lambda case=case: Assignment.objects.create(dispute=case, role="mediator", user=cast.nia),
                lambda case=case: Involvement.objects.create(dispute=case, user=cast.nia, how="replied"),
            )
            assert got == ["IntegrityError", "kept"]

    def test_a_draw_and_a_note_on_the_ticket_cannot_pass_each_other(self, cast):
        cast.nia.roles = [Role.MEDIATOR, Role.AGENT]
        cast.nia.save()
        for _attempt in range(3):
            case = opened(cast)
            self.both(
                lambda case=case: appointing.draw(case, "mediator", by=cast.sun),
                lambda case=case: conversation.post_message(case.ticket, by=cast.nia, body="x", kind="note"),
            )
            seated = case.assignments.active().filter(user=cast.nia).exists()
            assert seated != case.involvements.filter(user=cast.nia).exists()

    def test_two_supervisors_draw_once(self, cast):
        cast.rex.roles = [Role.MEDIATOR]
        cast.rex.save()
        case = opened(cast)
        draw = lambda: appointing.draw(case, "mediator", by=cast.sun)  # noqa: E731
        assert self.both(draw, draw) == ["SeatTaken", "kept"]

    def test_two_clicks_escalate_once(self, cast):
        ticket = file(cast.mei)
        answer(ticket, cast.ada)
        click = lambda: lifecycle.escalate(ticket, by=cast.mei, reason="x")  # noqa: E731
        assert self.both(click, click) == ["CannotEscalate", "kept"]


@pytest.mark.django_db
def test_an_objection_takes_as_long_a_reason_as_its_form(client, cast):
    case = in_mediation(cast)
    client.force_login(cast.mei)
    answered = client.post(f"/disputes/{case.reference}/object/", {"reason": "因" * 1000})
    assert answered.status_code == 302
    seat = Assignment.objects.get(dispute=case, role="mediator", user=cast.nia)
    assert seat.ended_at
    assert seat.end_reason == "因" * 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("end", "in_english", "in_chinese"),
    [
        (lambda case, cast: mediating.report_no_settlement(case, by=cast.nia, note="Apart."),
         "The mediation ended without an agreement.", "调解结束，未达成和解。"),
        (lambda case, cast: appointing.object_to(case, by=cast.mei), "A party objected.", "一方提出异议。"),
        (lambda case, cast: appointing.recuse(case, by=cast.nia, reason="I know the trader."),
         "I know the trader.", "I know the trader."),
    ],
)  # fmt: skip
def test_why_a_seat_ended_is_told_in_the_readers_language(cast, end, in_english, in_chinese):
    case = in_mediation(cast)
    end(case, cast)
    for language, wanted in (("en", in_english), ("zh-hans", in_chinese)):
        for person in (cast.mei, cast.sun):
            type(person).objects.filter(pk=person.pk).update(language=language)
            client = Client()
            client.force_login(type(person).objects.get(pk=person.pk))
            page = client.get(case.address_for(person)).content.decode()
            assert f'<p class="quiet">{wanted}</p>' in page
            assert "no settlement" not in page
            assert "objected</p>" not in page
