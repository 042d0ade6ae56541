"""The figures of each quarter as they were published (F24)."""

from django.db import migrations

KEPT = """
CREATE TRIGGER disputes_quarterfigures_append_only BEFORE UPDATE OR DELETE ON disputes_quarterfigures
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_quarterfigures_no_truncate BEFORE TRUNCATE ON disputes_quarterfigures
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_quarterfigures_append_only ON disputes_quarterfigures;
DROP TRIGGER disputes_quarterfigures_no_truncate ON disputes_quarterfigures;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0015_by_due")]
    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
