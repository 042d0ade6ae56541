"""Returns that were made leave a line with the hash of their file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEPT = """
CREATE TRIGGER disputes_returnrun_append_only BEFORE UPDATE OR DELETE ON disputes_returnrun
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_returnrun_no_truncate BEFORE TRUNCATE ON disputes_returnrun
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_returnrun_no_truncate ON disputes_returnrun;
DROP TRIGGER disputes_returnrun_append_only ON disputes_returnrun;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', "0007_anchors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReturnRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('form', models.CharField(max_length=8)),
                ('entity', models.CharField(blank=True, max_length=20)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('as_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
