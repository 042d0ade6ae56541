"""Acts against a trader whose dispute is open need compliance (F17)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0022_letter_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('suspend', 'suspend the account'), ('close', "close one of the trader's tickets"), ('lower', "lower the priority of one of the trader's tickets")], max_length=10)),
                ('ticket', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(max_length=1000)),
                ('asked_at', models.DateTimeField()),
                ('approved', models.BooleanField(null=True)),
                ('ruled_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='restrictions', to='disputes.dispute')),
                ('ruled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('approved', None)), fields=('dispute',), name='disputes_restriction_one_asked'), models.CheckConstraint(condition=models.Q(models.Q(('ruled_by', None), models.Q(('ruled_by', models.F('asked_by')), _negated=True), _connector='OR'), models.Q(models.Q(('approved', None), ('ruled_by', None)), models.Q(('approved__isnull', False), ('ruled_by__isnull', False)), _connector='OR'), models.Q(('done_at', None), ('approved', True), _connector='OR'), models.Q(('reason', ''), _negated=True)), name='disputes_restriction_four_eyes')],
            },
        ),
    ]
