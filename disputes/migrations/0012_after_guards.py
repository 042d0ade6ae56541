"""What the database itself refuses after a decision: seats taken again, appeals and referrals rewritten.

With the unique pair (dispute, person) over the neutral seats, a decider whose decision was sent back can
never decide the case again: neither by a new seat nor by reviving or handing over the old one.
"""

from django.db import migrations

NEUTRAL = "('mediator', 'external_mediator', 'decider', 'appeal_reviewer')"

GUARDS = f"""
CREATE FUNCTION disputes_seat_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.role NOT IN {NEUTRAL} AND NEW.role NOT IN {NEUTRAL} THEN RETURN NEW; END IF;
    IF (NEW.dispute_id, NEW.user_id, NEW.role) IS DISTINCT FROM (OLD.dispute_id, OLD.user_id, OLD.role) THEN
        RAISE EXCEPTION 'seat % belongs to person % as %', OLD.id, OLD.user_id, OLD.role
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL THEN
        RAISE EXCEPTION 'seat % has ended and is not taken again', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_assignment_seat_kept BEFORE UPDATE ON disputes_assignment
    FOR EACH ROW EXECUTE FUNCTION disputes_seat_guard();

CREATE FUNCTION disputes_appeal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dispute_id, NEW.number, NEW.side, NEW.by_id, NEW.at, NEW.against_id, NEW.ground, NEW.reasons, NEW.language)
       IS DISTINCT FROM
       (OLD.dispute_id, OLD.number, OLD.side, OLD.by_id, OLD.at, OLD.against_id, OLD.ground, OLD.reasons, OLD.language)
       OR (OLD.ended_at IS NOT NULL AND
           (NEW.ended_at, NEW.result, NEW.decision_id) IS DISTINCT FROM (OLD.ended_at, OLD.result, OLD.decision_id))
    THEN
        RAISE EXCEPTION 'appeal % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_appeal_kept BEFORE UPDATE ON disputes_appeal
    FOR EACH ROW EXECUTE FUNCTION disputes_appeal_guard();

CREATE FUNCTION disputes_referral_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dispute_id, NEW.number, NEW.body_id, NEW.body_name, NEW.day, NEW.their_reference, NEW.told_by_id,
        NEW.told_as, NEW.told_at)
       IS DISTINCT FROM
       (OLD.dispute_id, OLD.number, OLD.body_id, OLD.body_name, OLD.day, OLD.their_reference, OLD.told_by_id,
        OLD.told_as, OLD.told_at)
       OR (OLD.stopped_at IS NOT NULL AND NEW.stopped_at IS DISTINCT FROM OLD.stopped_at)
       OR (OLD.recorded_at IS NOT NULL AND
           (NEW.outcome, NEW.outcome_text, NEW.outcome_day, NEW.ours, NEW.remedy, NEW.amount, NEW.currency,
            NEW.item_id, NEW.recorded_by_id, NEW.recorded_at)
           IS DISTINCT FROM
           (OLD.outcome, OLD.outcome_text, OLD.outcome_day, OLD.ours, OLD.remedy, OLD.amount, OLD.currency,
            OLD.item_id, OLD.recorded_by_id, OLD.recorded_at))
    THEN
        RAISE EXCEPTION 'referral % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_externalreferral_kept BEFORE UPDATE ON disputes_externalreferral
    FOR EACH ROW EXECUTE FUNCTION disputes_referral_guard();
"""
NO_GUARDS = """
DROP TRIGGER disputes_externalreferral_kept ON disputes_externalreferral;
DROP FUNCTION disputes_referral_guard();
DROP TRIGGER disputes_appeal_kept ON disputes_appeal;
DROP FUNCTION disputes_appeal_guard();
DROP TRIGGER disputes_assignment_seat_kept ON disputes_assignment;
DROP FUNCTION disputes_seat_guard();
"""
KEPT = ("disputes_appeal", "disputes_externalreferral")
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
    dependencies = [("disputes", "0010_handlers")]
    operations = [
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(LOGS, NO_LOGS),
    ]
