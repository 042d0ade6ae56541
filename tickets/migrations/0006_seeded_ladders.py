"""The seeded policies promise news as often as the domain's table says, and each priority has its ladder.

A policy somebody has edited is left as it is.
"""

import json
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data"
# Whom a priority calls before the promise is broken, and whom the moment it is.
BEFORE = {"P1": (0.5, ["supervisors"]), "P2": (0.75, ["supervisors"]), "P3": (0.9, ["team"])}
AT_BREACH = {"P1": ["team", "supervisors", "duty_lead"]}
DEFAULT_UPDATE_H, DEFAULT_PRIORITY = 24, "P3"


def ladder(priority):
    shares = {0.75: ["assignee"]}
    if priority in BEFORE:
        share, hearers = BEFORE[priority]
        shares[share] = shares.get(share, []) + hearers
    plain = {"metric": "", "raise_priority": False, "apologise": False}
    rungs = [
        plain | {"key": f"used-{round(share * 100)}", "share": share, "tell": tell}
        for share, tell in sorted(shares.items())
    ]
    breach = {"key": "breach", "after": 0, "tell": AT_BREACH.get(priority, ["team", "supervisors"])}
    return [
        *rungs,
        plain | breach | {"raise_priority": True, "apologise": True},
        plain | {"key": "late-30m", "after": 1800, "tell": ["duty_lead"]},
    ]


def load(apps, schema_editor):
    Version = apps.get_model("tickets", "SlaPolicyVersion")
    domain = json.loads((DATA / "domain.json").read_text(encoding="utf-8"))
    rows = {row["code"]: row for row in domain["subcategories"]}
    for seeded in Version.objects.filter(number=1, created_by=None):
        codes = seeded.conditions.get("category", [])
        edited = Version.objects.filter(policy=seeded.policy, number__gt=1).exists()
        if edited or (codes and codes[0] not in rows):
            continue
        update = rows[codes[0]]["update_h"] if codes else DEFAULT_UPDATE_H
        priority = rows[codes[0]]["priority"] if codes else DEFAULT_PRIORITY
        news = {"metric": "periodic_update", "seconds": int(update * 3600), "mode": "calendar"}
        Version.objects.create(
            policy=seeded.policy,
            number=2,
            conditions=seeded.conditions,
            calendar_version=seeded.calendar_version,
            targets=[*seeded.targets, news],
            apology_seconds=seeded.apology_seconds,
            ladder=ladder(priority),
        )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_ladders"), ("timers", "0002_versions_stay_as_they_are")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
