"""F20: who acts for a trader is proved, checked, sees one case, is named in every act, and is out at once."""

import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from disputes import access
from disputes.models import Assignment, Representative
from disputes.operations import appointing, speaking
from helpdesk.core import clock
from helpdesk.core.errors import Forbidden
from helpdesk.notify.models import Notice
from tests.disputes.cases import in_mediation, opened
from tests.disputes.copies import members, taken
from tests.disputes.walking import At
from tests.support.api import Caller
from tests.support.samples import picture
from tickets.operations import attaching

pytestmark = pytest.mark.django_db


def proof(name="power.png"):
    return SimpleUploadedFile(name, picture(), "image/png")


def named(case, cast, **more):
    """Mei has named Omar, and Hal has looked at the proof."""
    files = attaching.store([attaching.Upload(io.BytesIO(picture()), "power.png")])
    told = {"named": "Omar Haddad", "email": "Omar@demo.test", "kind": "lawyer", "language": "en"}
    row = speaking.name(case, files, by=cast.mei, **told | more)
    return speaking.accept(case, row.number, by=cast.hal)


def test_named_checked_joined_and_out_at_once(cast):
    case = in_mediation(cast)
    mei, hal, omar, nia = (At(person) for person in (cast.mei, cast.hal, cast.omar, cast.nia))
    typed = {"named": "Omar Haddad", "email": "omar@demo.test", "kind": "lawyer", "language": "en"}
    assert "Omar Haddad" in mei.post("representatives", case, 422, **typed), "no proof"
    for wrong in ("not-an-address", "mei@demo.test", "ada@demo.test"):
        mei.post("representatives", case, 422, **typed | {"email": wrong, "files": proof()})
    hal.post("representatives", case, 403, **typed | {"files": proof()})
    mei.post("representatives", case, **typed | {"files": proof()})
    mei.post("representatives", case, 422, **typed | {"files": proof()})
    row = case.representatives.get()
    assert Notice.objects.filter(person=cast.sun, context__step="speaker_named").exists()
    for person, status in ((omar, 404), (nia, 403), (At(cast.fin), 404), (At(cast.ivo), 200), (hal, 200)):
        person.get("representatives", case, status)
    omar.get("represent", case, 404)
    one = f"/disputes/{case.reference}/representatives/1/"
    assert hal.client.get(f"{one}proof/").getvalue() == picture()
    assert nia.client.get(f"{one}proof/").status_code == 403
    assert hal.client.post(one, {"do": "refuse", "reason": ""}).status_code == 422
    assert mei.client.post(one, {"do": "accept"}).status_code == 403
    assert hal.client.post(one, {"do": ""}).status_code == 422, "nothing is accepted by a slip"
    assert hal.client.post(one, {"do": "accept"}).status_code == 302
    assert hal.client.post(one, {"do": "accept"}).status_code == 409
    mail = Notice.objects.get(kind="dispute.speaker")
    assert (mail.address, mail.context["what"]) == ("omar@demo.test", "invited")
    omar.get("dispute", case, 404)
    assert case.reference not in omar.client.get("/disputes/").content.decode()
    assert "林美" in omar.get("represent", case)
    At(cast.ada).get("represent", case, 404)
    mei.get("represent", case, 404)
    omar.post("represent", case)
    omar.get("represent", case, 404)

    page = omar.get("dispute", case)
    assert f"/tickets/{case.ticket.reference}" not in page, "the ticket is not part of it"
    assert omar.client.get(f"/tickets/{case.ticket.reference}/").status_code == 404
    assert case.reference in omar.client.get("/disputes/").content.decode()
    omar.get("desk-dispute", case, 404)
    assert "/desk/" not in omar.get("packs", case)
    omar.post("say", case, channel="open", body="I write for her.")
    omar.post("add-evidence", case, files=proof("chart.png"), title="Chart")
    item = case.evidence.order_by("-pk").first()
    assert (item.side, item.on_behalf_of, item.submitted_by) == ("trader", "trader", cast.omar)
    said = case.events.filter(action="dispute.said.open").last()
    assert json.loads(said.body)["facts"]["acting_for"] == cast.mei.pk
    assert "Omar Haddad for 林美" in At(cast.hal).get("desk-dispute", case)
    assert "for 林美" in nia.get("desk-dispute", case)
    assert (
        Notice.objects.filter(person=cast.omar, kind="dispute.step", subject_ref=case.reference).count() == 0
    )
    At(cast.sun).post("sum", case, do="propose", amount="5", asset="USD", rule="case")
    letter = Notice.objects.get(person=cast.omar, kind="dispute.sides", context__step="sum_proposed")
    assert letter.url == case.get_absolute_url()
    omar.post("sum", case, do="agree")
    assert case.sum_holds.get().agreed_by == cast.omar
    assert omar.client.post(f"/disputes/{case.reference}/representatives/", typed).status_code == 403
    files = members(taken(case, cast.omar))
    told = json.loads(files["case.json"])["representatives"]
    assert [(one["name"], one["state"]) for one in told] == [("Omar Haddad", "accepted")]
    key = Caller(cast.omar)
    assert key.get(f"/api/v1/disputes/{case.reference}/").status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic():
        Assignment.objects.create(dispute=case, role="decider", user=cast.omar)
    with pytest.raises(DatabaseError), transaction.atomic():
        Representative.objects.filter(pk=row.pk).update(person=cast.bo)
    with pytest.raises(DatabaseError), transaction.atomic():
        Representative.objects.filter(pk=row.pk).update(email=cast.bo.email)

    assert mei.client.post(one, {"do": "revoke"}).status_code == 302
    for name in ("dispute", "represent", "representatives"):
        omar.get(name, case, 404)
    assert key.get(f"/api/v1/disputes/{case.reference}/").status_code == 404
    assert key.get("/api/v1/disputes/").json()["results"] == []
    assert not access.may_watch(cast.omar, case.reference)
    assert mei.client.post(one, {"do": "revoke"}).status_code == 409
    gone = Notice.objects.filter(kind="dispute.speaker", context__what="over")
    assert gone.count() == 1
    acts = case.events.filter(action__startswith="dispute.representative.").values_list("action", flat=True)
    assert [act.rpartition(".")[2] for act in acts.order_by("seq")] == [
        "named",
        "seen",
        "accepted",
        "joined",
        "revoked",
    ]


