"""What the database itself refuses in the evidence room: changed facts of an item, rewritten requests.

What may still be written on a submitted item is what others do with it: ruling on a late one, holding parts
of it back by a redaction, and noting that its bytes were looked at again.
"""

from django.db import migrations

OLD = (
    "dispute_id", "side", "number", "key", "sha256", "claimed_sha256", "storage_key", "size", "submitted_by_id",
    "submitted_at", "original_filename",
)  # fmt: skip
MORE = (
    "kind", "title", "description", "supports", "on_behalf_of", "channel", "mime_declared", "mime_detected",
    "attachment_id", "captured_at", "captured_by_clock", "source_system", "source_query", "language",
    "translation_of_id", "machine_translated", "derivative_of_id", "transform", "supersedes_id", "late_reason",
)  # fmt: skip


def _row(which: str, names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"{which}.{name}" for name in names) + ")"


def _guard(names: tuple[str, ...], *, more: str = "") -> str:
    return f"""
CREATE OR REPLACE FUNCTION disputes_evidence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_row("NEW", names)} IS DISTINCT FROM {_row("OLD", names)} THEN
        RAISE EXCEPTION 'evidence % has been submitted and cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;{more}
    RETURN NEW;
END $$;
"""


RULED = """
    IF OLD.ruled_at IS NOT NULL AND (NEW.ruled_at, NEW.ruled_by_id, NEW.ruling)
        IS DISTINCT FROM (OLD.ruled_at, OLD.ruled_by_id, OLD.ruling) THEN
        RAISE EXCEPTION 'evidence % has been ruled on', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;"""

ROOM = """
CREATE FUNCTION disputes_redaction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.decided_at IS NOT NULL OR
       (NEW.dispute_id, NEW.number, NEW.item_id, NEW.places, NEW.summary, NEW.requested_by_id, NEW.requested_at,
        NEW.sha256, NEW.storage_key, NEW.size, NEW.original_filename)
       IS DISTINCT FROM
       (OLD.dispute_id, OLD.number, OLD.item_id, OLD.places, OLD.summary, OLD.requested_by_id, OLD.requested_at,
        OLD.sha256, OLD.storage_key, OLD.size, OLD.original_filename)
    THEN
        RAISE EXCEPTION 'redaction % cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_redaction_kept BEFORE UPDATE ON disputes_redaction
    FOR EACH ROW EXECUTE FUNCTION disputes_redaction_guard();

CREATE FUNCTION disputes_infoitem_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL OR
       (NEW.request_id, NEW.number, NEW.kind, NEW.title, NEW.differs)
       IS DISTINCT FROM (OLD.request_id, OLD.number, OLD.kind, OLD.title, OLD.differs)
    THEN
        RAISE EXCEPTION 'item % of a request cannot be changed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_infoitem_kept BEFORE UPDATE ON disputes_infoitem
    FOR EACH ROW EXECUTE FUNCTION disputes_infoitem_guard();
"""
NO_ROOM = """
DROP TRIGGER disputes_infoitem_kept ON disputes_infoitem;
DROP FUNCTION disputes_infoitem_guard();
DROP TRIGGER disputes_redaction_kept ON disputes_redaction;
DROP FUNCTION disputes_redaction_guard();
"""
KEPT = ("disputes_redaction", "disputes_inforequest", "disputes_infoitem")
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
    dependencies = [("disputes", "0022_letter_texts")]
    operations = [
        migrations.RunSQL(_guard(OLD + MORE, more=RULED), _guard(OLD)),
        migrations.RunSQL(ROOM, NO_ROOM),
        migrations.RunSQL(LOGS, NO_LOGS),
    ]
