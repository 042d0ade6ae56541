# What a remedy said of its approvals stands in rows of their own now.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('disputes', '0028_money_rows')]

    operations = [
        migrations.RemoveConstraint(
            model_name='remedy',
            name='disputes_remedy_four_eyes',
        ),
        migrations.RemoveConstraint(
            model_name='remedy',
            name='disputes_remedy_paid_after_approval',
        ),
        migrations.RemoveField(
            model_name='remedy',
            name='approvals_needed',
        ),
        migrations.RemoveField(
            model_name='remedy',
            name='approved_at',
        ),
        migrations.RemoveField(
            model_name='remedy',
            name='approved_by',
        ),
        migrations.RemoveField(
            model_name='remedy',
            name='seconded_at',
        ),
        migrations.RemoveField(
            model_name='remedy',
            name='seconded_by',
        ),
        migrations.AlterField(
            model_name='remedy',
            name='authority',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remedies', to='disputes.authority'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.CheckConstraint(condition=models.Q(('paid_by', None), models.Q(('paid_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='disputes_remedy_four_eyes'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_at', None), ('paid_by', None)), models.Q(('paid_at__isnull', False), ('paid_by__isnull', False), models.Q(('proof', ''), _negated=True)), _connector='OR'), name='disputes_remedy_paid_after_approval'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.UniqueConstraint(condition=models.Q(('part_of', None)), fields=('authority',), name='disputes_remedy_one_promise'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.UniqueConstraint(fields=('part_of',), name='disputes_remedy_interest_once'),
        ),
    ]
