"""The story of a date that moved, and the delay notice, stay."""

from django.db import migrations


KEPT = """
CREATE TRIGGER disputes_extension_append_only BEFORE UPDATE OR DELETE ON disputes_extension
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_extension_no_truncate BEFORE TRUNCATE ON disputes_extension
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_delaynotice_never_deleted BEFORE DELETE ON disputes_delaynotice
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_delaynotice_no_truncate BEFORE TRUNCATE ON disputes_delaynotice
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NOT_KEPT = """
DROP TRIGGER disputes_delaynotice_no_truncate ON disputes_delaynotice;
DROP TRIGGER disputes_delaynotice_never_deleted ON disputes_delaynotice;
DROP TRIGGER disputes_extension_no_truncate ON disputes_extension;
DROP TRIGGER disputes_extension_append_only ON disputes_extension;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_policies"), ("timers", "0002_versions_stay_as_they_are")]
    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
