"""What the database itself refuses about money, holds and erasing; superusers and scripts included.

Proposer, approvers and payer of one sum are different people. Two transactions that contradict each other
meet at the authority's row. Nothing of a case is erased but by a purge that two different people approved
while no hold stood; both sides of that lock the dispute's row first.
"""

from django.db import migrations

FOUR = "USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_remedy_four_eyes', TABLE = TG_TABLE_NAME"
MONEY = f"""
CREATE FUNCTION disputes_approval_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of record;
BEGIN
    SELECT * INTO of FROM disputes_authority WHERE id = NEW.authority_id FOR NO KEY UPDATE;
    IF NEW.by_id = of.proposed_by_id THEN
        RAISE EXCEPTION 'person % proposed authority % and cannot approve it', NEW.by_id, of.id {FOUR};
    END IF;
    IF of.void_at IS NOT NULL OR EXISTS (SELECT 1 FROM disputes_remedy WHERE authority_id = of.id AND paid_by_id IS NOT NULL)
    THEN
        RAISE EXCEPTION 'authority % is over', of.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_approval_apart BEFORE INSERT ON disputes_approval
    FOR EACH ROW EXECUTE FUNCTION disputes_approval_guard();

CREATE FUNCTION disputes_authority_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dispute_id, NEW.source, NEW.offer_id, NEW.decision_id, NEW.kind, NEW.amount, NEW.currency, NEW.created_at)
       IS DISTINCT FROM
       (OLD.dispute_id, OLD.source, OLD.offer_id, OLD.decision_id, OLD.kind, OLD.amount, OLD.currency, OLD.created_at)
       OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id)
       OR (OLD.void_at IS NOT NULL AND NEW.void_at IS DISTINCT FROM OLD.void_at)
    THEN
        RAISE EXCEPTION 'authority % keeps what was approved', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.proposed_by_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM disputes_approval WHERE authority_id = NEW.id AND by_id = NEW.proposed_by_id)
    THEN
        RAISE EXCEPTION 'person % approved authority % and cannot propose it', NEW.proposed_by_id, NEW.id {FOUR};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_authority_kept BEFORE UPDATE ON disputes_authority
    FOR EACH ROW EXECUTE FUNCTION disputes_authority_guard();

CREATE FUNCTION disputes_remedy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE of record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.paid_by_id IS NOT NULL AND
       (NEW.authority_id, NEW.amount, NEW.currency, NEW.proposed_by_id, NEW.paid_by_id, NEW.paid_at)
       IS DISTINCT FROM
       (OLD.authority_id, OLD.amount, OLD.currency, OLD.proposed_by_id, OLD.paid_by_id, OLD.paid_at)
    THEN
        RAISE EXCEPTION 'remedy % has been paid', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.paid_by_id IS NULL OR (TG_OP = 'UPDATE' AND OLD.paid_by_id IS NOT NULL) THEN RETURN NEW; END IF;
    SELECT * INTO of FROM disputes_authority WHERE id = NEW.authority_id FOR NO KEY UPDATE;
    IF NEW.paid_by_id IN (NEW.proposed_by_id, of.proposed_by_id)
        OR EXISTS (SELECT 1 FROM disputes_approval WHERE authority_id = of.id AND by_id = NEW.paid_by_id)
    THEN
        RAISE EXCEPTION 'person % had a hand in remedy % before', NEW.paid_by_id, NEW.id {FOUR};
    END IF;
    IF of.void_at IS NOT NULL OR of.completed_at IS NULL
        OR (SELECT count(*) FROM disputes_approval WHERE authority_id = of.id) < of.needed
        OR (NEW.part_of_id IS NULL AND (NEW.amount, NEW.currency) IS DISTINCT FROM (of.amount, of.currency))
    THEN
        RAISE EXCEPTION 'remedy % is not approved', NEW.id USING ERRCODE = 'check_violation',
            CONSTRAINT = 'disputes_remedy_paid_after_approval', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_remedy_apart BEFORE INSERT OR UPDATE ON disputes_remedy
    FOR EACH ROW EXECUTE FUNCTION disputes_remedy_guard();
"""
NO_MONEY = "".join(
    f"DROP TRIGGER {trigger} ON {table};\nDROP FUNCTION {function}();\n"
    for trigger, table, function in (
        ("disputes_remedy_apart", "disputes_remedy", "disputes_remedy_guard"),
        ("disputes_authority_kept", "disputes_authority", "disputes_authority_guard"),
        ("disputes_approval_apart", "disputes_approval", "disputes_approval_guard"),
    )
)

