"""Chinese letters say that the last day itself counts: the clocks end at its last second, as the English says.

A version of the product's own words follows them. Where somebody of the house has published their own, or the
product has put theirs together with a section it needs, they stay.
"""

from pathlib import Path

from django.db import migrations
from django.db.models import F
from django.utils import timezone

TEXTS = Path(__file__).resolve().parents[1] / "data" / "letters"


def words(path):
    subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    return subject.strip(), body.strip()


def load(apps, schema_editor):
    LetterTemplate = apps.get_model("disputes", "LetterTemplate")
    for path in sorted((TEXTS / "third").glob("*.txt")):
        kind, language = path.stem.split(".")
        before = next(old for old in (TEXTS / "second" / path.name, TEXTS / path.name) if old.exists())
        rows = LetterTemplate.objects.filter(kind=kind, language=language)
        standing = rows.exclude(published_at=None).order_by("-number").first()
        if standing is None or (standing.subject, standing.body) != words(before):
            continue
        # A draft somebody is writing keeps its place behind what is published.
        rows.filter(published_at=None).update(number=F("number") + 1)
        subject, body = words(path)
        LetterTemplate.objects.create(
            kind=kind,
            language=language,
            number=standing.number + 1,
            subject=subject,
            body=body,
            published_at=timezone.now(),
        )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0040_named_as_proved")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
