"""Facts about the help centre that others act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ArticlePublished:
    """An article's text as everyone reads it has changed."""

    article_id: int


@dataclass(frozen=True)
class PolicyPublished:
    """A policy has a new version; it binds from `effective_at` on."""

    policy_id: int
    version_id: int
