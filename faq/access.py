"""Doors to the help centre. What one may not read does not exist (404)."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from accounts import access as people
from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core.errors import NotFound

from .models import Article, Policy, PolicyVersion, Subject, Translation
from .states import State


def is_editor(person: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the person writes the help centre."""
    return isinstance(person, Person) and person.has_role(Role.EDITOR)


def require_editor(person: Visitor) -> Person:
    """The person, if they are an editor; otherwise there is nothing here (404)."""
    return people.require(person, Role.EDITOR)


def subject_for(slug: str) -> Subject:
    """One of the nine subjects."""
    if (subject := Subject.objects.filter(slug=slug).first()) is None:
        raise NotFound
    return subject


def article_for(person: Visitor, slug: str) -> Article:
    """An article this person may read, also by an address it once had."""
    readable = Article.objects.visible_to(person).select_related("subject", "author")
    article = readable.filter(slug=slug).first()
    if article is None:
        article = readable.filter(former_addresses__slug=slug).first()
    if article is None:
        raise NotFound
    return article


def article_to_read(person: Visitor, slug: str) -> Article:
    """An article as the help centre shows it: published, with its live texts; the same to editors."""
    live = Translation.objects.readable_by(person).defer("search", "plain")
    readable = Article.objects.filter(state=State.PUBLISHED).visible_to(person).select_related("subject")
    article = readable.prefetch_related(Prefetch("translations", queryset=live)).filter(slug=slug).first()
    if article is None or not article.translations.all():
        raise NotFound
    return article


def article_to_edit(person: Visitor, pk: int) -> Article:
    """An article by its number, for editors alone."""
    require_editor(person)
    article = Article.objects.select_related("subject", "author").filter(pk=pk).first()
    if article is None:
        raise NotFound
    return article


def policy_for(slug: str) -> Policy:
    """A policy that has been published at least once."""
    policy = Policy.objects.filter(slug=slug, versions__isnull=False).first()
    if policy is None:
        raise NotFound
    return policy


def policy_version_for(slug: str, number: int) -> PolicyVersion:
    """One version of a policy; all of them stay public for ever."""
    version = (
        PolicyVersion.objects.filter(policy__slug=slug, number=number)
        .select_related("policy")
        .prefetch_related("texts")
        .first()
    )
    if version is None:
        raise NotFound
    return version
