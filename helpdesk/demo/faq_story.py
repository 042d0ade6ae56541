"""The help centre of the demo story: articles and policies from `data/`, written through the operations.

`tell(editor, at=…)` writes them as if the editor had worked over the months before `at`.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from accounts.models import Person
from faq.models import Article, Policy, Subject
from faq.operations import policies, publishing, searching, voting
from faq.operations.publishing import Text
from helpdesk.core import clock

DATA = Path(__file__).resolve().parent / "data"
_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_LANGUAGE = re.compile(r"^# (zh-hans|en): (.+)$", re.M)
_MISSES = [("跟单交易怎么停止", "zh-hans", 7), ("staking rewards", "en", 4), ("税务证明", "zh-hans", 3)]


def tell(editor: Person, *, at: datetime, voters: list[Person] | None = None) -> list[Article]:
    """Write every policy and article of the data folder; articles that exist already are left alone."""
    for folder in sorted((DATA / "policies").iterdir()):
        _policy(editor, folder)
    known = set(Article.objects.values_list("slug", flat=True))
    files = [file for file in sorted((DATA / "articles").glob("*/*.md")) if file.stem not in known]
    written = [
        _article(editor, file, at=at - timedelta(days=150 - 2 * number)) for number, file in enumerate(files)
    ]
    with clock.at(at):
        _opinions(written, voters or [])
    for asked, language, times in _MISSES if written else []:
        for _ in range(times):
            searching.note_miss(asked, language=language, at=at)
    return written


def _article(editor: Person, file: Path, *, at: datetime) -> Article:
    head, texts = read(file)
    with clock.at(at):
        article = publishing.create(
            by=editor,
            subject=Subject.objects.get(slug=file.parent.name),
            slug=file.stem,
            texts=texts,
            position=int(head["position"]),
            internal=head["internal"] == "yes",
            review_by=(at + timedelta(days=365)).date(),
        )
    if head["state"] == "published":
        with clock.at(at + timedelta(hours=3)):
            article = publishing.publish(article, by=editor)
    return article


def _policy(editor: Person, folder: Path) -> None:
    order = ["terms", "complaints-and-disputes", "risk-disclosure"]
    policy = Policy.objects.filter(slug=folder.name).first()
    if policy is None:
        position = 10 * order.index(folder.name) if folder.name in order else 100
        policy = policies.create(by=editor, slug=folder.name, position=position)
    for file in sorted(folder.glob("*.md"))[policy.versions.count() :]:
        head, texts = read(file)
        effective = datetime.fromisoformat(head["effective"]).replace(tzinfo=UTC)
        bodies = {language: (text.title, text.body) for language, text in texts.items()}
        with clock.at(effective - timedelta(days=14)):
            policies.publish_version(policy, by=editor, effective_at=effective, texts=bodies)


def _opinions(articles: list[Article], voters: list[Person]) -> None:
    """Some votes: most helped, a few say what was missing."""
    for number, article in enumerate(article for article in articles if article.is_open):
        for place, voter in enumerate(voters):
            if (number * 7 + place * 3) % 5 == 0:
                continue
            helpful = (number + place * 2) % 4 != 0
            voting.vote(
                article,
                helpful=helpful,
                language=voter.language,
                person=voter,
                reason="" if helpful else "incomplete",
            )


def read(file: Path) -> tuple[dict[str, str], dict[str, Text]]:
    """A data file: `key: value` lines between `---`, then `# language: title`, `> summary`, the text."""
    whole = file.read_text(encoding="utf-8")
    found = _HEAD.match(whole)
    if found is None:
        raise ValueError(f"{file.name} has no head")
    head = dict(line.split(": ", 1) for line in found.group(1).splitlines())
    parts = _LANGUAGE.split(whole[found.end() :])[1:]
    texts = {}
    for language, title, rest in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        body, summary = rest.strip(), ""
        if body.startswith("> "):
            summary, _, body = body[2:].partition("\n")
        texts[language] = Text.clean(title, summary, body)
    return head, texts
