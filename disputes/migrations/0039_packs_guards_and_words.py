"""What guards the new columns, the words of the new letters, and the countries of the bodies we know of.

A letter's words get a new version by the product itself. Where somebody of the house has published their own
words for the platform's answer, the section that every answer needs from now on is put at their end.
"""

from pathlib import Path

from django.db import migrations
from django.db.models import F
from django.utils import timezone

TEXTS = Path(__file__).resolve().parents[1] / "data" / "letters" / "second"
COUNTRIES = {"uk-fos": "GB", "cy-fo": "CY", "au-afca": "AU", "ae-vara": "AE"}
SECTIONS = {
    "en": "# What we changed so that it does not happen again\n\n{{measures}}",
    "zh-hans": "# 为避免再次发生，我们做了哪些改变\n\n{{measures}}",
}
GUARDS = """
-- An answer goes out with what was changed, or why nothing had to; those that are out stay as they are.
CREATE FUNCTION disputes_answer_says_what_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'response' AND NEW.issued_at IS NOT NULL AND (NEW.measure = '' OR btrim(NEW.measures) = '') THEN
        RAISE EXCEPTION 'an answer says what was changed so that it does not happen again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disputes_answer_says_what_changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_answer_says_what_changed BEFORE INSERT OR UPDATE OF issued_at ON disputes_decision
    FOR EACH ROW EXECUTE FUNCTION disputes_answer_says_what_changed();

-- What was handed over, and what exactly, is never changed; only what people wrote can be erased with the case.
CREATE FUNCTION disputes_pack_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR (OLD.sha256 <> '' AND (NEW.sha256, NEW.size, NEW.storage_key)
           IS DISTINCT FROM (OLD.sha256, OLD.size, OLD.storage_key))
       OR (OLD.handed_at IS NOT NULL AND (NEW.handed_at, NEW.handed_on, NEW.handed_by_id)
           IS DISTINCT FROM (OLD.handed_at, OLD.handed_on, OLD.handed_by_id))
       OR (NEW.dispute_id, NEW.number, NEW.made_at, NEW.made_by_id, NEW.body_id)
           IS DISTINCT FROM (OLD.dispute_id, OLD.number, OLD.made_at, OLD.made_by_id, OLD.body_id) THEN
        RAISE EXCEPTION 'disputes_externalpack: what was handed over is kept'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disputes_pack_kept BEFORE UPDATE OR DELETE ON disputes_externalpack
    FOR EACH ROW EXECUTE FUNCTION disputes_pack_kept();
CREATE TRIGGER disputes_pack_no_truncate BEFORE TRUNCATE ON disputes_externalpack
    FOR EACH STATEMENT EXECUTE FUNCTION helpdesk_append_only();
"""
NO_GUARDS = """
DROP TRIGGER disputes_pack_no_truncate ON disputes_externalpack;
DROP TRIGGER disputes_pack_kept ON disputes_externalpack;
DROP FUNCTION disputes_pack_kept();
DROP TRIGGER disputes_answer_says_what_changed ON disputes_decision;
DROP FUNCTION disputes_answer_says_what_changed();
"""


def load(apps, schema_editor):
    LetterTemplate = apps.get_model("disputes", "LetterTemplate")
    for path in sorted(TEXTS.glob("*.txt")):
        kind, language = path.stem.split(".")
        subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        rows = LetterTemplate.objects.filter(kind=kind, language=language)
        standing = rows.exclude(published_at=None).order_by("-number").first()
        if standing is not None and standing.author_id is not None:
            # Their own words stay. Only the platform's answer cannot do without the new section.
            if kind != "answer" or "{{measures}}" in standing.body.replace(" ", ""):
                continue
            subject, body = standing.subject, f"{standing.body}\n\n{SECTIONS[language]}"
        # A draft somebody is writing keeps its place behind what is published.
        number = (standing.number if standing else 0) + 1
        rows.filter(published_at=None).update(number=F("number") + 1)
        LetterTemplate.objects.create(
            kind=kind,
            language=language,
            number=number,
            subject=subject.strip(),
            body=body.strip(),
            published_at=timezone.now(),
        )


def name_countries(apps, schema_editor):
    ExternalBody = apps.get_model("disputes", "ExternalBody")
    for code, country in COUNTRIES.items():
        ExternalBody.objects.filter(code=code, country="").update(country=country)


class Migration(migrations.Migration):
    dependencies = [("disputes", "0038_packs_and_measures")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(name_countries, migrations.RunPython.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
