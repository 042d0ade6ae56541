from .article import Article, Revision, SlugRedirect, Subject, Translation
from .feedback import SearchMiss, Vote
from .policy import Policy, PolicyText, PolicyVersion

__all__ = [
    "Article",
    "Policy",
    "PolicyText",
    "PolicyVersion",
    "Revision",
    "SearchMiss",
    "SlugRedirect",
    "Subject",
    "Translation",
    "Vote",
]
