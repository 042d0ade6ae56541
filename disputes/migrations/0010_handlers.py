"""Whoever worked on the ticket, or is named, cannot handle the case; what was proposed is never deleted."""

from django.db import migrations

HANDLER = """
CREATE FUNCTION disputes_handler_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.role <> 'handler' OR NEW.ended_at IS NOT NULL THEN RETURN NEW; END IF;
    PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM disputes_involvement WHERE dispute_id = NEW.dispute_id AND user_id = NEW.user_id
               AND how IN ('assigned', 'replied', 'noted', 'acted', 'named', 'declared'))
        OR EXISTS (SELECT 1 FROM disputes_dispute WHERE id = NEW.dispute_id AND trader_id = NEW.user_id)
    THEN
        RAISE EXCEPTION 'person % worked on the ticket of dispute % and cannot handle it', NEW.user_id,
            NEW.dispute_id USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_handler_uninvolved',
            TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_assignment_handler BEFORE INSERT ON disputes_assignment
    FOR EACH ROW EXECUTE FUNCTION disputes_handler_guard();
CREATE TRIGGER disputes_admission_never_deleted BEFORE DELETE ON disputes_admission
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_admission_no_truncate BEFORE TRUNCATE ON disputes_admission
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NO_HANDLER = """
DROP TRIGGER disputes_admission_no_truncate ON disputes_admission;
DROP TRIGGER disputes_admission_never_deleted ON disputes_admission;
DROP TRIGGER disputes_assignment_handler ON disputes_assignment;
DROP FUNCTION disputes_handler_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0008_returns")]
    operations = [
        migrations.RunSQL(HANDLER, NO_HANDLER),
    ]
