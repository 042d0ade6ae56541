"""The shapes of help articles for programs."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text

from .models import Article, Translation
from .reads.portal import pick, reading_language
from .states import Language


class Filters(StrictSerializer):
    """What a list of articles may be narrowed by."""

    subject = Text(max_length=30, required=False)
    language = serializers.ChoiceField(Language.choices, required=False)
    cursor = serializers.CharField(required=False, allow_blank=True)
    limit = serializers.CharField(required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The address's own parameters, each once."""
        return super().to_internal_value({name: data[name] for name in data})


class TextOut(serializers.Serializer):
    """An article in one language. `body` is Markdown, `body_html` has been cleaned."""

    language = serializers.ChoiceField(Language.choices)
    title = serializers.CharField()
    summary = serializers.CharField()
    body = serializers.CharField()
    body_html = serializers.CharField()


class ArticleLine(serializers.Serializer):
    """An article as a line of a list, in the language asked for or else in the one there is."""

    slug = serializers.CharField()
    subject = serializers.CharField(source="subject.slug")
    language = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    summary = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    updated_at = serializers.DateTimeField()

    def _text(self, article: Article) -> Translation:
        language = self.context.get("language") or reading_language(get_language())
        return pick(article.translations.all(), language)

    @extend_schema_field(serializers.ChoiceField(Language.choices))
    def get_language(self, article: Article) -> str:
        """Of the title and the summary."""
        return self._text(article).language

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Language.choices)))
    def get_languages(self, article: Article) -> list[str]:
        """All there are."""
        return sorted(text.language for text in article.translations.all())

    def get_title(self, article: Article) -> str:
        """In that language."""
        return self._text(article).title

    def get_summary(self, article: Article) -> str:
        """One sentence."""
        return self._text(article).summary

    def get_url(self, article: Article) -> str:
        """The page for people."""
        return settings.BASE_URL + article.get_absolute_url()


class ArticleOut(ArticleLine):
    """A whole article in all its languages."""

    texts = serializers.SerializerMethodField()

    @extend_schema_field(TextOut(many=True))
    def get_texts(self, article: Article) -> Any:
        """Each language's text."""
        return TextOut(article.translations.all(), many=True).data
