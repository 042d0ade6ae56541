"""Problem types, their forms, the calendar that never closes, and the promises of the domain's own table."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data"
NAMES = {0.25: "15 min", 0.5: "30 min"}


def load(apps, schema_editor):
    Category = apps.get_model("tickets", "Category")
    domain = json.loads((DATA / "domain.json").read_text(encoding="utf-8"))
    forms = json.loads((DATA / "forms.json").read_text(encoding="utf-8"))["fields"]
    subjects = {}
    for position, row in enumerate(domain["categories"]):
        subjects[row["code"]] = Category.objects.create(
            code=row["code"], name_en=row["en"], name_zh=row["zh"], position=position
        )
    for position, row in enumerate(domain["subcategories"]):
        subject = row["code"].partition("-")[0]
        Category.objects.create(
            code=row["code"],
            parent=subjects[subject],
            name_en=row["en"],
            name_zh=row["zh"],
            position=position,
            priority=row["priority"],
            complaint=bool(row["complaint"]),
            checks=row["checks"],
            cause=row["cause"],
            fields=forms.get(subject, []),
        )
    promise(apps, domain["subcategories"])


def promise(apps, rows):
    Calendar, Version = apps.get_model("timers", "Calendar"), apps.get_model("timers", "CalendarVersion")
    Policy, PolicyVersion = apps.get_model("tickets", "SlaPolicy"), apps.get_model("tickets", "SlaPolicyVersion")
    always = {str(day): [["00:00", "24:00"]] for day in range(7)}
    office = {str(day): [["09:00", "18:00"]] for day in range(5)}
    versions = {}
    for code, name, week in (("24x7", "24 × 7", always), ("office", "Office hours", office)):
        calendar = Calendar.objects.create(code=code, name=name)
        versions[code] = Version.objects.create(calendar=calendar, number=1, week=week)
    groups = {}
    for row in rows:
        groups.setdefault((row["first_reply_h"], row["update_h"], row["resolve_h"]), []).append(row["code"])
    ordered = sorted(groups.items())
    for position, ((first, update, solve), codes) in enumerate(ordered, start=1):
        policy = Policy.objects.create(
            name=f"{NAMES.get(first, f'{first:g} h')} / {update:g} h / {solve:g} h", position=position * 10 + 1000
        )
        PolicyVersion.objects.create(
            policy=policy,
            number=1,
            conditions={"category": codes},
            calendar_version=versions["24x7"],
            targets=targets(first, update, solve),
        )
    default = Policy.objects.create(name="Everything else", position=9999, is_default=True)
    PolicyVersion.objects.create(
        policy=default, number=1, calendar_version=versions["24x7"], targets=targets(4, 24, 72)
    )


def targets(first, update, solve):
    """The next answer is promised as fast as news in general, but never slower than a day."""
    hours = {"first_response": first, "next_response": min(update, 24), "resolution": solve}
    return [{"metric": metric, "seconds": int(n * 3600), "mode": "calendar"} for metric, n in hours.items()]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial"), ("timers", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
