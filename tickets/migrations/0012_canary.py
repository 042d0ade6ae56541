"""The canary: its policy is in no list, its clocks in no figure."""

from django.db import migrations, models

VIEWS = """
CREATE OR REPLACE VIEW v_sla_clock AS
SELECT t.reference AS ticket, c.metric, c.cycle, c.state, c.started_at, c.due_at, c.fulfilled_at, c.breached_at, c.detected_at
FROM tickets_tickettimer c JOIN tickets_ticket t ON t.id = c.ticket_id {only};
CREATE OR REPLACE VIEW v_sla_event AS
SELECT e.id, t.reference AS ticket, c.metric, c.cycle, e.at, e.kind, e.rung, e.actor_id AS actor
FROM tickets_timerevent e JOIN tickets_tickettimer c ON c.id = e.timer_id JOIN tickets_ticket t ON t.id = e.ticket_id {only};
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_board_indexes")]
    operations = [
        migrations.AddField(
            model_name="slapolicy",
            name="hidden",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunSQL(VIEWS.format(only="WHERE c.metric <> 'canary'"), VIEWS.format(only="")),
    ]
