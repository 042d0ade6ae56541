"""The desk's list of cases by what is due next, from an index instead of from every clock of every case."""

from django.db import migrations

NEAREST = """
    SELECT min(due_at) FROM disputes_disputedeadline
    WHERE dispute_id = {case} AND state = 'running' AND metric <> 'external_latest'
"""
KEPT = f"""
CREATE FUNCTION disputes_keep_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE nearest timestamptz;
BEGIN
    nearest := ({NEAREST.format(case="NEW.dispute_id")});
    UPDATE disputes_dispute SET next_due_at = nearest
    WHERE id = NEW.dispute_id AND next_due_at IS DISTINCT FROM nearest;
    RETURN NULL;
END $$;
CREATE TRIGGER disputes_next_due AFTER INSERT OR UPDATE OF state, due_at ON disputes_disputedeadline
    FOR EACH ROW EXECUTE FUNCTION disputes_keep_next_due();
"""
NOT_KEPT = """
DROP TRIGGER disputes_next_due ON disputes_disputedeadline;
DROP FUNCTION disputes_keep_next_due();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0014_reporting_lines")]
    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
