"""Problem types of the subject "Platform and technical" report faults of the platform."""

from django.db import migrations


def mark(apps, schema_editor):
    apps.get_model("tickets", "Category").objects.filter(parent__code="PLT").update(fault=True)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0009_incidents")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
