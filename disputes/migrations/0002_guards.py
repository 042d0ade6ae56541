"""What the database itself refuses: involved neutrals, changed evidence, altered decisions, rewritten logs.

The involvement rules hold for every writer, superusers and scripts included. Both sides of F1 lock the
dispute's row first, so that of two transactions that contradict each other the second sees the first.
"""

from django.db import migrations

NEUTRAL = "('mediator', 'external_mediator', 'decider', 'appeal_reviewer')"

INVOLVEMENT = f"""
CREATE FUNCTION disputes_assignment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.role NOT IN {NEUTRAL} THEN RETURN NEW; END IF;
    -- Ending a seat must always be possible.
    IF TG_OP = 'UPDATE' AND NEW.ended_at IS NOT NULL AND NEW.user_id = OLD.user_id
        AND NEW.dispute_id = OLD.dispute_id AND NEW.role = OLD.role THEN RETURN NEW; END IF;
    PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM disputes_involvement WHERE dispute_id = NEW.dispute_id AND user_id = NEW.user_id)
        OR EXISTS (SELECT 1 FROM disputes_dispute WHERE id = NEW.dispute_id AND trader_id = NEW.user_id)
        OR EXISTS (SELECT 1 FROM disputes_party WHERE dispute_id = NEW.dispute_id AND person_id = NEW.user_id)
    THEN
        RAISE EXCEPTION 'person % is involved in dispute % and cannot be its %', NEW.user_id, NEW.dispute_id, NEW.role
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_uninvolved', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_assignment_uninvolved BEFORE INSERT OR UPDATE ON disputes_assignment
    FOR EACH ROW EXECUTE FUNCTION disputes_assignment_guard();

CREATE FUNCTION disputes_involvement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM disputes_assignment WHERE dispute_id = NEW.dispute_id AND user_id = NEW.user_id
               AND ended_at IS NULL AND role IN {NEUTRAL})
    THEN
        RAISE EXCEPTION 'person % is a neutral of dispute % and cannot handle it', NEW.user_id, NEW.dispute_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_uninvolved', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_involvement_not_neutral BEFORE INSERT ON disputes_involvement
    FOR EACH ROW EXECUTE FUNCTION disputes_involvement_guard();

-- Every act of staff that the record keeps about a ticket in dispute involves whoever did it, by itself.
CREATE FUNCTION disputes_involve_actor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dispute record;
    given bigint;
BEGIN
    SELECT d.id, d.trader_id INTO dispute FROM tickets_ticket t JOIN disputes_dispute d ON d.ticket_id = t.id
        WHERE t.reference = NEW.subject;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF NEW.actor_id <> dispute.trader_id AND EXISTS (SELECT 1 FROM accounts_person WHERE id = NEW.actor_id) THEN
        INSERT INTO disputes_involvement (dispute_id, user_id, how, at, note) VALUES (dispute.id, NEW.actor_id,
            CASE NEW.action WHEN 'ticket.public.posted' THEN 'replied' WHEN 'ticket.message.held' THEN 'replied'
                WHEN 'ticket.note.posted' THEN 'noted' ELSE 'acted' END, NEW.at, NEW.action)
            ON CONFLICT DO NOTHING;
    END IF;
    IF NEW.action = 'ticket.assigned' AND NEW.data ? 'to_id' THEN
        given := (NEW.data ->> 'to_id')::bigint;
        IF given IS NOT NULL AND given <> dispute.trader_id THEN
            INSERT INTO disputes_involvement (dispute_id, user_id, how, at, note)
                VALUES (dispute.id, given, 'assigned', NEW.at, NEW.action) ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER disputes_involve_actor AFTER INSERT ON audit_entry FOR EACH ROW
    WHEN (NEW.actor_id IS NOT NULL AND NEW.action LIKE 'ticket.%'
          AND NEW.action NOT LIKE '%.opened' AND NEW.action NOT LIKE '%.viewed')
    EXECUTE FUNCTION disputes_involve_actor();
"""
NO_INVOLVEMENT = """
DROP TRIGGER disputes_involve_actor ON audit_entry;
DROP FUNCTION disputes_involve_actor();
DROP TRIGGER disputes_involvement_not_neutral ON disputes_involvement;
DROP FUNCTION disputes_involvement_guard();
DROP TRIGGER disputes_assignment_uninvolved ON disputes_assignment;
DROP FUNCTION disputes_assignment_guard();
"""

