# Appeals, the directory of bodies outside and what they found; a decision on review says what became of the old one.

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0010_handlers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('side', models.CharField(choices=[('trader', 'Trader'), ('platform', 'Platform'), ('neutral', 'Mediator')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ground', models.CharField(choices=[('new_evidence', 'New evidence'), ('procedure', 'An error of procedure'), ('calculation', 'An error of calculation'), ('conflict', 'A conflict of interest'), ('unanswered_point', 'A point was not answered')], max_length=20)),
                ('reasons', models.TextField()),
                ('language', models.CharField(blank=True, max_length=10)),
                ('result', models.CharField(blank=True, choices=[('confirm', 'The decision is confirmed'), ('vary', 'The decision is varied'), ('send_back', 'Sent back to a new decider'), ('dropped', 'Taken back'), ('lapsed', 'Not decided in time')], max_length=10)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='ExternalBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name_en', models.CharField(max_length=160)),
                ('name_zh', models.CharField(max_length=160)),
                ('jurisdictions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('covers_en', models.CharField(blank=True, max_length=300)),
                ('covers_zh', models.CharField(blank=True, max_length=300)),
                ('web', models.URLField(blank=True)),
                ('languages', models.CharField(blank=True, max_length=120)),
                ('limit_n', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('limit_unit', models.CharField(blank=True, max_length=16, validators=[django.core.validators.RegexValidator('^(calendar_days|weeks|months|years)$')])),
                ('counts_from', models.CharField(choices=[('incident', 'what happened'), ('final_response', 'our final answer'), ('receipt', 'the day we received the complaint')], default='final_response', max_length=16)),
                ('cost_en', models.CharField(blank=True, max_length=200)),
                ('cost_zh', models.CharField(blank=True, max_length=200)),
                ('binding', models.CharField(blank=True, choices=[('', 'please ask the body'), ('nobody', 'nobody: it recommends'), ('if_accepted', 'the platform, if you accept it'), ('platform', 'the platform'), ('both', 'both sides')], max_length=12)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name_plural': 'external bodies',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='ExternalReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('body_name', models.CharField(max_length=160)),
                ('day', models.DateField()),
                ('their_reference', models.CharField(max_length=80)),
                ('told_as', models.CharField(max_length=20)),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Upheld'), ('partly_upheld', 'Partly upheld'), ('not_upheld', 'Not upheld'), ('settled', 'Settled there'), ('not_taken', 'Not taken up by the body'), ('withdrawn', 'Withdrawn there')], max_length=16)),
                ('outcome_text', models.TextField(blank=True)),
                ('outcome_day', models.DateField(blank=True, null=True)),
                ('ours', models.CharField(blank=True, max_length=20)),
                ('remedy', models.CharField(blank=True, max_length=20)),
                ('amount', models.DecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('currency', models.CharField(blank=True, max_length=12)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='disputes_decision_issued_complete',
        ),
        migrations.AddField(
            model_name='decision',
            name='review',
            field=models.CharField(blank=True, choices=[('confirm', 'The decision is confirmed'), ('vary', 'The decision is varied'), ('send_back', 'Sent back to a new decider'), ('dropped', 'Taken back'), ('lapsed', 'Not decided in time')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at', None), models.Q(models.Q(('facts', ''), _negated=True), models.Q(('rule_applied', ''), _negated=True), models.Q(('reasoning', ''), _negated=True), models.Q(('calculation', ''), _negated=True), models.Q(('not_accepted', ''), _negated=True), models.Q(('rights', ''), _negated=True), models.Q(('sha256', ''), _negated=True), models.Q(models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('remedy', ''), _negated=True)), models.Q(('kind', 'appeal'), ('review', 'send_back')), _connector='OR'), models.Q(models.Q(('kind', 'appeal'), ('review__in', ('confirm', 'vary', 'send_back'))), models.Q(models.Q(('kind', 'appeal'), _negated=True), ('review', '')), _connector='OR')), _connector='OR'), name='disputes_decision_issued_complete'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='against',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='disputes.decision'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_appeal', to='disputes.decision'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='disputes.dispute'),
        ),
        migrations.AddConstraint(
            model_name='externalbody',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('limit_n', None), ('limit_unit', '')), models.Q(('limit_n__gte', 1), ('limit_unit__in', ['calendar_days', 'weeks', 'months', 'years'])), _connector='OR'), name='disputes_externalbody_limit_whole'),
        ),
        migrations.AddField(
            model_name='externalreferral',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.externalbody'),
        ),
        migrations.AddField(
            model_name='externalreferral',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='externalreferral',
            name='item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.evidence'),
        ),
        migrations.AddField(
            model_name='externalreferral',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='externalreferral',
            name='told_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_appeal_numbered'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(fields=('against', 'side'), name='disputes_appeal_once_a_side'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('dispute',), name='disputes_appeal_one_open'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('result', 'send_back')), fields=('dispute',), name='disputes_appeal_sent_back_once'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('result', '')), models.Q(('ended_at__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='disputes_appeal_ended_with_a_result'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(('reasons', ''), _negated=True), name='disputes_appeal_has_reasons'),
        ),
        migrations.AddConstraint(
            model_name='externalreferral',
            constraint=models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_referral_numbered'),
        ),
        migrations.AddConstraint(
            model_name='externalreferral',
            constraint=models.UniqueConstraint(condition=models.Q(('recorded_at', None)), fields=('dispute',), name='disputes_referral_one_open'),
        ),
        migrations.AddConstraint(
            model_name='externalreferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body_name', ''), _negated=True), models.Q(('their_reference', ''), _negated=True)), name='disputes_referral_told_whole'),
        ),
        migrations.AddConstraint(
            model_name='externalreferral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('recorded_at', None)), models.Q(('outcome_day__isnull', False), ('recorded_at__isnull', False), ('recorded_by__isnull', False), models.Q(('outcome', ''), _negated=True), models.Q(('outcome_text', ''), _negated=True)), _connector='OR'), name='disputes_referral_outcome_whole'),
        ),
        migrations.AddConstraint(
            model_name='externalreferral',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='disputes_referral_amount_has_currency'),
        ),
    ]
