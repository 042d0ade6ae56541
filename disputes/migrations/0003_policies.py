"""The figures of each jurisdiction and of the stages, as the first version of rows that the operator edits."""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data" / "domain.json"
YEARS = range(2020, 2041)


def closed_days(code):
    """Public holidays of a calendar such as `GB-ENG`, as ISO dates; none for "Monday to Friday only"."""
    if not code:
        return []
    import holidays

    country, _, part = code.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=YEARS)
    return sorted(day.isoformat() for day in found)


def load(apps, schema_editor):
    PolicyVersion = apps.get_model("disputes", "PolicyVersion")
    domain = json.loads(DATA.read_text(encoding="utf-8"))
    for row in domain["jurisdictions"]:
        PolicyVersion.objects.create(
            jurisdiction=row["code"],
            number=1,
            rule=row,
            stages=domain["stages"],
            holidays=closed_days(row["cal"]),
        )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_guards")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
