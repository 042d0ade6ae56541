"""The first version of every letter in both languages; the operator's own versions follow it."""

from pathlib import Path

from django.db import migrations
from django.utils import timezone

TEXTS = Path(__file__).resolve().parents[1] / "data" / "letters"


def load(apps, schema_editor):
    LetterTemplate = apps.get_model("disputes", "LetterTemplate")
    for path in sorted(TEXTS.glob("*.txt")):
        kind, language = path.stem.split(".")
        subject, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        LetterTemplate.objects.create(
            kind=kind,
            language=language,
            number=1,
            subject=subject.strip(),
            body=body.strip(),
            published_at=timezone.now(),
        )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0021_letter_guards")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
