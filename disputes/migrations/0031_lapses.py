"""A mediator who was late is not drawn until a supervisor clears them (F21)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0030_money_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Lapse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('cleared_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deadline', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.disputedeadline')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cleared_at', None), ('cleared_by', None), ('reason', '')), models.Q(('cleared_at__isnull', False), ('cleared_by__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(('cleared_by', models.F('person')), _negated=True)), _connector='OR'), name='disputes_lapse_cleared_with_reason')],
            },
        ),
    ]
