# Limits, rates, authorities and approvals; retention, holds and purges; more than one register row of a case.

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0026_objections_ruled'),
        ('tickets', '0014_late_stays_late_in_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('team', models.CharField(blank=True, max_length=40)),
                ('can', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('supervisor', 'a supervisor'), ('second', 'a supervisor of another team, or compliance'), ('compliance', 'compliance'), ('finance_lead', 'the finance lead'), ('executive', 'an executive')], max_length=20), size=None)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rate', models.DecimalField(blank=True, decimal_places=10, max_digits=24, null=True)),
                ('rate_day', models.DateField(blank=True, null=True)),
                ('usd', models.DecimalField(blank=True, decimal_places=2, max_digits=38, null=True)),
                ('counted', models.DecimalField(blank=True, decimal_places=2, max_digits=38, null=True)),
                ('above', models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('above', models.DecimalField(decimal_places=2, max_digits=20, unique=True)),
                ('needs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('supervisor', 'a supervisor'), ('second', 'a supervisor of another team, or compliance'), ('compliance', 'compliance'), ('finance_lead', 'the finance lead'), ('executive', 'an executive')], max_length=20), size=None)),
            ],
            options={
                'ordering': ['above'],
            },
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(blank=True, decimal_places=18, max_digits=38, null=True)),
                ('currency', models.CharField(blank=True, max_length=12)),
                ('source', models.CharField(choices=[('offer', 'Settlement offer'), ('answer', "The platform's answer"), ('decision', 'Decision'), ('external', 'Outside body')], max_length=10)),
                ('kind', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('needed', models.PositiveSmallIntegerField(default=1)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('void_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'authorities',
            },
        ),
        migrations.CreateModel(
            name='CaseHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('preservation', 'preservation while the case is open'), ('legal', 'legal hold'), ('aml', 'compliance hold')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=1000)),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('lift_asked_at', models.DateTimeField(blank=True, null=True)),
                ('lift_reason', models.CharField(blank=True, max_length=1000)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Currency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('decimals', models.PositiveSmallIntegerField(default=2)),
            ],
            options={
                'verbose_name_plural': 'currencies',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='DiscardedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('storage_key', models.CharField(max_length=200, unique=True)),
                ('queued_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='InterestRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdiction', models.CharField(max_length=20)),
                ('day', models.DateField()),
                ('percent', models.DecimalField(decimal_places=4, max_digits=7)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['jurisdiction', '-day'],
            },
        ),
        migrations.CreateModel(
            name='Purge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('retained', models.CharField(choices=[('case', 'Register row, letters, decisions, evidence'), ('calls', 'Call recordings'), ('kyc', 'Identity checks and what hangs on them'), ('extracts', 'Price and log extracts under hold'), ('ticks', 'Raw prices outside a hold'), ('access', 'Access log'), ('draft', 'Draft never submitted')], default='case', max_length=12)),
                ('due_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('first_at', models.DateTimeField(blank=True, null=True)),
                ('second_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('files', models.PositiveIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'ordering': ['due_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('usd', models.DecimalField(decimal_places=10, max_digits=24)),
                ('source', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('retained', models.CharField(choices=[('case', 'Register row, letters, decisions, evidence'), ('calls', 'Call recordings'), ('kyc', 'Identity checks and what hangs on them'), ('extracts', 'Price and log extracts under hold'), ('ticks', 'Raw prices outside a hold'), ('access', 'Access log'), ('draft', 'Draft never submitted')], max_length=12)),
                ('jurisdiction', models.CharField(blank=True, max_length=20)),
                ('n', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('years', 'years'), ('months', 'months'), ('days', 'days')], max_length=8)),
                ('since_en', models.CharField(max_length=120)),
                ('since_zh', models.CharField(max_length=120)),
                ('basis', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'ordering': ['retained', 'jurisdiction'],
            },
        ),
        migrations.AddField(
            model_name='complaint',
            name='number',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='dispute',
            name='purged_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='remedy',
            name='days',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='remedy',
            name='part_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='disputes.remedy'),
        ),
        migrations.AddField(
            model_name='remedy',
            name='percent',
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True),
        ),
        migrations.AlterField(
            model_name='complaint',
            name='dispute',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='disputes.dispute'),
        ),
        migrations.AlterField(
            model_name='offer',
            name='state',
            field=models.CharField(choices=[('pending', 'waits for approval'), ('made', 'open'), ('accepted', 'accepted'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('lapsed', 'lapsed'), ('dropped', 'dropped before it went out')], default='made', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_complaint_numbered'),
        ),
        migrations.AddField(
            model_name='approval',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='approvallimit',
            constraint=models.CheckConstraint(condition=models.Q(('above__gte', 0)), name='disputes_limit_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='approvallimit',
            constraint=models.CheckConstraint(condition=models.Q(('needs__len__gte', 1)), name='disputes_limit_needs_somebody'),
        ),
        migrations.AddField(
            model_name='authority',
            name='decision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to='disputes.decision'),
        ),
        migrations.AddField(
            model_name='authority',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='authority',
            name='offer',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authority', to='disputes.offer'),
        ),
        migrations.AddField(
            model_name='authority',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='approval',
            name='authority',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='disputes.authority'),
        ),
        migrations.AddField(
            model_name='remedy',
            name='authority',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remedies', to='disputes.authority'),
        ),
        migrations.AddField(
            model_name='casehold',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='casehold',
            name='lift_asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casehold',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='casehold',
            name='set_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='discardedfile',
            index=models.Index(condition=models.Q(('deleted_at', None)), fields=['next_at'], name='disputes_discarded_left'),
        ),
        migrations.AddConstraint(
            model_name='interestrate',
            constraint=models.UniqueConstraint(fields=('jurisdiction', 'day'), name='disputes_interest_one_a_day'),
        ),
        migrations.AddConstraint(
            model_name='interestrate',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 0)), name='disputes_interest_not_negative'),
        ),
        migrations.AddField(
            model_name='purge',
            name='dispute',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='purge', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='purge',
            name='first_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='purge',
            name='second_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rate',
            name='currency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='disputes.currency'),
        ),
        migrations.AddField(
            model_name='rate',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.UniqueConstraint(fields=('retained', 'jurisdiction'), name='disputes_retention_one_rule'),
        ),
        migrations.AddConstraint(
            model_name='retentionrule',
            constraint=models.CheckConstraint(condition=models.Q(('n__gte', 1)), name='disputes_retention_some_time'),
        ),
        migrations.AddIndex(
            model_name='authority',
            index=models.Index(condition=models.Q(('void_at', None)), fields=['dispute'], name='disputes_authority_live'),
        ),
        migrations.AddConstraint(
            model_name='authority',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('amount__gt', 0), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='disputes_authority_amount_has_currency'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('authority', 'by'), name='disputes_approval_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counted', None), ('rate', None), ('rate_day', None), ('usd', None)), models.Q(('counted__isnull', False), ('rate__isnull', False), ('rate_day__isnull', False), ('usd__isnull', False)), _connector='OR'), name='disputes_approval_figures_whole'),
        ),
        migrations.AddConstraint(
            model_name='casehold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('dispute', 'kind'), name='disputes_hold_one_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='casehold',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'preservation'), models.Q(models.Q(('reason', ''), _negated=True), ('set_by__isnull', False)), _connector='OR'), name='disputes_hold_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='casehold',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_at', None), ('kind', 'preservation'), models.Q(('lift_asked_by__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_by', models.F('lift_asked_by')), _negated=True), models.Q(('lift_reason', ''), _negated=True)), _connector='OR'), name='disputes_hold_lifted_by_two'),
        ),
        migrations.AddConstraint(
            model_name='purge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second_by', None), ('first_by__isnull', False), _connector='OR'), models.Q(('second_by', None), models.Q(('second_by', models.F('first_by')), _negated=True), _connector='OR'), models.Q(('done_at', None), ('second_by__isnull', False), _connector='OR')), name='disputes_purge_by_two'),
        ),
        migrations.AddIndex(
            model_name='rate',
            index=models.Index(fields=['currency', '-day'], name='disputes_rate_of_day'),
        ),
        migrations.AddConstraint(
            model_name='rate',
            constraint=models.CheckConstraint(condition=models.Q(('usd__gt', 0)), name='disputes_rate_above_nothing'),
        ),
    ]
