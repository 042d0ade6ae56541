"""One moment at which a clock wakes; ladders, acknowledgments and duties; events that tell the whole story."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

VIEW = """
CREATE VIEW v_sla_event AS
SELECT e.id, t.reference AS ticket, c.metric, c.cycle, e.at, e.kind, e.rung, e.actor_id AS actor
FROM tickets_timerevent e JOIN tickets_tickettimer c ON c.id = e.timer_id JOIN tickets_ticket t ON t.id = e.ticket_id;
"""
DROP = "DROP VIEW v_sla_event;"


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0006_seeded_ladders'),
        ('timers', '0002_versions_stay_as_they_are'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(DROP, VIEW),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'duties',
            },
        ),
        migrations.RemoveIndex(
            model_name='tickettimer',
            name='tickets_tickettimer_due',
        ),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tickettimer',
            name='acknowledged_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='tickettimer',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tickettimer',
            name='next_share',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='tickettimer',
            name='rung',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='timerevent',
            name='terms',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name='timerevent',
            name='kind',
            field=models.CharField(choices=[('start', 'started'), ('pause', 'paused'), ('resume', 'resumed'), ('retarget', 'retargeted'), ('warn', 'warned'), ('breach', 'broken'), ('escalate', 'called further'), ('acknowledge', 'taken on'), ('fulfil', 'kept'), ('reopen', 'reopened'), ('cancel', 'cancelled')], max_length=12),
        ),
        migrations.AlterField(
            model_name='timerevent',
            name='rung',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddIndex(
            model_name='timerevent',
            index=models.Index(fields=['timer', 'id'], name='tickets_timerevent_timer'),
        ),
        migrations.AddField(
            model_name='duty',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tickettimer',
            name='wake_at',
            field=models.GeneratedField(db_persist=True, expression=models.Case(models.When(state='running', then=django.db.models.functions.comparison.Least(models.F('due_at'), models.F('warn_at'))), models.When(state='paused', then=models.F('pause_ends_at')), models.When(cancelled_at=None, fulfilled_at=None, state='breached', then=models.F('warn_at')), default=None), output_field=models.DateTimeField(null=True)),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(fields=['ends_at'], name='tickets_duty_ends'),
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='tickets_duty_has_length'),
        ),
        migrations.AddIndex(
            model_name='tickettimer',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['wake_at'], name='tickets_tickettimer_wake'),
        ),
        migrations.RunSQL(VIEW, DROP),
    ]
