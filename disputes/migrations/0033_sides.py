"""What keeps both sides equal: held sums (F18), representatives and care (F20), surveys of both sides (F21)."""

import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0032_system_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CareFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caused', models.CharField(choices=[('yes', 'yes'), ('no', 'no'), ('unknown', 'not known')], max_length=8)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_findings', to='disputes.dispute')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('side', models.CharField(choices=[('trader', 'Trader'), ('platform', 'Platform'), ('neutral', 'Mediator')], max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='disputes.dispute')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='disputes.assignment')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fairness', models.PositiveSmallIntegerField()),
                ('clarity', models.PositiveSmallIntegerField()),
                ('pace', models.PositiveSmallIntegerField()),
                ('words', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField()),
                ('survey', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='disputes.survey')),
            ],
        ),
        migrations.CreateModel(
            name='Representative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'the proof is being checked'), ('accepted', 'may act'), ('refused', 'not accepted'), ('revoked', 'revoked')], default='waiting', max_length=10)),
                ('kind', models.CharField(choices=[('lawyer', 'Lawyer'), ('firm', 'Claims firm'), ('relative', 'Relative or friend'), ('other', 'Somebody else')], max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(blank=True, null=True)),
                ('named_at', models.DateTimeField()),
                ('proof_name', models.CharField(max_length=120)),
                ('proof_mime', models.CharField(max_length=60)),
                ('proof_size', models.PositiveIntegerField()),
                ('proof_sha256', models.CharField(max_length=64)),
                ('storage_key', models.CharField(max_length=120)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('check_reason', models.CharField(blank=True, max_length=1000)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representatives', to='disputes.dispute')),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(condition=models.Q(('state', 'accepted')), fields=['person'], name='disputes_representative_in')],
                'constraints': [models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_representative_numbered'), models.UniqueConstraint(models.F('dispute'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state__in', ['waiting', 'accepted'])), name='disputes_representative_named_once'), models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('dispute', 'person'), name='disputes_representative_joined_once'), models.CheckConstraint(condition=models.Q(models.Q(('checked_by', None), ('state', 'waiting')), ('state', 'revoked'), models.Q(('checked_by__isnull', False), ('state', 'accepted'), models.Q(('checked_by', models.F('named_by')), _negated=True)), models.Q(('checked_by__isnull', False), ('state', 'refused'), models.Q(('check_reason', ''), _negated=True)), _connector='OR'), name='disputes_representative_checked'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='disputes_representative_days'), models.CheckConstraint(condition=models.Q(models.Q(('joined_at', None), ('person', None)), models.Q(('joined_at__isnull', False), ('person__isnull', False), models.Q(('person', models.F('named_by')), _negated=True)), _connector='OR'), name='disputes_representative_another')],
            },
        ),
        migrations.CreateModel(
            name='SumHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('active', 'held'), ('declined', 'declined'), ('withdrawn', 'taken back'), ('lapsed', 'lapsed with the case'), ('ended', 'free again')], default='proposed', max_length=10)),
                ('amount', models.DecimalField(decimal_places=18, max_digits=38)),
                ('asset', models.CharField(max_length=12)),
                ('rule', models.CharField(choices=[('case', 'when the case ends'), ('result', 'as soon as there is a result: a settlement, an accepted answer or a decision'), ('day', 'at the end of a day both have named, or with the case if that ends earlier')], max_length=6)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('proposed_side', models.CharField(choices=[('trader', 'Trader'), ('platform', 'Platform'), ('neutral', 'Mediator')], max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('agreed_side', models.CharField(blank=True, choices=[('trader', 'Trader'), ('platform', 'Platform'), ('neutral', 'Mediator')], max_length=10)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('reference', models.CharField(blank=True, max_length=120)),
                ('end_side', models.CharField(blank=True, choices=[('trader', 'Trader'), ('platform', 'Platform'), ('neutral', 'Mediator')], max_length=10)),
                ('end_asked_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('case', 'the case ended'), ('result', 'there is a result'), ('day', 'the day named was over'), ('both', 'both sides wanted it')], max_length=6)),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sum_holds', to='disputes.dispute')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('rule', 'day'), ('state', 'active')), fields=['until'], name='disputes_sumhold_until')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'active'))), fields=('dispute',), name='disputes_sumhold_one_stands'), models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0')), models.Q(('asset', ''), _negated=True)), name='disputes_sumhold_is_a_sum'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by__isnull', False), ('started_at__isnull', False), ('state__in', ['active', 'ended']), models.Q(('agreed_side', ''), _negated=True), models.Q(('agreed_side', models.F('proposed_side')), _negated=True), models.Q(('agreed_by', models.F('proposed_by')), _negated=True)), models.Q(('agreed_by', None), ('agreed_side', ''), ('started_at', None), models.Q(('state__in', ['active', 'ended']), _negated=True)), _connector='OR'), name='disputes_sumhold_by_both'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ('proposed', 'active'))), models.Q(models.Q(('state__in', ('proposed', 'active')), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='disputes_sumhold_ends'), models.CheckConstraint(condition=models.Q(models.Q(('rule', 'day'), ('until__isnull', False)), models.Q(models.Q(('rule', 'day'), _negated=True), ('until', None)), _connector='OR'), name='disputes_sumhold_day')],
            },
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.UniqueConstraint(fields=('seat', 'side'), name='disputes_survey_once'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_survey_numbered'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['trader', 'platform'])), name='disputes_survey_of_a_side'),
        ),
        migrations.AddConstraint(
            model_name='surveyanswer',
            constraint=models.CheckConstraint(condition=models.Q(('clarity__range', (1, 5)), ('fairness__range', (1, 5)), ('pace__range', (1, 5))), name='disputes_surveyanswer_of_five'),
        ),
    ]
