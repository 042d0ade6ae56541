"""What the database refuses about grants, the first words of the promise, and grants for seats held now."""

from pathlib import Path

from django.db import migrations
from django.utils import timezone

TEXTS = Path(__file__).resolve().parents[1] / "data" / "undertakings"
KEPT = "USING ERRCODE = 'restrict_violation'"

GUARDS = f"""
CREATE FUNCTION disputes_grant_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM disputes_assignment WHERE id = NEW.seat_id AND dispute_id = NEW.dispute_id
                       AND user_id = NEW.user_id AND role = 'external_mediator' AND ended_at IS NULL) THEN
            RAISE EXCEPTION 'a grant comes with the seat of an external mediator' {KEPT};
        END IF;
        RETURN NEW;
    END IF;
    IF disputes_purging(OLD.dispute_id) THEN RETURN NEW; END IF;
    IF (NEW.dispute_id, NEW.user_id, NEW.seat_id, NEW.starts_at)
       IS DISTINCT FROM (OLD.dispute_id, OLD.user_id, OLD.seat_id, OLD.starts_at)
       OR (OLD.revoked_at IS NOT NULL AND (NEW.revoked_at, NEW.revoked_by_id, NEW.revoked_why)
           IS DISTINCT FROM (OLD.revoked_at, OLD.revoked_by_id, OLD.revoked_why))
       OR (OLD.until IS NOT NULL AND (NEW.until IS NULL OR NEW.until > OLD.until))
       OR (OLD.scope = 'past' AND NEW.scope <> 'past')
    THEN
        RAISE EXCEPTION 'grant % can only be narrowed', OLD.id {KEPT};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_grant_only_narrowed BEFORE INSERT OR UPDATE ON disputes_grant
    FOR EACH ROW EXECUTE FUNCTION disputes_grant_guard();

-- Whatever ends the seat, the grant holds no more than what was there then.
CREATE FUNCTION disputes_grant_follows_seat() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE disputes_grant SET scope = 'past' WHERE seat_id = NEW.id AND scope <> 'past';
    RETURN NULL;
END $$;
CREATE TRIGGER disputes_grant_follows_seat AFTER UPDATE OF ended_at ON disputes_assignment FOR EACH ROW
    WHEN (NEW.role = 'external_mediator' AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION disputes_grant_follows_seat();

CREATE FUNCTION disputes_nameconsent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.grant_id, NEW.side, NEW.by_id, NEW.at) IS DISTINCT FROM (OLD.grant_id, OLD.side, OLD.by_id, OLD.at)
       OR OLD.taken_back_at IS NOT NULL
       OR EXISTS (SELECT 1 FROM disputes_nameconsent WHERE grant_id = OLD.grant_id AND side <> OLD.side
                  AND taken_back_at IS NULL)
    THEN
        RAISE EXCEPTION 'consent % can no longer be taken back', OLD.id {KEPT};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_nameconsent_kept BEFORE UPDATE ON disputes_nameconsent
    FOR EACH ROW EXECUTE FUNCTION disputes_nameconsent_guard();
"""
NO_GUARDS = """
DROP TRIGGER disputes_nameconsent_kept ON disputes_nameconsent;
DROP FUNCTION disputes_nameconsent_guard();
DROP TRIGGER disputes_grant_follows_seat ON disputes_assignment;
DROP FUNCTION disputes_grant_follows_seat();
DROP TRIGGER disputes_grant_only_narrowed ON disputes_grant;
DROP FUNCTION disputes_grant_guard();
"""
UNCHANGED = ("undertaking", "undertakingtext")
UNDELETED = ("grant", "nameconsent")
LOGS = "".join(
    [
        f"CREATE TRIGGER disputes_{name}_append_only BEFORE UPDATE OR DELETE ON disputes_{name}"
        " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in UNCHANGED
    ]
    + [
        f"CREATE TRIGGER disputes_{name}_never_deleted BEFORE DELETE ON disputes_{name}"
        " FOR EACH ROW EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in UNDELETED
    ]
    + [
        f"CREATE TRIGGER disputes_{name}_no_truncate BEFORE TRUNCATE ON disputes_{name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();\n"
        for name in (*UNCHANGED, *UNDELETED)
    ]
)
NO_LOGS = "".join(
    [f"DROP TRIGGER disputes_{name}_append_only ON disputes_{name};\n" for name in UNCHANGED]
    + [f"DROP TRIGGER disputes_{name}_never_deleted ON disputes_{name};\n" for name in UNDELETED]
    + [f"DROP TRIGGER disputes_{name}_no_truncate ON disputes_{name};\n" for name in (*UNCHANGED, *UNDELETED)]
)


def load(apps, schema_editor):
    words = {path.name.split(".")[1]: path.read_text(encoding="utf-8").strip() for path in TEXTS.glob("1.*.txt")}
    Text = apps.get_model("disputes", "UndertakingText")
    Text.objects.create(number=1, en=words["en"], zh=words["zh-hans"], published_at=timezone.now())
    Grant = apps.get_model("disputes", "Grant")
    seats = apps.get_model("disputes", "Assignment").objects.filter(role="external_mediator", ended_at=None)
    for seat in seats:
        Grant.objects.create(
            dispute_id=seat.dispute_id, user_id=seat.user_id, seat=seat, starts_at=seat.started_at
        )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0035_grants_to_outsiders")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(LOGS, NO_LOGS),
    ]
