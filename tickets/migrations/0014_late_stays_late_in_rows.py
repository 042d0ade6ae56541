"""Tickets on which nothing is owed any more say whether a promise on them was broken."""

from django.db import migrations

# Finished tickets whose broken promise ended with them stood as if it were still owed.
FORWARD = """
UPDATE tickets_ticket t
SET promise_state = CASE WHEN b.mended THEN 'mended' ELSE 'broken' END,
    promise_metric = '', promise_due_at = NULL, promise_soon_at = NULL, promise_reason = ''
FROM (
    SELECT ticket_id, bool_and(fulfilled_at IS NOT NULL) AS mended
    FROM tickets_tickettimer
    WHERE breached_at IS NOT NULL AND metric <> 'canary'
    GROUP BY ticket_id
) b
WHERE b.ticket_id = t.id
    AND (t.promise_state = 'kept' OR t.promise_state = 'running' AND t.status IN ('resolved', 'closed'))
    AND NOT EXISTS (
        SELECT 1 FROM tickets_tickettimer o
        WHERE o.ticket_id = t.id AND (o.state IN ('running', 'paused')
            OR o.state = 'breached' AND o.fulfilled_at IS NULL AND o.cancelled_at IS NULL)
    )
"""
BACK = "UPDATE tickets_ticket SET promise_state = 'kept' WHERE promise_state IN ('mended', 'broken')"


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_late_stays_late")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
