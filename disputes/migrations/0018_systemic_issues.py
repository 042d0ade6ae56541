"""Systemic issues with their cases, notes and contacts (F27); what was added stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEPT = "".join(
    f"CREATE TRIGGER disputes_{name}_append_only BEFORE UPDATE OR DELETE ON disputes_{name}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    f"CREATE TRIGGER disputes_{name}_no_truncate BEFORE TRUNCATE ON disputes_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in ("systemiccase", "systemicnote", "systemiccontact")
)
NOT_KEPT = "".join(
    f"DROP TRIGGER disputes_{name}_append_only ON disputes_{name};\n"
    f"DROP TRIGGER disputes_{name}_no_truncate ON disputes_{name};\n"
    for name in ("systemiccase", "systemicnote", "systemiccontact")
)


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0017_quarter_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SystemicCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SystemicContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SystemicIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root_cause', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('open', 'Waits to be taken up'), ('working', 'Being remedied'), ('closed', 'Put right')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('result', models.TextField(blank=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SystemicNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('text', models.TextField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('issued_at', None), _negated=True), fields=['-issued_at'], name='disputes_decision_issued'),
        ),
        migrations.AddField(
            model_name='systemiccase',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.decision'),
        ),
        migrations.AddField(
            model_name='systemiccontact',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='systemiccontact',
            name='trader',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='systemicissue',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='systemiccontact',
            name='issue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='disputes.systemicissue'),
        ),
        migrations.AddField(
            model_name='systemiccase',
            name='issue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='disputes.systemicissue'),
        ),
        migrations.AddField(
            model_name='systemicnote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='systemicnote',
            name='issue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='disputes.systemicissue'),
        ),
        migrations.AddConstraint(
            model_name='systemicissue',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('root_cause',), name='disputes_systemic_one_open'),
        ),
        migrations.AddConstraint(
            model_name='systemicissue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed'), models.Q(('result', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='disputes_systemic_closed_says_how'),
        ),
        migrations.AddConstraint(
            model_name='systemiccontact',
            constraint=models.UniqueConstraint(fields=('issue', 'trader'), name='disputes_systemic_contact_once'),
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
