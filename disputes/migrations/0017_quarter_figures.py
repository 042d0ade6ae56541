"""The figures of each quarter as they were published (F24)."""

import django.utils.timezone
from django.db import migrations, models

KEPT = """
CREATE TRIGGER disputes_quarterfigures_append_only BEFORE UPDATE OR DELETE ON disputes_quarterfigures
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_quarterfigures_no_truncate BEFORE TRUNCATE ON disputes_quarterfigures
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_quarterfigures_append_only ON disputes_quarterfigures;
DROP TRIGGER disputes_quarterfigures_no_truncate ON disputes_quarterfigures;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0016_compared")]
    operations = [
        migrations.CreateModel(
            name="QuarterFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.CharField(max_length=6, unique=True)),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("figures", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={"verbose_name_plural": "quarter figures"},
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
