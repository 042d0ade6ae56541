"""Who needs particular care."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_cache_table'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='needs_care',
            field=models.BooleanField(db_default=False, default=False, help_text='A vulnerable customer or a minor: tickets start one priority higher.', verbose_name='needs particular care'),
        ),
    ]
