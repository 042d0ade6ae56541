"""What a decider was shown of earlier decisions (F10), kept with the decision and sealed with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0015_by_due")]
    operations = [
        migrations.AddField(
            model_name="decision",
            name="compared",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
    ]
