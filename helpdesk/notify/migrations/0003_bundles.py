"""Letters of a burst say whose they are, and in which window they went."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notify', '0002_outbox_view'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='bundle',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('bundle', ''), _negated=True), fields=['bundle'], name='notify_delivery_bundle'),
        ),
    ]
