"""`v_outbox`: one row per thing told to one recipient, for operators' own reports."""

from django.db import migrations
from django.conf import settings

VIEW = """
CREATE VIEW v_outbox AS
SELECT n.event_id, n.kind, COALESCE(NULLIF(n.address, ''), p.email) AS recipient, n.created_at,
       d.done_at, d.attempts, d.state
FROM notify_notice n
LEFT JOIN accounts_person p ON p.id = n.person_id
JOIN LATERAL (
    SELECT done_at, attempts, state FROM notify_delivery
    WHERE notice_id = n.id ORDER BY channel = 'inapp', id LIMIT 1
) d ON true
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notify", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW v_outbox")]
