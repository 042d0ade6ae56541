"""Anchors: rows that are added and never changed, deleted or emptied, by anybody."""

from django.db import migrations

TABLES = ("disputes_anchor", "disputes_anchorleaf")
GUARDS = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for table in TABLES
)
NO_GUARDS = "".join(
    f"DROP TRIGGER {table}_append_only ON {table};\nDROP TRIGGER {table}_no_truncate ON {table};\n"
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0006_dates_that_move"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
