# Reading what no decider may read is a way of being involved: the triggers on seats hold it like any other.

from django.db import migrations, models

HOW = [
    ("assigned", "was given the ticket"),
    ("replied", "replied on the ticket"),
    ("noted", "wrote an internal note on the ticket"),
    ("acted", "changed something on the ticket"),
    ("supervised", "directed the case"),
    ("paid", "approved or made a payment in the case"),
    ("named", "is named in a point"),
    ("declared", "declared a relationship"),
    ("read", "read what no decider may read"),
]


class Migration(migrations.Migration):
    dependencies = [("disputes", "0004_whole_reasons")]

    operations = [
        migrations.AlterField(
            model_name="involvement", name="how", field=models.CharField(choices=HOW, max_length=12)
        ),
    ]
