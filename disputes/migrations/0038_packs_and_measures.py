"""Letters 8 and 11, what the platform changed, and what is handed to bodies outside."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0034_side_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='letter',
            options={'ordering': ['id']},
        ),
        migrations.AddField(
            model_name='decision',
            name='measure',
            field=models.CharField(blank=True, choices=[('changed', 'This has been changed'), ('nothing', 'Nothing had to change, because')], max_length=8),
        ),
        migrations.AddField(
            model_name='decision',
            name='measures',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='externalbody',
            name='country',
            field=models.CharField(blank=True, max_length=2, validators=[django.core.validators.RegexValidator('^[A-Z]{2}$')]),
        ),
        migrations.AddField(
            model_name='inforequest',
            name='letter',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='info_request', to='disputes.letter'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='kind',
            field=models.CharField(choices=[('acknowledgement', 'Acknowledgement'), ('inadmissible', 'Not admitted'), ('solved', 'Summary of a simple solution'), ('delay', 'Our answer is late'), ('answer', "The platform's answer"), ('appointment', 'Mediator appointed'), ('settlement', 'Settlement agreement'), ('provisional', 'Provisional decision'), ('decision', 'Decision'), ('appeal', 'Decision on review'), ('sent_back', 'Sent back to a new decider'), ('remedy', 'What was owed has been carried out'), ('no_reply', 'Closed without a reply'), ('rights', 'Reminder of your rights outside'), ('info_request', 'Request for information'), ('external_pack', 'Cover of a file for an outside body')], max_length=20),
        ),
        migrations.AlterField(
            model_name='lettertemplate',
            name='kind',
            field=models.CharField(choices=[('acknowledgement', 'Acknowledgement'), ('inadmissible', 'Not admitted'), ('solved', 'Summary of a simple solution'), ('delay', 'Our answer is late'), ('answer', "The platform's answer"), ('appointment', 'Mediator appointed'), ('settlement', 'Settlement agreement'), ('provisional', 'Provisional decision'), ('decision', 'Decision'), ('appeal', 'Decision on review'), ('sent_back', 'Sent back to a new decider'), ('remedy', 'What was owed has been carried out'), ('no_reply', 'Closed without a reply'), ('rights', 'Reminder of your rights outside'), ('info_request', 'Request for information'), ('external_pack', 'Cover of a file for an outside body')], max_length=20),
        ),
        migrations.CreateModel(
            name='ExternalPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('body_name', models.CharField(max_length=160)),
                ('their_reference', models.CharField(blank=True, max_length=80)),
                ('language', models.CharField(max_length=10)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('storage_key', models.CharField(blank=True, max_length=120)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
                ('handed_on', models.DateField(blank=True, null=True)),
                ('handed_how', models.CharField(blank=True, max_length=300)),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.externalbody')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packs', to='disputes.dispute')),
                ('handed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('letter', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pack', to='disputes.letter')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('dispute', 'number'), name='disputes_pack_numbered'), models.CheckConstraint(condition=models.Q(('body_name', ''), _negated=True), name='disputes_pack_names_the_body'), models.CheckConstraint(condition=models.Q(models.Q(('handed_at', None), ('handed_by', None), ('handed_how', ''), ('handed_on', None)), models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), ('handed_on__isnull', False), models.Q(('handed_how', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='disputes_pack_handed_whole')],
            },
        ),
    ]