HELD = "USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_purge_held', TABLE = TG_TABLE_NAME"
KEEPING = f"""
CREATE FUNCTION disputes_purging(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM disputes_purge WHERE dispute_id = of AND second_by_id <> first_by_id AND done_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM disputes_casehold WHERE dispute_id = of AND lifted_at IS NULL)
$$;
CREATE FUNCTION disputes_purging_event(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT disputes_purging(dispute_id) FROM disputes_event WHERE id = of
$$;
CREATE FUNCTION disputes_purging_request(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT disputes_purging(dispute_id) FROM disputes_inforequest WHERE id = of
$$;
CREATE FUNCTION disputes_purging_clock(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT disputes_purging(dispute_id) FROM disputes_disputedeadline WHERE id = of
$$;
CREATE FUNCTION disputes_purging_decision(of bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT disputes_purging(dispute_id) FROM disputes_decision WHERE id = of
$$;

CREATE FUNCTION disputes_purge_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE the_case record;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.done_at IS NOT NULL OR NEW.dispute_id <> OLD.dispute_id) THEN
        RAISE EXCEPTION 'purge % is done', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.first_by_id IS NULL AND NEW.second_by_id IS NULL AND NEW.done_at IS NULL THEN RETURN NEW; END IF;
    SELECT * INTO the_case FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
    IF the_case.closed_at IS NULL OR NEW.due_on > CURRENT_DATE
        OR EXISTS (SELECT 1 FROM disputes_casehold WHERE dispute_id = NEW.dispute_id AND lifted_at IS NULL)
    THEN
        RAISE EXCEPTION 'dispute % may not be erased', NEW.dispute_id {HELD};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_purge_unheld BEFORE INSERT OR UPDATE ON disputes_purge
    FOR EACH ROW EXECUTE FUNCTION disputes_purge_guard();

CREATE FUNCTION disputes_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM disputes_dispute WHERE id = NEW.dispute_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT 1 FROM disputes_purge WHERE dispute_id = NEW.dispute_id AND done_at IS NOT NULL) THEN
            RAISE EXCEPTION 'dispute % is erased', NEW.dispute_id {HELD};
        END IF;
    ELSIF OLD.lifted_at IS NOT NULL
        OR (NEW.dispute_id, NEW.kind, NEW.reason, NEW.set_by_id, NEW.set_at)
           IS DISTINCT FROM (OLD.dispute_id, OLD.kind, OLD.reason, OLD.set_by_id, OLD.set_at)
    THEN
        RAISE EXCEPTION 'hold % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_casehold_kept BEFORE INSERT OR UPDATE ON disputes_casehold
    FOR EACH ROW EXECUTE FUNCTION disputes_hold_guard();

CREATE TRIGGER disputes_eventdata_purged_alone BEFORE DELETE ON disputes_eventdata
    FOR EACH ROW WHEN (NOT disputes_purging_event(OLD.event_id)) EXECUTE FUNCTION helpdesk_append_only();

DROP TRIGGER disputes_disputemessage_append_only ON disputes_disputemessage;
CREATE TRIGGER disputes_disputemessage_append_only BEFORE DELETE ON disputes_disputemessage
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_disputemessage_unchanged BEFORE UPDATE ON disputes_disputemessage
    FOR EACH ROW WHEN (NOT disputes_purging(OLD.dispute_id)) EXECUTE FUNCTION helpdesk_append_only();

DROP TRIGGER disputes_infoitem_kept ON disputes_infoitem;
CREATE TRIGGER disputes_infoitem_kept BEFORE UPDATE ON disputes_infoitem
    FOR EACH ROW WHEN (NOT disputes_purging_request(OLD.request_id)) EXECUTE FUNCTION disputes_infoitem_guard();

DROP TRIGGER disputes_letter_append_only ON disputes_letter;
CREATE TRIGGER disputes_letter_append_only BEFORE DELETE ON disputes_letter
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_letter_unchanged BEFORE UPDATE ON disputes_letter
    FOR EACH ROW WHEN (NOT disputes_purging(OLD.dispute_id)) EXECUTE FUNCTION helpdesk_append_only();

DROP TRIGGER disputes_extension_append_only ON disputes_extension;
CREATE TRIGGER disputes_extension_append_only BEFORE DELETE ON disputes_extension
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
CREATE TRIGGER disputes_extension_unchanged BEFORE UPDATE ON disputes_extension
    FOR EACH ROW WHEN (NOT disputes_purging_clock(OLD.deadline_id)) EXECUTE FUNCTION helpdesk_append_only();

DROP TRIGGER disputes_decision_kept ON disputes_decision;
CREATE TRIGGER disputes_decision_kept BEFORE DELETE ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_decision_guard();
CREATE TRIGGER disputes_decision_unchanged BEFORE UPDATE ON disputes_decision
    FOR EACH ROW WHEN (NOT disputes_purging(OLD.dispute_id)) EXECUTE FUNCTION disputes_decision_guard();

DROP TRIGGER disputes_pointfinding_kept ON disputes_pointfinding;
CREATE TRIGGER disputes_pointfinding_kept BEFORE INSERT OR DELETE ON disputes_pointfinding
    FOR EACH ROW EXECUTE FUNCTION disputes_finding_guard();
CREATE TRIGGER disputes_pointfinding_unchanged BEFORE UPDATE ON disputes_pointfinding
    FOR EACH ROW WHEN (NOT disputes_purging_decision(OLD.decision_id)) EXECUTE FUNCTION disputes_finding_guard();
"""
# Guards on UPDATE that make way for a purge: trigger, table, function.
WAY = [
    ("disputes_evidence_unchanged", "disputes_evidence", "disputes_evidence_guard"),
    ("disputes_redaction_kept", "disputes_redaction", "disputes_redaction_guard"),
    ("disputes_appeal_kept", "disputes_appeal", "disputes_appeal_guard"),
    ("disputes_externalreferral_kept", "disputes_externalreferral", "disputes_referral_guard"),
]
MAKE_WAY = "".join(
    f"DROP TRIGGER {trigger} ON {table};\nCREATE TRIGGER {trigger} BEFORE UPDATE ON {table}"
    f" FOR EACH ROW WHEN (NOT disputes_purging(OLD.dispute_id)) EXECUTE FUNCTION {function}();\n"
    for trigger, table, function in WAY
)
NO_WAY = "".join(
    f"DROP TRIGGER {trigger} ON {table};\nCREATE TRIGGER {trigger} BEFORE UPDATE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION {function}();\n"
    for trigger, table, function in WAY
)
NO_KEEPING = """
DROP TRIGGER disputes_infoitem_kept ON disputes_infoitem;
CREATE TRIGGER disputes_infoitem_kept BEFORE UPDATE ON disputes_infoitem
    FOR EACH ROW EXECUTE FUNCTION disputes_infoitem_guard();
DROP TRIGGER disputes_letter_unchanged ON disputes_letter;
DROP TRIGGER disputes_letter_append_only ON disputes_letter;
CREATE TRIGGER disputes_letter_append_only BEFORE UPDATE OR DELETE ON disputes_letter
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
DROP TRIGGER disputes_pointfinding_unchanged ON disputes_pointfinding;
DROP TRIGGER disputes_pointfinding_kept ON disputes_pointfinding;
CREATE TRIGGER disputes_pointfinding_kept BEFORE INSERT OR UPDATE OR DELETE ON disputes_pointfinding
    FOR EACH ROW EXECUTE FUNCTION disputes_finding_guard();
DROP TRIGGER disputes_decision_unchanged ON disputes_decision;
DROP TRIGGER disputes_decision_kept ON disputes_decision;
CREATE TRIGGER disputes_decision_kept BEFORE UPDATE OR DELETE ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_decision_guard();
DROP TRIGGER disputes_extension_unchanged ON disputes_extension;
DROP TRIGGER disputes_extension_append_only ON disputes_extension;
CREATE TRIGGER disputes_extension_append_only BEFORE UPDATE OR DELETE ON disputes_extension
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
DROP TRIGGER disputes_disputemessage_unchanged ON disputes_disputemessage;
DROP TRIGGER disputes_disputemessage_append_only ON disputes_disputemessage;
CREATE TRIGGER disputes_disputemessage_append_only BEFORE UPDATE OR DELETE ON disputes_disputemessage
    FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();
DROP TRIGGER disputes_eventdata_purged_alone ON disputes_eventdata;
DROP TRIGGER disputes_casehold_kept ON disputes_casehold;
DROP FUNCTION disputes_hold_guard();
DROP TRIGGER disputes_purge_unheld ON disputes_purge;
DROP FUNCTION disputes_purge_guard();
DROP FUNCTION disputes_purging_decision(bigint);
DROP FUNCTION disputes_purging_clock(bigint);
DROP FUNCTION disputes_purging_request(bigint);
DROP FUNCTION disputes_purging_event(bigint);
DROP FUNCTION disputes_purging(bigint);
"""

