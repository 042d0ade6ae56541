"""Letters are only ever added; a template that letters may have been made of is never changed or deleted."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER disputes_letter_append_only BEFORE UPDATE OR DELETE ON disputes_letter
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_letter_no_truncate BEFORE TRUNCATE ON disputes_letter
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_lettertemplate_kept BEFORE UPDATE OR DELETE ON disputes_lettertemplate
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_lettertemplate_no_truncate BEFORE TRUNCATE ON disputes_lettertemplate
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();

-- Only what is published may be issued, in the language and of the kind it was published for.
CREATE FUNCTION disputes_letter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM disputes_lettertemplate t WHERE t.id = NEW.template_id
                   AND t.published_at IS NOT NULL AND t.kind = NEW.kind AND t.language = NEW.language) THEN
        RAISE EXCEPTION 'template % is not published for % letters in %', NEW.template_id, NEW.kind, NEW.language
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_letter_published BEFORE INSERT ON disputes_letter
    FOR EACH ROW EXECUTE FUNCTION disputes_letter_guard();
"""
NO_GUARDS = """
DROP TRIGGER disputes_letter_published ON disputes_letter;
DROP FUNCTION disputes_letter_guard();
DROP TRIGGER disputes_lettertemplate_no_truncate ON disputes_lettertemplate;
DROP TRIGGER disputes_lettertemplate_kept ON disputes_lettertemplate;
DROP TRIGGER disputes_letter_no_truncate ON disputes_letter;
DROP TRIGGER disputes_letter_append_only ON disputes_letter;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0019_overdue_first")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
