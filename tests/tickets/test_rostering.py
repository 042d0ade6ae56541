"""Who is on duty and who belongs to which team: set up by a supervisor, heard by the ladder."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.audit.models import Entry
from helpdesk.notify.models import Notice
from tests.support.builders import file
from tickets.models import Category, Duty, Team, TicketTimer
from tickets.operations import breaches, rostering

pytestmark = pytest.mark.django_db
DUTY, TEAMS = "/desk/settings/duty/", "/desk/settings/teams/"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def sun(cast):
    cast.sun.language = "en"
    cast.sun.save(update_fields=["language"])
    client = Client()
    client.force_login(cast.sun)
    return client


def local(ahead):
    return (timezone.now() + ahead).astimezone(SHANGHAI).replace(second=0, microsecond=0)


def typed(moment):
    return f"{moment:%Y-%m-%dT%H:%M}"


def test_somebody_is_put_on_duty_in_the_planners_own_time_and_called_by_the_ladder(cast, sun):
    assert "Nobody is on duty" in sun.get(DUTY).content.decode()
    begin, end = local(timedelta(hours=-1)), local(timedelta(hours=7))
    data = {"person": cast.bo.pk, "starts_at": typed(begin), "ends_at": typed(end)}
    assert sun.post(DUTY, data).status_code == 302
    duty = Duty.objects.get()
    assert (duty.person, duty.starts_at, duty.ends_at) == (cast.bo, begin, end)
    shown = sun.get(DUTY).content.decode()
    assert "薄宁" in shown
    assert "Times are yours: Asia/Shanghai." in shown
    assert "Nobody is on duty" not in shown
    late = file(cast.mei, "GEN-ASK", at=timezone.now() - timedelta(hours=13))
    breaches.sweep_due()
    TicketTimer.objects.filter(ticket=late, metric="first_response").update(warn_at=timezone.now())
    breaches.sweep_due()
    assert Notice.objects.filter(kind="ticket.still_late", person=cast.bo).count() == 1
    assert Entry.objects.get(action="duty.added").actor_id == cast.sun.pk


def test_duties_may_overlap_and_end_and_be_removed(cast, sun):
    now = timezone.now()
    running = [
        rostering.add_duty(
            who, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1), by=cast.sun
        )
        for who in (cast.ada, cast.bo)
    ]
    later = rostering.add_duty(
        cast.ada, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2), by=cast.sun
    )
    assert Duty.objects.at(timezone.now()).count() == 2
    assert sun.post(f"{DUTY}{running[0].pk}/remove/").status_code == 409
    assert sun.post(f"{DUTY}{later.pk}/end/").status_code == 409
    assert sun.post(f"{DUTY}{running[0].pk}/end/").status_code == 302
    assert sun.post(f"{DUTY}{later.pk}/remove/").status_code == 302
    assert [duty.person for duty in Duty.objects.at(timezone.now())] == [cast.bo]
    assert not Duty.objects.filter(pk=later.pk).exists()
    shown = sun.get(DUTY).content.decode()
    assert "The last week" in shown
    assert set(Entry.objects.filter(actor_id=cast.sun.pk).values_list("action", flat=True)) >= {
        "duty.added", "duty.ended", "duty.removed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"person": ""}, "person", "Please choose who is on duty."),
        ({"person": "999999999"}, "person", "Please choose one of the people offered."),
        ({"starts_at": ""}, "starts_at", "Please say when it starts."),
        ({"starts_at": "soon"}, "starts_at", "Please give a day and a time"),
        ({"starts_at": "2027-13-01T09:00"}, "starts_at", "Please give a day and a time"),
        ({"ends_at": typed(local(timedelta(hours=-5)))}, "ends_at", "The end must come after the start."),
        ({"ends_at": typed(local(timedelta(days=40)))}, "ends_at", "more than 31 days"),
        (
            {"starts_at": "2020-01-01T09:00", "ends_at": "2020-01-01T17:00"},
            "ends_at",
            "This is over already.",
        ),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_kept(cast, sun, change, field, sentence):
    data = {
        "person": cast.bo.pk,
        "starts_at": typed(local(timedelta(hours=-1))),
        "ends_at": typed(local(timedelta(hours=7))),
    }
    answered = sun.post(DUTY, data | change)
    assert answered.status_code == 422
    assert any(sentence in error for error in answered.context["form"].errors[field])
    assert sentence in answered.content.decode()
    assert not Duty.objects.exists()


def test_an_hour_that_does_not_exist_is_named(cast, sun):
    cast.sun.time_zone = "Europe/Berlin"
    cast.sun.save(update_fields=["time_zone"])
    year = timezone.now().year + 1
    day = max(day for day in (date(year, 3, n) for n in range(25, 32)) if day.weekday() == 6)
    data = {"person": cast.bo.pk, "starts_at": f"{day}T02:30", "ends_at": f"{day}T09:00"}
    answered = sun.post(DUTY, data)
    assert answered.status_code == 422
    assert answered.context["form"].errors["starts_at"]


def test_a_team_is_made_filled_and_renamed(cast, sun):
    made = sun.post(
        f"{TEAMS}new/",
        {"name_en": "Cards & wallets", "name_zh": "卡与钱包", "members": [cast.ada.pk, cast.bo.pk],
         "categories": ["GEN-ASK"]},
    )  # fmt: skip
    assert made.status_code == 302
    team = Team.objects.get(code="cards-wallets")
    assert set(team.members.all()) == {cast.ada, cast.bo}
    assert file(cast.mei, "GEN-ASK").team == team
    shown = sun.get(TEAMS).content.decode()
    assert "Cards &amp; wallets" in shown
    changed = sun.post(
        f"{TEAMS}{team.code}/",
        {"name_en": "Cards", "name_zh": "卡片", "members": [cast.bo.pk], "categories": ["WDR-DELAY"]},
    )
    assert changed.status_code == 302
    team.refresh_from_db()
    assert (team.name_en, team.name_zh, set(team.members.all())) == ("Cards", "卡片", {cast.bo})
    assert [row.code for row in Category.objects.filter(team=team)] == ["WDR-DELAY"]
    entry = Entry.objects.filter(action="team.members.changed").latest("id")
    assert (entry.data["added"], entry.data["removed"]) == ([], ["Ada Brandt"])
    page = sun.get(f"{TEAMS}{team.code}/").content.decode()
    assert f'value="{cast.bo.pk}" checked' in page
    assert 'value="WDR-DELAY" checked' in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_en": ""}, "name_en"), ({"name_zh": " "}, "name_zh"), ({"name_en": "x" * 121}, "name_en"),
        ({"name_en": "taken"}, "name_en"), ({"name_zh": "已有"}, "name_zh"),
        ({"members": ["999999999"]}, "members"), ({"categories": ["NO-SUCH"]}, "categories"),
        ({"name_en": "a\x00b"}, "name_en"),
    ],
)  # fmt: skip
def test_a_team_that_cannot_be_is_refused_beside_its_field(cast, sun, change, field):
    rostering.create_team(name_en="Taken", name_zh="已有", members=[], categories=[], by=cast.sun)
    answered = sun.post(f"{TEAMS}new/", {"name_en": "New", "name_zh": "新"} | change)
    assert answered.status_code == 422
    assert answered.context["form"].errors[field]
    assert Team.objects.count() == 1


def test_names_that_give_no_code_give_one_all_the_same(cast):
    codes = [
        rostering.create_team(name_en=name, name_zh=f"{name}队", members=[], categories=[], by=cast.sun).code
        for name in ("一队", "二队", "Cards", "Cards!")
    ]
    assert codes == ["team", "team-2", "cards", "cards-2"]


def test_agents_set_up_nothing(cast):
    client = Client()
    client.force_login(cast.ada)
    for path in (DUTY, TEAMS, f"{TEAMS}new/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {}).status_code in {403, 405}
    client.force_login(cast.mei)
    assert client.get(DUTY).status_code == 404
