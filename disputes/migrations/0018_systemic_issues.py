"""Systemic issues with their cases, notes and contacts (F27); what was added stays."""

from django.db import migrations


KEPT = "".join(
    f"CREATE TRIGGER disputes_{name}_append_only BEFORE UPDATE OR DELETE ON disputes_{name}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    f"CREATE TRIGGER disputes_{name}_no_truncate BEFORE TRUNCATE ON disputes_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in ("systemiccase", "systemicnote", "systemiccontact")
)
NOT_KEPT = "".join(
    f"DROP TRIGGER disputes_{name}_append_only ON disputes_{name};\n"
    f"DROP TRIGGER disputes_{name}_no_truncate ON disputes_{name};\n"
    for name in ("systemiccase", "systemicnote", "systemiccontact")
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0017_quarter_figures")]
    operations = [
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
