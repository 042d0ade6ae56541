"""Further objections are ruled on, with reasons; without a reason each side objects once (F5)."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0025_room_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='objection',
            name='ruled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='objection',
            name='ruling',
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('ruled_by', None), ('upheld', True)), fields=('dispute', 'side'), name='disputes_objection_one_peremptory'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ruled_by', None), ('upheld', True)), models.Q(('ruled_by', None), ('upheld', None), models.Q(('reason', ''), _negated=True)), models.Q(('ruled_at__isnull', False), ('ruled_by__isnull', False), ('upheld__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(('ruling', ''), _negated=True), models.Q(('ruled_by', models.F('by')), _negated=True)), _connector='OR'), name='disputes_objection_ruled_with_reasons'),
        ),
    ]
