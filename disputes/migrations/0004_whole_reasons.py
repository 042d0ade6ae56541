# A neutral's seat keeps as much of a reason as the form takes.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_policies")]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="end_reason",
            field=models.CharField(blank=True, max_length=1000),
        ),
    ]