DECISIONS = """
CREATE FUNCTION disputes_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.issued_at IS NOT NULL THEN
        RAISE EXCEPTION 'decision % has been issued: % refused', OLD.id, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER disputes_decision_kept BEFORE UPDATE OR DELETE ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_decision_guard();

CREATE FUNCTION disputes_finding_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.decision_id ELSE NEW.decision_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM disputes_decision WHERE issued_at IS NOT NULL
               AND (id = of OR (TG_OP = 'UPDATE' AND id = OLD.decision_id)))
    THEN
        RAISE EXCEPTION 'decision % has been issued: % of a finding refused', of, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER disputes_pointfinding_kept BEFORE INSERT OR UPDATE OR DELETE ON disputes_pointfinding
    FOR EACH ROW EXECUTE FUNCTION disputes_finding_guard();

CREATE FUNCTION disputes_evidence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dispute_id, NEW.side, NEW.number, NEW.key, NEW.sha256, NEW.claimed_sha256, NEW.storage_key, NEW.size,
        NEW.submitted_by_id, NEW.submitted_at, NEW.original_filename)
       IS DISTINCT FROM
       (OLD.dispute_id, OLD.side, OLD.number, OLD.key, OLD.sha256, OLD.claimed_sha256, OLD.storage_key, OLD.size,
        OLD.submitted_by_id, OLD.submitted_at, OLD.original_filename)
    THEN
        RAISE EXCEPTION 'evidence % has been submitted and cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_evidence_unchanged BEFORE UPDATE ON disputes_evidence
    FOR EACH ROW EXECUTE FUNCTION disputes_evidence_guard();
CREATE TRIGGER disputes_eventdata_unchanged BEFORE UPDATE ON disputes_eventdata
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
"""
NO_DECISIONS = """
DROP TRIGGER disputes_eventdata_unchanged ON disputes_eventdata;
DROP TRIGGER disputes_evidence_unchanged ON disputes_evidence;
DROP FUNCTION disputes_evidence_guard();
DROP TRIGGER disputes_pointfinding_kept ON disputes_pointfinding;
DROP FUNCTION disputes_finding_guard();
DROP TRIGGER disputes_decision_kept ON disputes_decision;
DROP FUNCTION disputes_decision_guard();
"""


def table(name):
    return f"disputes_{name}"


ADDED = ("event", "involvement", "draw", "rung", "policyversion", "disputemessage")
UNDELETED = ("assignment", "dispute", "evidence", "point", "offer", "objection", "party", "remedy", "complaint")
EMPTIED = (*ADDED, *UNDELETED, "decision", "pointfinding", "eventdata")
LOGS = "".join(
    [
        f"CREATE TRIGGER {table(name)}_append_only BEFORE UPDATE OR DELETE ON {table(name)}"
        " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in ADDED
    ]
    + [
        f"CREATE TRIGGER {table(name)}_never_deleted BEFORE DELETE ON {table(name)}"
        " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in UNDELETED
    ]
    + [
        f"CREATE TRIGGER {table(name)}_no_truncate BEFORE TRUNCATE ON {table(name)}"
        " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in EMPTIED
    ]
)
NO_LOGS = "".join(
    [f"DROP TRIGGER {table(name)}_append_only ON {table(name)};\n" for name in ADDED]
    + [f"DROP TRIGGER {table(name)}_never_deleted ON {table(name)};\n" for name in UNDELETED]
    + [f"DROP TRIGGER {table(name)}_no_truncate ON {table(name)};\n" for name in EMPTIED]
)

VIEW = """
CREATE VIEW v_chain AS
SELECT d.reference AS dispute, e.seq, e.at, e.action, e.hash, e.prev
FROM disputes_event e JOIN disputes_dispute d ON d.id = e.dispute_id;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial"), ("audit", "0002_append_only"), ("tickets", "0001_initial"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(INVOLVEMENT, NO_INVOLVEMENT),
        migrations.RunSQL(DECISIONS, NO_DECISIONS),
        migrations.RunSQL(LOGS, NO_LOGS),
        migrations.RunSQL(VIEW, "DROP VIEW v_chain;"),
    ]
