"""What happened to a clock stays written; and the views operators read with their own tools."""

from django.db import migrations

VIEWS = """
CREATE VIEW v_sla_clock AS
SELECT t.reference AS ticket, c.metric, c.cycle, c.state, c.started_at, c.due_at, c.fulfilled_at, c.breached_at, c.detected_at
FROM tickets_tickettimer c JOIN tickets_ticket t ON t.id = c.ticket_id;
CREATE VIEW v_sla_event AS
SELECT e.id, t.reference AS ticket, c.metric, c.cycle, e.at, e.kind, e.rung, e.actor_id AS actor
FROM tickets_timerevent e JOIN tickets_tickettimer c ON c.id = e.timer_id JOIN tickets_ticket t ON t.id = e.ticket_id;
"""
DROP = "DROP VIEW v_sla_event; DROP VIEW v_sla_clock;"
GUARD = """
CREATE TRIGGER tickets_timerevent_append_only BEFORE UPDATE OR DELETE ON tickets_timerevent
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER tickets_timerevent_no_truncate BEFORE TRUNCATE ON tickets_timerevent
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
ALTER TABLE tickets_tickettimer SET (autovacuum_vacuum_scale_factor = 0.02, fillfactor = 80);
ALTER TABLE tickets_ticket SET (fillfactor = 85);
"""
UNGUARD = """
DROP TRIGGER tickets_timerevent_no_truncate ON tickets_timerevent;
DROP TRIGGER tickets_timerevent_append_only ON tickets_timerevent;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_reference_data"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, UNGUARD), migrations.RunSQL(VIEWS, DROP)]
