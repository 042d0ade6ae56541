"""Two more ways for a ticket's promises to have ended: late and made good, late and not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0012_canary")]
    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="promise_state",
            field=models.CharField(
                choices=[
                    ("running", "running"),
                    ("paused", "paused"),
                    ("kept", "kept"),
                    ("mended", "late, made good"),
                    ("broken", "late, not made good"),
                    ("none", "none"),
                ],
                default="none",
                max_length=8,
            ),
        ),
    ]
