"""The first limits, rates and retention rules, all to be edited; what was approved before keeps its approvals.

Limits and retention: disputes.md F7 and 3.6. The rates are starting figures and say so. Interest: the house's
own figure, the eight per cent a year that courts and the ombudsman of England commonly award.
"""

from datetime import date
from decimal import Decimal
from functools import partial

from django.db import migrations
from django.db.models import Q

LIMITS = [
    (0, ["supervisor"]),
    (100, ["supervisor", "second"]),
    (1_000, ["compliance", "finance_lead"]),
    (20_000, ["compliance", "finance_lead", "executive"]),
]
RATES = [
    ("USD", 2, "1"), ("USDT", 6, "1"), ("USDC", 6, "1"), ("EUR", 2, "1.15"), ("GBP", 2, "1.31"),
    ("AUD", 2, "0.65"), ("CNY", 2, "0.14"), ("HKD", 2, "0.1285"), ("AED", 2, "0.2723"), ("SGD", 2, "0.77"),
    ("JPY", 0, "0.0065"), ("BTC", 8, "90000"), ("ETH", 8, "3000"),
]  # fmt: skip
SINCE = date(2026, 1, 1)
STARTING = "starting figure, please replace"
CLOSING = ("from closing", "自结案起")
RULES = [
    ("case", "", 7, "years", *CLOSING, "FCA 3 (5), CySEC and MiFID 5, MiCA 5 to 7"),
    ("case", "AE-VARA", 8, "years", *CLOSING, "VARA 8"),
    ("calls", "", 5, "years", "from the call", "自通话起", "7 where a regulator asks"),
    ("kyc", "", 5, "years", "from the end of the relationship", "自业务关系终止起", "AML rule of the entity"),
    ("extracts", "", 1, "years", "from closing and the end of the window outside", "自结案且外部申诉期结束起", "own"),
    ("ticks", "", 13, "months", "from the price", "自报价起", "own"),
    ("access", "", 2, "years", "after the file", "在案卷之后", "own"),
    ("draft", "", 30, "days", "from the last change", "自最后修改起", "own"),
]


def load(apps, schema_editor):
    get = partial(apps.get_model, "disputes")
    for above, needs in LIMITS:
        get("ApprovalLimit").objects.create(above=above, needs=needs)
    for code, decimals, usd in RATES:
        currency = get("Currency").objects.create(code=code, decimals=decimals)
        get("Rate").objects.create(currency=currency, day=SINCE, usd=Decimal(usd), source=STARTING)
    get("InterestRate").objects.create(jurisdiction="HOUSE", day=SINCE, percent=8, source="house policy")
    for row in RULES:
        names = ("retained", "jurisdiction", "n", "unit", "since_en", "since_zh", "basis")
        get("RetentionRule").objects.create(**dict(zip(names, row, strict=True)))


def carry_over(apps, schema_editor):
    get = partial(apps.get_model, "disputes")
    Authority, Approval = get("Authority"), get("Approval")
    for remedy in get("Remedy").objects.select_related("decision").iterator():
        source = "offer" if remedy.offer_id else "external"
        if remedy.decision_id:
            source = "answer" if remedy.decision.kind == "response" else "decision"
        hands = [
            (remedy.approved_by, remedy.approved_at), (remedy.seconded_by, remedy.seconded_at),
        ]  # fmt: skip
        hands = [(person, at) for person, at in hands if person is not None]
        complete = len(hands) >= remedy.approvals_needed
        remedy.authority = Authority.objects.create(
            dispute_id=remedy.dispute_id, source=source, offer_id=remedy.offer_id, kind=remedy.kind,
            decision_id=remedy.decision_id, amount=remedy.amount, currency=remedy.currency,
            proposed_by_id=remedy.proposed_by_id, created_at=remedy.created_at,
            needed=remedy.approvals_needed,
            completed_at=max(at or remedy.created_at for _person, at in hands) if complete and hands else None,
        )  # fmt: skip
        remedy.save(update_fields=["authority"])
        for person, at in hands:
            supervises = "supervisor" in person.roles
            Approval.objects.create(
                authority=remedy.authority, by=person, at=at or remedy.created_at, team=person.unit,
                role="supervisor" if supervises else "compliance",
                can=["supervisor", "second"] if supervises else ["second", "compliance"],
            )  # fmt: skip


def open_promises(apps, schema_editor):
    """What is on the table or with the trader now needs its permission before it is accepted."""
    get = partial(apps.get_model, "disputes")
    Authority = get("Authority")
    for offer in get("Offer").objects.filter(state="made", amount__isnull=False):
        Authority.objects.create(
            dispute_id=offer.dispute_id, source="offer", offer=offer, kind=offer.remedy, amount=offer.amount,
            currency=offer.currency, proposed_by_id=offer.made_by_id if offer.side == "platform" else None,
            created_at=offer.made_at,
        )  # fmt: skip
    waiting = Q(issued_at=None, submitted_at__isnull=False, dispute__state="investigating")
    waiting |= Q(issued_at__isnull=False, dispute__state="response_issued")
    answers = get("Decision").objects.filter(waiting, kind="response").exclude(remedy__in=["", "none"])
    for answer in answers:
        Authority.objects.create(
            dispute_id=answer.dispute_id, source="answer", decision=answer, kind=answer.remedy,
            amount=answer.amount, currency=answer.currency, proposed_by_id=answer.author_id,
        )  # fmt: skip
    over = ["inadmissible", "withdrawn", "closed"]
    for case in get("Dispute").objects.exclude(state__in=over).iterator():
        get("CaseHold").objects.create(dispute=case, kind="preservation", set_at=case.opened_at)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0027_money")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunPython(open_promises, migrations.RunPython.noop),
    ]