def test_days_desks_and_other_cases(cast):
    case, other = opened(cast), opened(cast)
    today = clock.now().date()
    row = named(case, cast, until_on=today + timedelta(days=3))
    speaking.join(case.reference, by=cast.omar)
    At(cast.omar).get("dispute", case)
    At(cast.omar).get("dispute", other, 404)
    with clock.at(timezone.now() + timedelta(days=5)):
        assert not access.disputes_for(cast.omar).exists()
        At(cast.omar).get("dispute", case, 404)
    with pytest.raises(Forbidden):
        speaking.revoke(case, row.number, by=cast.hal)
    # Whoever comes to work here stands on nobody's side from then on.
    Person.objects.filter(pk=cast.omar.pk).update(roles=["agent"])
    assert not access.actors_of(Person.objects.get(pk=cast.omar.pk), case) & {"trader"}
    Person.objects.filter(pk=cast.omar.pk).update(roles=["supervisor"])
    boss = At(Person.objects.get(pk=cast.omar.pk))
    boss.post("sum", case, 403, do="propose", amount="5", asset="USD", rule="case")
    boss.get("representatives", case, 403)
    Person.objects.filter(pk=cast.omar.pk).update(roles=["trader"])
    speaking.refuse(case, row.number, by=cast.cody, reason="It was forged.")
    At(cast.omar).get("dispute", case, 404)
    page = At(cast.mei).get("representatives", case)
    assert "It was forged." in page
    later = named(other, cast, from_on=today + timedelta(days=2))
    assert "首日" in At(cast.mei).get("representatives", other) or later.from_on > today
    stranger = Client()
    assert stranger.get(f"/disputes/{other.reference}/represent/").status_code == 302
    omar = At(cast.omar)
    assert omar.client.post(f"/disputes/{other.reference}/represent/").url == "/disputes/"
    omar.get("dispute", other, 404)
    with clock.at(timezone.now() + timedelta(days=3)):
        omar.get("dispute", other)
    appointing.draw(other, "mediator", by=cast.sun)