UNCHANGED = ("approval", "rate")
UNDELETED = ("authority", "casehold", "purge")
LOGS = "".join(
    f"CREATE TRIGGER disputes_{name}_append_only BEFORE UPDATE OR DELETE ON disputes_{name}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in UNCHANGED
) + "".join(
    f"CREATE TRIGGER disputes_{name}_never_deleted BEFORE DELETE ON disputes_{name}"
    " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in UNDELETED
) + "".join(
    f"CREATE TRIGGER disputes_{name}_no_truncate BEFORE TRUNCATE ON disputes_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
    for name in (*UNCHANGED, *UNDELETED)
)  # fmt: skip
NO_LOGS = "".join(
    [f"DROP TRIGGER disputes_{name}_append_only ON disputes_{name};\n" for name in UNCHANGED]
    + [f"DROP TRIGGER disputes_{name}_never_deleted ON disputes_{name};\n" for name in UNDELETED]
    + [f"DROP TRIGGER disputes_{name}_no_truncate ON disputes_{name};\n" for name in (*UNCHANGED, *UNDELETED)]
)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0028_money_rows")]
    operations = [
        migrations.RunSQL(MONEY, NO_MONEY),
        migrations.RunSQL(KEEPING, NO_KEEPING),
        migrations.RunSQL(MAKE_WAY, NO_WAY),
        migrations.RunSQL(LOGS, NO_LOGS),
    ]
