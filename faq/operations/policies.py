"""Policies: each edition is written once, hashed, and never changed."""

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, events, richtext
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines, one_line

from ..errors import TextMissing
from ..events import PolicyPublished
from ..models import Policy, PolicyText, PolicyVersion
from ..states import Language


@transaction.atomic
def create(*, by: Person, slug: str, position: int = 100) -> Policy:
    """Name a policy; it is public from its first version on."""
    policy = Policy.objects.create(slug=slug, position=position)
    record("policy.created", subject=f"policy:{slug}", actor=by)
    return policy


@transaction.atomic
def publish_version(
    policy: Policy,
    *,
    by: Person,
    effective_at: datetime,
    texts: dict[str, tuple[str, str]],
    at: datetime | None = None,
) -> PolicyVersion:
    """Issue the next version in all languages (`{language: (title, body)}`); it binds from `effective_at`."""
    policy = hold(policy)
    clean = {language: (one_line(title), many_lines(body)) for language, (title, body) in texts.items()}
    if set(clean) != set(Language.values) or not all(title and body for title, body in clean.values()):
        raise TextMissing
    last = policy.versions.first()
    version = PolicyVersion.objects.create(
        policy=policy,
        number=last.number + 1 if last else 1,
        effective_at=effective_at,
        published_at=at or clock.now(),
        author=by,
    )
    PolicyText.objects.bulk_create(
        PolicyText(
            version=version,
            language=language,
            title=title,
            body=body,
            body_html=str(richtext.article(body)),
            sha256=fingerprint(title, body),
        )
        for language, (title, body) in clean.items()
    )
    record("policy.version.published", subject=f"policy:{policy.slug}", actor=by, number=version.number)
    events.publish(PolicyPublished(policy.pk, version.pk))
    return version


def fingerprint(title: str, body: str) -> str:
    """SHA-256 over title and body joined by one line feed, UTF-8, in hex."""
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()
