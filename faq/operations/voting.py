"""Whether an article helped."""

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..models import Article, Vote


@transaction.atomic
def vote(
    article: Article,
    *,
    helpful: bool,
    language: str,
    person: Person | None,
    browser: str = "",
    reason: str = "",
    comment: str = "",
) -> Vote:
    """Count one opinion per person or browser; saying something else later replaces it."""
    article = hold(article)
    words = {
        "language": language,
        "helpful": helpful,
        "reason": "" if helpful else reason,
        "comment": one_line(comment)[:500],
        "cast_at": clock.now(),
    }
    who = {"person": person} if person else {"person": None, "browser": browser}
    cast, _ = Vote.objects.update_or_create(article=article, **who, defaults=words)
    counts = article.votes.aggregate(yes=Count("pk", filter=Q(helpful=True)), all=Count("pk"))
    article.helpful, article.unhelpful = counts["yes"], counts["all"] - counts["yes"]
    article.save(update_fields=["helpful", "unhelpful"])
    record(
        "article.voted", subject=f"article:{article.slug}", actor=person, helpful=helpful, reason=cast.reason
    )
    return cast
