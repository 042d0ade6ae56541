"""Dates that move keep their story; reminders climb in several rungs; the delay notice is a letter of its own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEPT = """
CREATE TRIGGER disputes_extension_append_only BEFORE UPDATE OR DELETE ON disputes_extension
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_extension_no_truncate BEFORE TRUNCATE ON disputes_extension
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_delaynotice_never_deleted BEFORE DELETE ON disputes_delaynotice
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_delaynotice_no_truncate BEFORE TRUNCATE ON disputes_delaynotice
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_delaynotice_no_truncate ON disputes_delaynotice;
DROP TRIGGER disputes_delaynotice_never_deleted ON disputes_delaynotice;
DROP TRIGGER disputes_extension_no_truncate ON disputes_extension;
DROP TRIGGER disputes_extension_append_only ON disputes_extension;
"""
# What has reminded once before there were several rungs does not remind again of the same.
REMINDED = "UPDATE disputes_disputedeadline SET warn_at = NULL WHERE warned_at IS NOT NULL OR state <> 'running'"


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0005_who_has_read'),
        ('timers', '0002_versions_stay_as_they_are'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DelayNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('drafted_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('expected_on', models.DateField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=1000)),
                ('role', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RemoveIndex(
            model_name='disputedeadline',
            name='disputes_disputedeadline_warn',
        ),
        migrations.AddIndex(
            model_name='disputedeadline',
            index=models.Index(condition=models.Q(('state__in', ['running', 'breached']), ('warn_at__isnull', False)), fields=['warn_at'], name='disputes_disputedeadline_warn'),
        ),
        migrations.AddField(
            model_name='delaynotice',
            name='deadline',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delay_notice', to='disputes.disputedeadline'),
        ),
        migrations.AddField(
            model_name='delaynotice',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='deadline',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='disputes.disputedeadline'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('was_due_at')), models.Q(('reason', ''), _negated=True)), name='disputes_extension_is_later'),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.RunSQL(REMINDED, migrations.RunSQL.noop),
    ]
