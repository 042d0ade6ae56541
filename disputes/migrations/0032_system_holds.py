"""The end of the first tables: what comes later stands on this."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("disputes", "0030_money_guards")]
    operations = []
