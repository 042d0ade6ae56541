"""What is overdue and still asked for stands first in the desk's list; before, it had no date and came last."""

from django.db import migrations

# Two chances that run beside the work (`reads.board.NOT_COUNTED`) are no dates of it.
# The law's missed dates count only while no stage has a date of its own: they stay missed whatever is done.
NEAREST = """
    SELECT min(coalesce(c.due_at, c.breached_at)) FROM disputes_disputedeadline c
    WHERE c.dispute_id = {case} AND c.metric NOT IN ('external_latest', 'simple', 'object_mediator') AND (
        c.state = 'running'
        OR (c.state = 'breached' AND c.fulfilled_at IS NULL AND c.cancelled_at IS NULL
            AND c.warn_at IS NOT NULL
            AND (c.kind <> 'statutory' OR NOT EXISTS (
                SELECT 1 FROM disputes_disputedeadline s
                WHERE s.dispute_id = c.dispute_id AND s.kind <> 'statutory' AND s.state = 'running')))
    )
"""
BEFORE = """
    SELECT min(due_at) FROM disputes_disputedeadline
    WHERE dispute_id = {case} AND state = 'running' AND metric <> 'external_latest'
"""


def kept(nearest, columns):
    return f"""
CREATE OR REPLACE FUNCTION disputes_keep_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nearest timestamptz;
BEGIN
    nearest := ({nearest.format(case="NEW.dispute_id")});
    UPDATE disputes_dispute SET next_due_at = nearest
    WHERE id = NEW.dispute_id AND next_due_at IS DISTINCT FROM nearest;
    RETURN NULL;
END $$;
DROP TRIGGER disputes_next_due ON disputes_disputedeadline;
CREATE TRIGGER disputes_next_due AFTER INSERT OR UPDATE OF {columns} ON disputes_disputedeadline
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_next_due();
UPDATE disputes_dispute SET next_due_at = ({nearest.format(case="disputes_dispute.id")})
WHERE state NOT IN ('inadmissible', 'withdrawn', 'closed');
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0018_systemic_issues")]
    operations = [
        migrations.RunSQL(
            kept(NEAREST, "state, due_at, warn_at, fulfilled_at, cancelled_at"),
            kept(BEFORE, "state, due_at"),
        ),
    ]
