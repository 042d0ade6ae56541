"""What the database itself refuses about held sums, representatives, surveys and findings about care.

A sum is held by one of each side, its terms never change, and no case ends while it is still held. Who was named
and what was proved stays; only texts go when a case is erased.
"""

from django.db import migrations

SIDE = """
CREATE FUNCTION disputes_on_trader_side(of bigint, who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM disputes_dispute WHERE id = of AND trader_id = who)
        OR EXISTS (SELECT 1 FROM disputes_representative WHERE dispute_id = of AND person_id = who
                   AND state = 'accepted')
$$;
CREATE FUNCTION disputes_speaks(of bigint, side text, who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE side WHEN 'trader' THEN disputes_on_trader_side(of, who)
        ELSE NOT disputes_on_trader_side(of, who)
            AND EXISTS (SELECT 1 FROM accounts_person WHERE id = who AND roles && ARRAY['handler', 'supervisor']::varchar[])
        END
$$;
"""
NO_SIDE = """
DROP FUNCTION disputes_speaks(bigint, text, bigint);
DROP FUNCTION disputes_on_trader_side(bigint, bigint);
"""

HELD = """
CREATE FUNCTION disputes_sumhold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (
        (NEW.dispute_id, NEW.amount, NEW.asset, NEW.rule, NEW.until, NEW.proposed_side, NEW.proposed_by_id,
         NEW.proposed_at) IS DISTINCT FROM
        (OLD.dispute_id, OLD.amount, OLD.asset, OLD.rule, OLD.until, OLD.proposed_side, OLD.proposed_by_id,
         OLD.proposed_at)
        OR (OLD.agreed_by_id IS NOT NULL AND (NEW.agreed_by_id, NEW.agreed_side, NEW.started_at)
            IS DISTINCT FROM (OLD.agreed_by_id, OLD.agreed_side, OLD.started_at))
        OR (OLD.ended_at IS NOT NULL AND (NEW.state, NEW.ended_at, NEW.end_reason)
            IS DISTINCT FROM (OLD.state, OLD.ended_at, OLD.end_reason)))
    THEN
        RAISE EXCEPTION 'held sum % keeps what both sides agreed on', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF (TG_OP = 'INSERT' AND NOT disputes_speaks(NEW.dispute_id, NEW.proposed_side, NEW.proposed_by_id))
        OR (NEW.agreed_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.agreed_by_id IS NULL)
            AND NOT disputes_speaks(NEW.dispute_id, NEW.agreed_side, NEW.agreed_by_id))
    THEN
        RAISE EXCEPTION 'held sum of dispute % is not of one person of each side', NEW.dispute_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_sumhold_by_both', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_sumhold_kept BEFORE INSERT OR UPDATE ON disputes_sumhold
    FOR EACH ROW EXECUTE FUNCTION disputes_sumhold_guard();

CREATE FUNCTION disputes_sum_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM disputes_sumhold h JOIN disputes_dispute d ON d.id = h.dispute_id
               WHERE d.id = NEW.id AND d.state IN ('closed', 'withdrawn', 'inadmissible')
                 AND h.state IN ('proposed', 'active'))
    THEN
        RAISE EXCEPTION 'dispute % has ended, and a sum of it is still held', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER disputes_dispute_frees_sum AFTER UPDATE OF state ON disputes_dispute
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disputes_sum_is_free();
"""
NO_HELD = """
DROP TRIGGER disputes_dispute_frees_sum ON disputes_dispute;
DROP FUNCTION disputes_sum_is_free();
DROP TRIGGER disputes_sumhold_kept ON disputes_sumhold;
DROP FUNCTION disputes_sumhold_guard();
"""

FOR = """
CREATE FUNCTION disputes_representative_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dispute_id, NEW.number, NEW.kind, NEW.from_on, NEW.until_on, NEW.named_by_id, NEW.named_at,
        NEW.proof_mime, NEW.proof_size, NEW.proof_sha256, NEW.storage_key) IS DISTINCT FROM
       (OLD.dispute_id, OLD.number, OLD.kind, OLD.from_on, OLD.until_on, OLD.named_by_id, OLD.named_at,
        OLD.proof_mime, OLD.proof_size, OLD.proof_sha256, OLD.storage_key)
       OR (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)
       OR (OLD.state IN ('refused', 'revoked') AND NEW.state <> OLD.state)
    THEN
        RAISE EXCEPTION 'representative % keeps what was proved', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_representative_kept BEFORE UPDATE ON disputes_representative
    FOR EACH ROW EXECUTE FUNCTION disputes_representative_guard();

CREATE FUNCTION disputes_said_once_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only the words may go, when the case is erased.
    IF to_jsonb(NEW) - 'words' - 'reason' IS DISTINCT FROM to_jsonb(OLD) - 'words' - 'reason' THEN
        RAISE EXCEPTION '% keeps what was said', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_surveyanswer_kept BEFORE UPDATE ON disputes_surveyanswer
    FOR EACH ROW EXECUTE FUNCTION disputes_said_once_guard();
CREATE TRIGGER disputes_survey_kept BEFORE UPDATE ON disputes_survey
    FOR EACH ROW EXECUTE FUNCTION disputes_said_once_guard();
CREATE TRIGGER disputes_carefinding_kept BEFORE UPDATE ON disputes_carefinding
    FOR EACH ROW EXECUTE FUNCTION disputes_said_once_guard();
"""
NO_FOR = """
DROP TRIGGER disputes_carefinding_kept ON disputes_carefinding;
DROP TRIGGER disputes_survey_kept ON disputes_survey;
DROP TRIGGER disputes_surveyanswer_kept ON disputes_surveyanswer;
DROP FUNCTION disputes_said_once_guard();
DROP TRIGGER disputes_representative_kept ON disputes_representative;
DROP FUNCTION disputes_representative_guard();
"""
KEPT = tuple(
    f"disputes_{name}" for name in ("sumhold", "representative", "carefinding", "survey", "surveyanswer")
)
LOGS = "".join(
    f"CREATE TRIGGER {name}_never_deleted BEFORE DELETE ON {name}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in KEPT
)
NO_LOGS = "".join(
    f"DROP TRIGGER {name}_never_deleted ON {name};\nDROP TRIGGER {name}_no_truncate ON {name};\n"
    for name in KEPT
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0033_sides")]
    operations = [
        migrations.RunSQL(SIDE, NO_SIDE),
        migrations.RunSQL(HELD, NO_HELD),
        migrations.RunSQL(FOR, NO_FOR),
        migrations.RunSQL(LOGS, NO_LOGS),
    ]
