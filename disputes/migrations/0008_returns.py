"""Returns that were made leave a line with the hash of their file."""

from django.db import migrations


KEPT = """
CREATE TRIGGER disputes_returnrun_append_only BEFORE UPDATE OR DELETE ON disputes_returnrun
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_returnrun_no_truncate BEFORE TRUNCATE ON disputes_returnrun
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_returnrun_no_truncate ON disputes_returnrun;
DROP TRIGGER disputes_returnrun_append_only ON disputes_returnrun;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0007_anchors")]
    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
