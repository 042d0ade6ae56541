"""F3 and F25 in the database: nobody neutral, and no handler, stands in the line of those it is about.

`disputes_reporting_line(case, person)` names every reason; the draw asks it for its list of exclusions and the
trigger for the assignment, so that both mean the same. Reading makes nobody's colleagues partial.
"""

from django.db import migrations

LINE = """
CREATE FUNCTION disputes_above(who bigint) RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT manager_id FROM accounts_person WHERE accounts_person.id = who AND manager_id IS NOT NULL
        UNION
        SELECT p.manager_id FROM line l JOIN accounts_person p ON p.id = l.manager_id
            WHERE p.manager_id IS NOT NULL
    ) SELECT manager_id FROM line;
$$;

CREATE FUNCTION disputes_reporting_line(of_case bigint, who bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
    WITH acted AS (
        SELECT DISTINCT p.id, p.unit FROM disputes_involvement i JOIN accounts_person p ON p.id = i.user_id
        WHERE i.dispute_id = of_case AND i.how <> 'read' AND i.user_id <> who
    ), units AS (SELECT DISTINCT unit FROM acted WHERE unit <> ''),
    over_me AS (SELECT p.id, p.unit FROM disputes_above(who) a JOIN accounts_person p ON p.id = a.id)
    SELECT array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT 1 FROM accounts_person p JOIN units u ON u.unit = p.unit WHERE p.id = who)
            THEN 'F3:same_unit' END,
        CASE WHEN EXISTS (SELECT 1 FROM acted, LATERAL disputes_above(acted.id) a WHERE a.id = who)
            THEN 'F3:manages_involved' END,
        CASE WHEN EXISTS (SELECT 1 FROM over_me JOIN acted ON acted.id = over_me.id)
            THEN 'F3:managed_by_involved' END,
        CASE WHEN EXISTS (SELECT 1 FROM over_me JOIN units u ON u.unit = over_me.unit)
            THEN 'F3:managed_by_unit' END
    ], NULL);
$$;

CREATE FUNCTION disputes_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reasons text[];
BEGIN
    -- What somebody else did after the draw unseats nobody by itself: signing and leaving stay possible.
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.dispute_id, NEW.role) = (OLD.user_id, OLD.dispute_id, OLD.role)
        AND (NEW.ended_at IS NOT NULL OR OLD.ended_at IS NULL) THEN RETURN NEW; END IF;
    IF NEW.role NOT IN ('mediator', 'external_mediator', 'decider', 'appeal_reviewer', 'handler') THEN
        RETURN NEW; END IF;
    PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
    IF NEW.role = 'handler' THEN
        IF EXISTS (SELECT 1 FROM disputes_above(NEW.user_id) a JOIN disputes_involvement i ON i.user_id = a.id
                   WHERE i.dispute_id = NEW.dispute_id AND i.how = 'named')
        THEN
            RAISE EXCEPTION 'person % works under somebody named in dispute %', NEW.user_id, NEW.dispute_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_under_named', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NEW;
    END IF;
    reasons := disputes_reporting_line(NEW.dispute_id, NEW.user_id);
    IF cardinality(reasons) > 0 THEN
        RAISE EXCEPTION 'person % is too close to dispute %: %', NEW.user_id, NEW.dispute_id, reasons
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_reporting_line', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_assignment_uninvolved_line BEFORE INSERT OR UPDATE ON disputes_assignment
    FOR EACH ROW EXECUTE FUNCTION disputes_line_guard();
"""
NO_LINE = """
DROP TRIGGER disputes_assignment_uninvolved_line ON disputes_assignment;
DROP FUNCTION disputes_line_guard();
DROP FUNCTION disputes_reporting_line(bigint, bigint);
DROP FUNCTION disputes_above(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0013_bodies"), ("accounts", "0003_needs_care")]
    operations = [
        migrations.RunSQL(LINE, NO_LINE),
    ]
