"""F27: what is upheld again and again gets an owner and a day, once, whoever looks at the same time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from disputes.models import SystemicCase, SystemicIssue
from disputes.operations import ruling, systemic
from disputes.reads import systemic as reads
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.notify.models import Notice
from tests.disputes.cases import draft, with_decider
from tests.support.builders import file


def finish(cast, **changes):
    """One more decided case."""
    case = with_decider(cast)
    ruling.issue_provisional(case, draft(case, **changes), by=cast.dan)
    for person in (cast.mei, cast.sun):
        ruling.close_comments(case, by=person)
    ruling.finalise(case, by=cast.dan)
    return case


@pytest.mark.django_db
def test_f27_three_upheld_within_thirty_days_open_one_issue(cast):
    other = file(cast.omar, "WDR-DELAY")
    file(cast.omar, "GEN-ASK")
    for _ in range(2):
        finish(cast)
    finish(cast, outcome="not_upheld", remedy="none", amount=None, currency="")
    finish(cast, root_cause="RC-NONE")
    assert systemic.open_due() == 0
    third = finish(cast, outcome="partly_upheld")
    assert systemic.open_due() == 3  # provisional texts are not counted beside the decisions
    assert systemic.open_due() == 0
    issue = SystemicIssue.objects.get()
    assert (issue.root_cause, issue.owner, issue.state) == ("RC-DELAY", cast.cody, "open")
    assert issue.due_on == (timezone.now() + systemic.TIME).date()
    assert Notice.objects.filter(kind="dispute.systemic", person=cast.cody).count() == 1
    assert third.pk in issue.cases.values_list("decision__dispute", flat=True)
    # A fourth joins it; Omar, who has a ticket of the same type and no case, is listed for contact.
    finish(cast)
    assert systemic.open_due() == 1
    assert [row["trader"] for row in reads.affected(issue)] == [cast.omar]
    client = Client()
    client.force_login(cast.cody)
    page = client.get(issue.get_absolute_url()).content.decode()
    assert other.reference in page
    assert third.reference in page
    assert (
        client.post(issue.get_absolute_url(), {"do": "contacted", "trader": cast.omar.pk}).status_code == 302
    )
    systemic.contacted(issue, by=cast.cody, trader=cast.omar.pk)  # said twice, kept once
    assert issue.contacts.count() == 1
    for do, data in (("note", {"text": " "}), ("give", {"owner": "mei@demo.test", "due_on": "2020-01-01"}),
                     ("contacted", {"trader": "x"}), ("close", {"text": ""})):  # fmt: skip
        assert client.post(issue.get_absolute_url(), {"do": do, **data}).status_code == 422, do
    client.post(issue.get_absolute_url(), {"do": "note", "text": "The bank <b>was</b> asked."})
    assert "&lt;b&gt;was" in client.get(issue.get_absolute_url()).content.decode()
    later = (timezone.now() + timedelta(days=9)).date()
    systemic.give(issue, by=cast.cody, owner=cast.sun.email, due_on=later)
    assert Notice.objects.filter(kind="dispute.systemic", person=cast.sun).exists()
    with pytest.raises(Forbidden):
        systemic.note(issue, by=cast.ivo, text="x")
    with pytest.raises(Invalid):
        systemic.contacted(issue, by=cast.cody, trader=cast.mei.pk)
    issue.refresh_from_db()
    assert issue.state == "working"
    # Closed: what counted once is never counted again.
    systemic.close(issue, by=cast.sun, text="Payouts are checked every hour.")
    assert systemic.open_due() == 0
    with pytest.raises(Conflict):
        systemic.note(issue, by=cast.sun, text="x")
    finish(cast)
    assert systemic.open_due() == 0
    assert client.get("/desk/disputes/systemic/").content.decode().count("RC-DELAY") == 1


@pytest.mark.django_db
def test_f27_old_ones_do_not_count(cast):
    for _ in range(3):
        finish(cast)
    later = timezone.now() + timedelta(days=31)
    assert not reads.uncounted(later).exists()
    assert reads.uncounted(timezone.now()).count() == 3


@pytest.mark.django_db(transaction=True)
def test_f27_opened_once_whoever_looks_at_the_same_time(cast):
    for _ in range(3):
        finish(cast)
    gate, found = threading.Barrier(4, timeout=20), []

    def look():
        try:
            gate.wait()
            found.append(systemic.open_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == [0, 0, 0, 3]
    assert SystemicIssue.objects.count() == 1
    assert SystemicCase.objects.count() == 3
