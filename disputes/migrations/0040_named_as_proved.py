"""Who was named stays who was proved: the invitation opens to that address, so nothing may move it (F20)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION disputes_representative_named_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the words may go, when the case is erased.
    IF NOT disputes_purging(OLD.dispute_id) AND (NEW.name, NEW.email) IS DISTINCT FROM (OLD.name, OLD.email)
       OR (OLD.state = 'accepted' AND NEW.state = 'waiting')
       OR (OLD.checked_by_id IS NOT NULL AND NEW.checked_by_id IS NULL)
    THEN
        RAISE EXCEPTION 'representative % keeps who was proved', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_representative_named BEFORE UPDATE ON disputes_representative
    FOR EACH ROW EXECUTE FUNCTION disputes_representative_named_guard();
"""
NO_GUARD = """
DROP TRIGGER disputes_representative_named ON disputes_representative;
DROP FUNCTION disputes_representative_named_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0036_grant_guards")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
