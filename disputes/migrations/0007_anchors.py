"""Anchors: rows that are added and never changed, deleted or emptied, by anybody."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TABLES = ("disputes_anchor", "disputes_anchorleaf")
GUARDS = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for table in TABLES
)
NO_GUARDS = "".join(
    f"DROP TRIGGER {table}_append_only ON {table};\nDROP TRIGGER {table}_no_truncate ON {table};\n"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0006_dates_that_move"), ("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("root", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("cases", models.PositiveIntegerField()),
            ],
            options={"ordering": ["-day"]},
        ),
        migrations.CreateModel(
            name="AnchorLeaf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("reference", models.CharField(max_length=16)),
                ("length", models.PositiveIntegerField()),
                ("head", models.CharField(max_length=64)),
                (
                    "anchor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leaves", to="disputes.anchor"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "anchor leaves",
                "indexes": [models.Index(fields=["reference", "anchor"], name="disputes_anchorleaf_case")],
                "constraints": [
                    models.UniqueConstraint(fields=("position", "anchor"), name="disputes_anchorleaf_once")
                ],
            },
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
