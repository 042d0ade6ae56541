"""What the planner cannot know from single columns: nearly all tickets without an assignee are live."""

from django.db import migrations

TOGETHER = """
CREATE STATISTICS tickets_ticket_together (mcv, dependencies) ON status, assignee_id, promise_state FROM tickets_ticket;
ALTER STATISTICS tickets_ticket_together SET STATISTICS 500;
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_append_only_and_views")]
    operations = [migrations.RunSQL(TOGETHER, "DROP STATISTICS tickets_ticket_together")]
