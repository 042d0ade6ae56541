"""F21: figures of each neutral for those who direct cases; who was late is not drawn until cleared."""

import pytest

from accounts.states import Role
from disputes.errors import NobodyEligible
from disputes.models import Draw
from disputes.operations import appointing, proposing, service
from disputes.reads.service import rows, wilson
from helpdesk.audit.models import Entry
from helpdesk.core.errors import Conflict, Forbidden
from tests.disputes.cases import in_mediation, opened
from tests.disputes.walking import At, lapse, second

pytestmark = pytest.mark.django_db


def test_f21_a_silent_mediator_drops_out_until_cleared(cast):
    case = in_mediation(cast)
    lapse(case, "mediator_activity")
    assert case.state == "mediation_pending"
    second(cast, "fin", Role.MEDIATOR)
    other = opened(cast)
    appointing.draw(other, "mediator", by=cast.sun)
    assert {"person": cast.nia.pk, "rules": ["F21:late"]} in Draw.objects.get(dispute=other).excluded
    second(cast, "fin", Role.FINANCE)
    third = opened(cast)
    with pytest.raises(NobodyEligible):
        appointing.draw(third, "mediator", by=cast.sun)
    (row,) = rows(cast.nia)
    assert (row.silence, row.accept, row.active, row.out, row.share) == (1, 0, 0, True, None)
    desk, url = At(cast.sun).client, "/desk/disputes/neutrals/"
    page = desk.get(url).content.decode()
    assert cast.nia.name in page
    assert cast.nia.name in At(cast.nia).client.get(url).content.decode()
    assert cast.dan.name not in At(cast.nia).client.get(url).content.decode()
    assert At(cast.eva).client.get(url).status_code == 404  # F22: nothing beside the case
    told = {"person": cast.nia.email, "reason": " "}
    assert desk.post(url, told).status_code == 422
    assert At(cast.cody).client.post(url, told | {"reason": "Ill."}).status_code == 403
    cast.nia.roles = [Role.MEDIATOR, Role.SUPERVISOR]
    cast.nia.save()
    with pytest.raises(Forbidden):
        service.clear(cast.nia, by=cast.nia, reason="I was ill.")
    cast.nia.roles = [Role.MEDIATOR]
    cast.nia.save()
    assert desk.post(url, told | {"reason": "She was ill."}).status_code == 302
    with pytest.raises(Conflict):
        service.clear(cast.nia, by=cast.sun, reason="Again.")
    acts = Entry.objects.filter(subject=f"person:{cast.nia.pk}", action__startswith="neutral.")
    assert list(acts.values_list("action", "actor_id").order_by("pk")) == [
        ("neutral.lapsed", None),
        ("neutral.cleared", cast.sun.pk),
    ]
    assert appointing.draw(third, "mediator", by=cast.sun).user == cast.nia
    appointing.accept(third, by=cast.nia, statements=appointing.STATEMENTS)
    third.refresh_from_db()
    made = proposing.make(third, by=cast.sun, text="We are sorry.", remedy="apology")
    proposing.accept(third, made.number, by=cast.mei, sha256=made.text_sha256)
    (row,) = rows(cast.nia)
    assert (row.settled, row.silence, row.out) == (1, 1, False)


def test_the_interval_of_a_share():
    assert wilson(5, 10) == (50, 24, 76)
    assert wilson(0, 5) == (0, 0, 43)
    assert wilson(5, 5) == (100, 57, 100)
