"""Registers and returns: what is in them, and that the same question gives the same bytes."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from disputes.models import ReturnRun
from disputes.operations import answering, remedying, reopening, returning, solving
from disputes.reads import register, returns
from disputes.reads.register import COLUMNS, Question
from helpdesk.core.errors import Invalid, NotFound
from tests.disputes import early
from tests.disputes.cases import decided, in_mediation, paid

pytestmark = pytest.mark.django_db


def question(**changes):
    today = timezone.now().date()
    values = {"first": today - timedelta(days=1), "last": today, "as_at": timezone.now()}
    return Question(**values | changes)


def table(file):
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))


def test_the_register_tells_the_whole_life_of_a_complaint(cast):
    case = paid(cast)
    remedying.confirm(case, by=cast.mei)
    case.refresh_from_db()
    file = returning.run("register", question(), by=cast.cody)
    [row] = table(file)
    assert tuple(row) == COLUMNS
    expected = {
        "register_no": case.complaint.register_no,
        "reference": case.reference,
        "state": "closed",
        "outcome": "upheld",
        "closed_band": "3 business days",
        "redress_financial": "91.00",
        "redress_currency": "USD",
        "root_cause": "RC-DELAY",
        "final_response_kind": "decision",
        "mediation_settled": "no",
        "complainant_name": "林美",
        "cause_esma": "withdrawal of client funds",
        "reopened": "0",
    }
    assert {key: row[key] for key in expected} == expected


def test_the_same_moment_gives_the_same_bytes_whatever_happened_since(cast):
    case, other = decided(cast), in_mediation(cast)
    asked = question()
    before = {(kind, form): returning.run(kind, asked, form=form, by=cast.cody)
              for kind in returns.KINDS for form in returning.FORMS}  # fmt: skip
    answering.accept(case, by=cast.mei)
    case.refresh_from_db()
    remedying.approve(case, by=cast.sun)
    remedying.pay(case, by=cast.fin, proof="ledger 1")
    in_mediation(cast)
    cast.mei.name = "Somebody Else"
    cast.mei.save()
    for (kind, form), file in before.items():
        again = returning.run(kind, asked, form=form, by=cast.cody)
        assert (again.data, again.sha256) == (file.data, file.sha256), (kind, form)
    assert returning.run("register", question(), by=cast.cody).data != before["register", "csv"].data
    assert ReturnRun.objects.filter(sha256=before["fca", "csv"].sha256).count() == 2
    assert other.is_open


def test_the_british_return_counts_what_was_upheld_and_paid(cast):
    remedying.confirm(paid(cast), by=cast.mei)
    in_mediation(cast)
    [row] = table(returning.run("fca", question(), by=cast.sun))
    told = [row[key] for key in ("product", "opened", "closed", "closed_within_3_business_days", "upheld")]
    assert told == ["Withdrawals", "2", "1", "1", "1"]
    assert (row["redress_paid"], row["main_cause"], row["percent_upheld"]) == ("91.00", "RC-DELAY", "100.0")


def test_what_was_solved_simply_is_settled_and_what_is_taken_up_again_is_open(cast):
    simple = early.complained(cast)
    solving.solve(simple, by=cast.mei, words="钱到了。")
    again = paid(cast)
    remedying.confirm(again, by=cast.mei)
    again.refresh_from_db()
    reopening.reopen(again, by=cast.mei, reason="又少了一笔。")
    rows = {row["reference"]: row for row in table(returning.run("register", question(), by=cast.cody))}
    assert [rows[case.reference]["outcome"] for case in (simple, again)] == ["settled", ""]
    assert [rows[case.reference]["reopened"] for case in (simple, again)] == ["0", "1"]


def test_sums_in_different_currencies_are_never_added(cast):
    remedying.confirm(paid(cast), by=cast.mei)
    case = decided(cast, amount=Decimal(20), currency="EUR")
    answering.accept(case, by=cast.mei)
    case.refresh_from_db()
    for person in (cast.sun, cast.cody):  # with the first payment it is more than a hundred
        remedying.approve(case, by=person)
    remedying.pay(case, by=cast.fin, proof="ledger 2")
    [row] = table(returning.run("fca", question(), by=cast.sun))
    assert (row["redress_paid"], row["redress_currency"]) == ("20.00 EUR; 91.00 USD", "EUR USD")
    both = {"EUR": Decimal(20), "USD": Decimal(91)}
    cells = dict.fromkeys(COLUMNS, "") | {"redress_financial": register.several(both, bare=False)}
    assert register.paid(cells) == both


def test_a_month_without_complaints_says_no(cast):
    then = timezone.now().date().replace(day=1, year=2021)
    nil = question(first=then, last=then + timedelta(days=27), entity="CY1")
    file = returning.run("cysec", nil, by=cast.cody)
    assert (file.nil, file.rows, file.name) == (True, 0, f"CY1_{nil.last:%Y%m%d}_T144-002-01.csv")
    assert [row["complaints_received"] for row in table(file)] == ["no"]
    assert json.loads(returning.run("register", nil, form="json", by=cast.cody).data)["nil"] is True


def test_the_european_analysis_counts_steps_topics_and_outcomes(cast):
    decided(cast)
    rows = table(returning.run("mica", question(), by=cast.cody))
    figures = {(row["figure"], row["key"]): row["value"] for row in rows}
    assert figures["received", ""] == "1"
    assert figures["topic", "WDR-DELAY"] == "1"
    assert figures["outcome", "upheld"] == "1"
    assert ("average_hours_in_step", "in_mediation") in figures


def test_no_cell_is_a_formula(cast):
    in_mediation(cast, subject="=HYPERLINK(1)")
    [row] = table(returning.run("register", question(), by=cast.cody))
    assert row["description"] == "'=HYPERLINK(1)"


def test_questions_without_sense_and_unknown_returns_are_refused(cast):
    today = timezone.now().date()
    for wrong in (
        question(first=today, last=today - timedelta(days=1)),
        question(as_at=timezone.now() + timedelta(hours=1)),
    ):
        with pytest.raises(Invalid):
            returning.run("register", wrong, by=cast.cody)
    with pytest.raises(NotFound):
        returning.run("horoscope", question(), by=cast.cody)
    assert not ReturnRun.objects.exists()


def test_a_run_stays_written(cast):
    returning.run("register", question(), by=cast.cody)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ReturnRun.objects.update(rows=9)


def test_on_the_pages_and_over_the_api(cast, client):
    in_mediation(cast)
    address, today = reverse("disputes:desk-returns"), timezone.now().date().isoformat()
    for person, status in (
        (cast.mei, 404),
        (cast.omar, 404),
        (cast.ada, 404),
        (cast.nia, 404),
        (cast.cody, 200),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status
    sent = {"kind": "register", "form": "csv", "first": today, "last": today, "bom": "on"}
    answer = client.post(address, sent)
    assert answer.content.startswith(b"\xef\xbb\xbfregister_no")
    shown = client.get(address).content.decode()
    assert answer["X-Content-SHA256"][:12] in shown
    assert '<small class="quiet mono law">register · csv</small>' in shown, "the name first, codes beside it"
    refused = client.post(address, sent | {"last": "2020-01-01"})
    assert refused.status_code == 422
    assert f'value="{today}"' in refused.content.decode()


def test_a_gesture_is_no_finding_whatever_it_is_called(cast):
    """F8: rejected but paid is counted as a gesture, never as upheld, and never as redress for a fault."""
    case = decided(cast, outcome="not_upheld", amount=Decimal(20))
    answering.accept(case, by=cast.mei)
    remedying.approve(case, by=cast.sun)
    remedying.pay(case, by=cast.fin, proof="ledger 9")
    remedying.confirm(case, by=cast.mei)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "not_upheld")
    [row] = register.rows(question())
    assert (row["outcome"], row["redress_goodwill"], row["redress_financial"]) == ("goodwill", "20.00", "")
    [told] = table(returning.run("fca", question(), by=cast.sun))
    assert (told["upheld"], told["percent_upheld"], told["redress_paid"]) == ("0", "0.0", "20.00")


def test_new_points_are_a_complaint_of_their_own(cast):
    case = paid(cast)
    remedying.confirm(case, by=cast.mei)
    first = case.complaint
    reopening.reopen(case, by=cast.mei, reason="", points=["手续费也多收了\n两次", "客服态度差"])
    case.refresh_from_db()
    second = case.complaints.get(number=2)
    assert (case.state, case.complaint) == ("investigating", first)
    assert [(point.number, point.title) for point in case.points.all()][-2:] == [
        (3, "手续费也多收了"),
        (4, "客服态度差"),
    ]
    assert second.received_at > first.received_at
    assert second.register_no > first.register_no
    assert case.deadlines.running().filter(metric="response").get().started_at == second.received_at
    rows = {row["register_no"]: row for row in register.rows(question())}
    old, new = rows[first.register_no], rows[second.register_no]
    # The payment and the points count once; the case is open for both.
    assert (old["redress_financial"], new["redress_financial"]) == ("91.00", "")
    assert "3. " not in old["points"]
    assert new["points"] == "3. 手续费也多收了 | 4. 客服态度差"
    assert (old["reopened"], new["reopened"], old["state"], new["state"]) == (
        "1",
        "0",
        *["investigating"] * 2,
    )
    assert new["acknowledged_at"] == register.moment(second.received_at)
    assert new["final_response_at"] == ""
    [told] = table(returning.run("fca", question(), by=cast.sun))
    assert (told["opened"], told["closed"], told["redress_paid"]) == ("2", "0", "91.00")
    assert reopening.reopen
    assert case.events.get(action="dispute.reopen").body.count(second.register_no) == 1
