"""The database refuses a role of the house beside that of a mediator from outside."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_one_side_only'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('roles__contains', ['external_mediator']), ('roles__overlap', ['admin', 'agent', 'appeal_reviewer', 'auditor', 'compliance', 'decider', 'editor', 'finance', 'handler', 'mediator', 'supervisor']), _negated=True), name='accounts_person_inside_or_outside'),
        ),
    ]
