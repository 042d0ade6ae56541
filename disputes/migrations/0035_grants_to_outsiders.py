"""What opens a case to a mediator from outside, their promise, and what both sides let them know."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0039_packs_guards_and_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='outside_body',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('case', 'the case while they mediate it'), ('past', 'what was there when their mediation ended')], default='case', max_length=8)),
                ('starts_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_why', models.CharField(blank=True, max_length=1000)),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='disputes.dispute')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seat', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='disputes.assignment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='NameConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('trader', 'trader'), ('platform', 'platform')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='disputes.grant')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='UndertakingText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('en', models.TextField()),
                ('zh', models.TextField()),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('en', ''), _negated=True), models.Q(('zh', ''), _negated=True), ('number__gt', 0)), name='disputes_undertakingtext_whole')],
            },
        ),
        migrations.CreateModel(
            name='Undertaking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=10)),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('grant', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='undertaking', to='disputes.grant')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.undertakingtext')),
            ],
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['user'], name='disputes_grant_of'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('dispute', 'user'), name='disputes_grant_one_active'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('starts_at')), _connector='OR'), name='disputes_grant_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None), ('revoked_why', '')), models.Q(('revoked_at__isnull', False), models.Q(('revoked_why', ''), _negated=True)), _connector='OR'), name='disputes_grant_revoked_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='nameconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('grant', 'side'), name='disputes_nameconsent_once'),
        ),
        migrations.AddConstraint(
            model_name='nameconsent',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['trader', 'platform'])), name='disputes_nameconsent_of_a_side'),
        ),
    ]
