"""F21: both sides say how a mediator worked, each blind to the other; figures give nobody away."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Person
from accounts.states import Role
from disputes.access import sides as doors
from disputes.models import Assignment, Survey, SurveyAnswer
from disputes.operations import appointing, granting, surveying
from disputes.reads import service, surveys
from helpdesk.core import clock
from helpdesk.notify.models import Notice
from tests.disputes.cases import in_mediation, opened, with_decider
from tests.disputes.copies import members, taken
from tests.disputes.early import also
from tests.disputes.walking import At, second
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
SAYS = {"fairness": "2", "clarity": "5", "pace": "4", "words": "words-of-mei"}


def at(person, case, number, status=200, **data):
    client = At(person).client
    address = f"/disputes/{case.reference}/survey/{number}/"
    answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_each_side_answers_once_and_nobody_in_the_case_reads_it(cast):
    case, running = with_decider(cast), in_mediation(cast)
    links = case.events.count()
    assert surveying.open_due() == 1, "the other mediation goes on"
    assert surveying.open_due() == 0
    mine, theirs = case.surveys.order_by("number")
    assert (mine.side, theirs.side, mine.closes_at - mine.opened_at) == (
        "trader", "platform", timedelta(days=30),
    )  # fmt: skip
    assert Notice.objects.filter(kind="dispute.survey").count() == 2
    assert f"/survey/{mine.number}/" in At(cast.mei).get("dispute", case)
    assert f"/survey/{mine.number}/" not in At(cast.sun).get("desk-dispute", case)
    assert f"/survey/{theirs.number}/" in At(cast.sun).get("desk-dispute", case)
    for person in (cast.sun, cast.nia, cast.dan, cast.cody, cast.omar, cast.ivo):
        at(person, case, mine.number, 404)
    at(cast.mei, case, theirs.number, 404)
    at(cast.mei, case, 99, 404)
    assert "words-of-mei" in at(cast.mei, case, mine.number, 422, **SAYS | {"pace": "6"})
    at(cast.mei, case, mine.number, 302, **SAYS)
    at(cast.mei, case, mine.number, 409, **SAYS)
    assert "words-of-mei" not in at(cast.mei, case, mine.number)
    key = Caller(cast.sun)
    listed = key.get(f"/api/v1/disputes/{case.reference}/surveys/").json()
    assert [one["number"] for one in listed] == [theirs.number]
    one = f"/api/v1/disputes/{case.reference}/surveys/{theirs.number}/"
    assert key.post(one, {"fairness": 9, "clarity": 1, "pace": 1}).status_code == 400
    assert key.post(one, {"fairness": 5, "clarity": 1, "pace": 1}).status_code == 200
    assert key.post(one, {"fairness": 5, "clarity": 1, "pace": 1}).status_code == 409
    for person in (cast.sun, cast.hal, cast.dan, cast.cody, cast.ivo):
        assert "words-of-mei" not in At(person).get("desk-dispute", case)
    for person in (cast.mei, cast.sun):
        assert not any(b"words-of-mei" in part for part in members(taken(case, person)).values())
    case.refresh_from_db()
    assert case.events.exclude(action="dispute.bundle.made").count() == links, "it is no act on the case"
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyAnswer.objects.create(survey=mine, fairness=1, clarity=1, pace=1, at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyAnswer.objects.filter(survey=mine).update(fairness=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        Survey.objects.create(
            dispute=case, number=9, seat=mine.seat, side="trader", opened_at=mine.opened_at,
            closes_at=mine.closes_at,
        )  # fmt: skip
    # A mediator from outside is asked about, too; the time of a survey ends.
    external = opened(cast)
    appointing.draw(external, "external_mediator", by=cast.sun)
    granting.promise(external, by=cast.eva, number=1)
    appointing.accept(external, by=cast.eva, statements=appointing.STATEMENTS)
    seat = external.assignments.get(user=cast.eva)
    appointing.recuse(external, by=cast.eva, reason="I know them.")
    assert surveying.open_due() == 1
    waiting = external.surveys.get(side="trader")
    assert waiting.seat == seat
    with clock.at(timezone.now() + timedelta(days=31)):
        at(cast.mei, external, waiting.number, 409, **SAYS)
    assert not running.surveys.exists()
    # Nobody is asked about themselves.
    Person.objects.filter(pk=cast.sun.pk).update(is_active=False)
    also(cast.eva, Role.SUPERVISOR)
    assert doors.asked_of_platform(external) == [cast.eva]
    at(cast.eva, external, external.surveys.get(side="platform").number, 404)


def test_figures_need_five_of_each_side_and_move_by_fives(cast):
    case, now = with_decider(cast), timezone.now()
    seat = case.assignments.get(user=cast.nia)
    sides = {"trader": 0, "platform": 0}

    def say(side, n, **scores):
        for _one in range(n):
            sides[side] += 1
            of = Assignment.objects.create(
                dispute=case, role="handler", user=cast.nia, started_at=now, ended_at=now
            )
            row = Survey.objects.create(
                dispute=case, number=10 * sides[side] + (side == "trader"), seat=of, side=side, opened_at=now,
                closes_at=now + timedelta(days=30),
            )  # fmt: skip
            given = {"fairness": 4, "clarity": 3, "pace": 5} | scores
            SurveyAnswer.objects.create(survey=row, at=now, words=f"{side}-{sides[side]}", **given)

    say("trader", 5)
    say("platform", 4)
    assert surveys.figures([cast.nia.pk]) == {}
    assert service.rows(cast.nia)[0].said is None
    assert surveys.words(service.rows(), cast.sun) == []
    say("platform", 1, fairness=1)
    said = service.rows(cast.nia)[0].said
    assert (said.trader, said.platform, said.fairness.mean, said.fairness.median) == (5, 5, 3.7, 4.0)
    say("trader", 4, fairness=1)
    assert service.rows(cast.nia)[0].said == said, "one more answer never shows alone"
    page = At(cast.nia).client.get("/desk/disputes/neutrals/").content.decode()
    assert "3.7" in page
    assert "trader-1" not in page
    assert Caller(cast.nia).get("/api/v1/disputes/neutrals/").json()[0]["survey"]["trader"] == 5
    assert surveys.words(service.rows(), cast.sun) == [], "Sun had a hand in the case"
    fresh = second(cast, "bo", Role.SUPERVISOR)
    page = At(fresh).client.get("/desk/disputes/neutrals/").content.decode()
    assert "trader-1" in page
    assert "trader-9" not in page, "not counted yet"
    assert case.reference not in page
    assert surveys.words(service.rows(), cast.cody) == []
    assert seat.surveys.count() == 0
