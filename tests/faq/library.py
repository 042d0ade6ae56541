"""Articles for the tests, made by the operations an editor uses."""

from faq.models import Article, Subject
from faq.operations import publishing
from faq.operations.publishing import Text


def article(
    cast, slug, *, zh=None, en=None, subject="deposits-withdrawals", publish=True, internal=False
) -> Article:
    """`zh` and `en` are (title, body); published unless told otherwise."""
    texts = {
        language: Text.clean(words[0], "", words[1])
        for language, words in (("zh-hans", zh), ("en", en))
        if words
    }
    made = publishing.create(
        by=cast.faye, subject=Subject.objects.get(slug=subject), slug=slug, texts=texts, internal=internal
    )
    return publishing.publish(made, by=cast.faye) if publish else made
