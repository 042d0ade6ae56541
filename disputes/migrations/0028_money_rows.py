"""The first limits, rates and retention rules, all to be edited.

Limits and retention: disputes.md F7 and 3.6. The rates are starting figures and say so. Interest: the house's
own figure, the eight per cent a year that courts and the ombudsman of England commonly award.
"""

from datetime import date
from decimal import Decimal
from functools import partial

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("disputes", "0025_room_guards")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
