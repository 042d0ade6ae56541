"""People with two roles: who may yet be drawn reads no private talk, and who has read it is never drawn."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Person
from accounts.states import Role
from disputes import access
from disputes.errors import Involved
from disputes.models import Assignment
from disputes.operations import appointing, involving, mediating, proposing, talking
from helpdesk.notify.models import Notice
from tests.disputes.cases import in_mediation
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
SECRETS = ("secret-caucus", "secret-inner", "secret-offer")
PARTS = ("messages/", "offers/", "events/")


def give(person, *roles) -> Person:
    Person.objects.filter(pk=person.pk).update(roles=list(roles))
    person.refresh_from_db()
    return person


def spoken(cast):
    """A mediation in which things were said without prejudice."""
    case = in_mediation(cast)
    talking.post(case, by=cast.nia, channel="caucus_platform", body="secret-caucus")
    talking.post(case, by=cast.sun, channel="internal", body="secret-inner")
    proposing.make(case, by=cast.mei, text="secret-offer", remedy="apology")
    talking.post(case, by=cast.sun, channel="open", body="said-openly")
    return case


def read(person, case) -> str:
    """Everything pages and API tell the person about the case."""
    client = Client()
    client.force_login(person)
    page = client.get(case.get_desk_url())
    assert page.status_code == 200
    caller = Caller(person)
    told = [caller.get(f"/api/v1/disputes/{case.reference}/{part}").content.decode() for part in PARTS]
    return "\n".join([page.content.decode(), *told])


@pytest.mark.parametrize("neutral", [Role.DECIDER, Role.APPEAL_REVIEWER, Role.MEDIATOR])
@pytest.mark.parametrize("other", [Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR])
def test_who_may_yet_be_drawn_reads_what_a_decider_reads(cast, neutral, other):
    case = spoken(cast)
    both = give(cast.rex, other, neutral)
    told = read(both, case)
    assert not [secret for secret in SECRETS if secret in told]
    assert "dispute.said.caucus_platform" not in told
    assert "dispute.offer.made" not in told
    assert "said-openly" in told
    assert "You may still be drawn" in told
    assert not case.involvements.filter(user=both).exists(), "reading the open part costs nobody the seat"
    assert both.pk in [pk for pk, _weight in appointing.candidates(case, _seat(neutral))[0]]


def _seat(neutral) -> str:
    return {Role.MEDIATOR: "mediator", Role.DECIDER: "decider"}.get(neutral, "appeal_reviewer")


def test_no_mail_and_no_bell_tells_them_either(cast):
    both = give(cast.dan, Role.SUPERVISOR, Role.DECIDER)
    case = spoken(cast)
    told = str(list(Notice.objects.filter(person=both).values_list("kind", "context")))
    assert "said-openly" in told
    assert "secret" not in told
    assert "'step': 'offer'" not in told
    assert "secret-caucus" in str(list(Notice.objects.filter(person=cast.sun).values_list("context")))
    mediating.report_no_settlement(case, by=cast.nia, note="Apart.")
    assert case.assignments.active().get().user == both, "still in the pool"


def test_who_directs_the_case_reads_it_and_is_out_of_the_draw(cast):
    both = give(cast.dan, Role.SUPERVISOR, Role.DECIDER)
    case = spoken(cast)
    talking.post(case, by=both, channel="internal", body="I take this on.")
    assert all(secret in read(both, case) for secret in SECRETS)
    assert appointing.candidates(case, "decider")[0] == []


def test_who_has_read_as_supervisor_can_never_be_seated(cast):
    """The role of a decider comes after the reading: too late, whoever tries."""
    case = spoken(cast)
    reader = give(cast.dan, Role.SUPERVISOR)
    assert "secret-caucus" in read(reader, case)
    give(reader, Role.SUPERVISOR, Role.DECIDER)
    assert "secret-caucus" in read(reader, case), "nothing is left to keep from them"
    pool, excluded = appointing.candidates(case, "decider")
    assert pool == []
    assert {"person": reader.pk, "rules": ["F1:read"]} in excluded
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(dispute=case, role="decider", user=reader)


def test_who_was_sent_it_has_read_it(cast):
    told = give(cast.dan, Role.SUPERVISOR)
    case = spoken(cast)
    give(told, Role.DECIDER)
    assert {"person": told.pk, "rules": ["F1:read"]} in appointing.candidates(case, "decider")[1]


def test_reading_makes_nobodys_colleagues_partial(cast):
    case = spoken(cast)
    Person.objects.filter(pk__in=[cast.ivo.pk, cast.dan.pk]).update(unit="head-office")
    Person.objects.filter(pk=cast.dan.pk).update(manager=cast.ivo)
    assert "secret-inner" in read(cast.ivo, case)
    assert cast.dan.pk in [pk for pk, _weight in appointing.candidates(case, "decider")[0]]


def test_a_seat_taken_meanwhile_shuts_the_page(cast):
    """The page was asked for before the draw and answered after it."""
    case = spoken(cast)
    both = give(cast.dan, Role.SUPERVISOR)
    asked = access.desk_dispute(both, case.reference)
    give(both, Role.SUPERVISOR, Role.DECIDER)
    mediating.report_no_settlement(case, by=cast.nia, note="Apart.")
    assert case.assignments.active().get().user == both
    with pytest.raises((Involved, IntegrityError)), transaction.atomic():
        involving._look(asked, by=both)
    assert "secret" not in access_text(both, case)


def access_text(person, case) -> str:
    case = access.dispute_for(person, case.reference)
    return " ".join(message.body for message in access.messages_for(person, case))


def test_looking_twice_writes_once(cast):
    case = spoken(cast)
    for _ in range(2):
        read(cast.ivo, case)
    assert list(case.involvements.filter(user=cast.ivo).values_list("how", flat=True)) == ["read"]
