"""Why somebody needs particular care, and what is done differently for them (F20)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_needs_care'),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need', models.CharField(choices=[('phone', 'By phone instead of letters'), ('writing', 'In writing instead of by phone'), ('large', 'Large print'), ('plain', 'Short sentences, plain words'), ('time', 'More time to answer'), ('helper', 'Somebody they trust takes part'), ('other', 'Something else')], max_length=8)),
                ('text', models.CharField(blank=True, max_length=300)),
                ('in_hearings', models.BooleanField(default=False)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('removed_at', None)), fields=['person'], name='accounts_adjustment_now')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('need', 'other'), _negated=True), models.Q(('text', ''), _negated=True), _connector='OR'), name='accounts_adjustment_other_in_words')],
            },
        ),
        migrations.CreateModel(
            name='CareNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('driver', models.CharField(choices=[('health', 'Health: illness, disability, ageing'), ('life_event', 'Life event: loss, separation, job, violence'), ('resilience', 'Resilience: little money or strength in reserve'), ('capability', 'Capability: language, reading, numbers, digital skills')], max_length=12)),
                ('known', models.CharField(choices=[('told', 'told by the person'), ('noticed', 'noticed in what was said or done'), ('other', 'told by somebody else')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='care_notes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('person', 'driver', 'known'), name='accounts_carenote_once'), models.CheckConstraint(condition=models.Q(('noted_by', models.F('person')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='accounts_carenote_with_reason')],
            },
        ),
    ]
