"""Approvals, late money and retention, seen on a phone and a desk, in both languages, light and dark."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from disputes.models import Dispute
from disputes.operations import answering, deadlines, keeping, purging, remedying
from tests.disputes import cases
from tests.disputes.test_bundle_browser import fits
from tests.disputes.test_interest import late
from tests.support import cast as people
from tests.support.browser import calling

OPEN = "document.querySelectorAll('main details').forEach(d => d.open = true)"
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def owed(lasting):
    cast = people.gather()
    case = cases.accepted(cast)
    remedying.approve(case, by=cast.sun)
    late(case, 12)
    cases.accepted(cast, amount=Decimal(4800))
    for held in (False, True):
        over = cases.decided(cast, **cases.NOTHING)
        answering.accept(over, by=cast.mei)
        Dispute.objects.filter(pk=over.pk).update(closed_at=timezone.now() - timedelta(days=8 * 366))
        deadlines.cancel(list(over.deadlines.running()), at=timezone.now())
        if held:
            row = keeping.put(over.reference, kind="legal", reason="Court, 7 C 12/26.", by=cast.cody)
            keeping.ask_end(row.pk, reason="The court has closed the case.", by=cast.cody)
    purging.propose()
    return case


def test_money_and_retention_fit_and_read_well(owed, browser, server):
    cast = people.gather()
    with calling(browser, server) as come:
        for who, dark, paths in (
            (cast.sun, False, ("/desk/disputes/money/", "/desk/disputes/keeping/")),
            (cast.cody, True, ("/desk/disputes/money/", "/desk/disputes/keeping/")),
            (cast.fin, False, ("/desk/disputes/money/", owed.get_desk_url())),
            (cast.mei, True, (owed.get_absolute_url(),)),
        ):
            guest = come(who, dark=dark)
            for path in paths:
                for name, width in (("phone", 360), ("desktop", 1280)):
                    guest.page.set_viewport_size({"width": width, "height": 900})
                    guest.arrive(path)
                    guest.page.evaluate(OPEN)
                    fits(guest, f"{path} {name}")
                    part = path.strip("/").split("/")[-1]
                    guest.shot(f"money-{who.email.split('@')[0]}-{part}-{name}")
                guest.accessible()
