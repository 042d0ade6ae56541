"""Nobody stays of the house and a mediator from outside at once, before the database refuses it.

The role from outside stays: it opens one case alone, and by it they had no other already. Administrators stay
administrators instead, so that somebody is left to give roles. Either stands in the record.
"""

from django.db import migrations
from django.utils import timezone

OUTSIDE, ADMIN = "external_mediator", "admin"
BOTH = ("trader", OUTSIDE)


def part(apps, schema_editor):
    Person, Entry = apps.get_model("accounts", "Person"), apps.get_model("audit", "Entry")
    for person in Person.objects.filter(roles__contains=[OUTSIDE]).order_by("pk"):
        before = list(person.roles)
        if set(before) <= set(BOTH):
            continue
        if ADMIN in before:
            person.roles = [role for role in before if role != OUTSIDE]
        else:
            person.roles = [role for role in before if role in BOTH]
        person.save(update_fields=["roles"])
        Entry.objects.create(
            at=timezone.now(),
            action="person.roles.changed",
            subject=f"person:{person.pk}",
            data={"before": before, "after": person.roles},
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_factor"), ("audit", "0002_append_only")]
    operations = [migrations.RunPython(part, migrations.RunPython.noop)]
