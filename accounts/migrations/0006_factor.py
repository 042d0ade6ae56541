"""A second factor to sign in with."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_care'),
    ]

    operations = [
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.CharField(max_length=200)),
                ('recovery', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_step', models.BigIntegerField(default=0)),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
                ('wrong_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='factor', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
