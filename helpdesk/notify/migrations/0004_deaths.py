"""How many senders died with a letter in hand: those are no refusals of the mail server."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_bundles")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="deaths",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
