from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import STAFF, TICKET_STAFF, Density, Role, Theme

# Who is reading may not have to know who somebody is: then this says what they are called instead.
_called: ContextVar["Callable[[Person], str] | None"] = ContextVar("called", default=None)


@contextmanager
def called(names: "Callable[[Person], str] | None") -> "Iterator[None]":
    """People are called by these names inside (an empty one: their own), or by their own with None."""
    before = _called.set(names)
    try:
        yield
    finally:
        _called.reset(before)


def call(names: "Callable[[Person], str] | None") -> None:
    """The same from here to the end of the surrounding `called`."""
    _called.set(names)


def veiled() -> bool:
    """Whether people have other names here than their own."""
    return _called.get() is not None


class PersonQuerySet(models.QuerySet["Person"]):
    def with_role(self, *roles: Role) -> "PersonQuerySet":
        """Active people who hold at least one of the roles."""
        return self.filter(is_active=True, roles__overlap=[str(role) for role in roles])

    def by_email(self, email: str) -> "PersonQuerySet":
        """The account of an address, whatever its capitals."""
        # Lower() as in the unique constraint: its index answers, which iexact (UPPER) would not use.
        return self.alias(lower=Lower("email")).filter(lower=email.strip().lower())


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """A new account; the address is stored in lower case."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """An administrator of the installation; sees no case content by that."""
        return self.create_user(
            email, password, **{"roles": [Role.ADMIN], "is_superuser": True, "name": "Admin"} | fields
        )


class Person(AbstractBaseUser, PermissionsMixin):
    """Anyone with an account: a trader, or staff with one or more roles."""

    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"), max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=12, choices=Density, default=Density.COMPACT)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), default=list, verbose_name=_("roles"))
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    undo_seconds = models.PositiveSmallIntegerField(_("undo window"), default=10)
    is_active = models.BooleanField(_("active"), default=True)
    # For staff alone: it is never shown to the person and leaves no program's interface.
    needs_care = models.BooleanField(
        _("needs particular care"),
        default=False,
        db_default=False,
        help_text=_("A vulnerable customer or a minor: tickets start one priority higher."),
    )
    date_joined = models.DateTimeField(default=timezone.now)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_person_email_unique"),
            # Who is from outside is not of the house: neutrality that a second role would end.
            models.CheckConstraint(
                name="accounts_person_inside_or_outside",
                condition=~(
                    models.Q(roles__contains=[Role.EXTERNAL_MEDIATOR.value])
                    & models.Q(roles__overlap=sorted(role.value for role in STAFF))
                ),
            ),
        ]
        indexes = [GinIndex(fields=["roles"], name="accounts_person_roles")]

    def __str__(self) -> str:
        """What they are called to whoever is reading: every page and letter speaks of people by this."""
        names = _called.get()
        return (names(self) if names else "") or self.own_name

    @property
    def own_name(self) -> str:
        """Their name, whoever reads."""
        return self.name or self.email.partition("@")[0]

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds at least one of the roles."""
        return self.is_active and any(str(role) in self.roles for role in roles)

    @property
    def works_here(self) -> bool:
        """Staff of the house, whatever the role."""
        return self.has_role(*STAFF)

    @property
    def role_names(self) -> list[str]:
        """The roles in words."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def has_desk(self) -> bool:
        """Whether work for them lies in the desk: staff, and mediators from outside with their cases."""
        return self.works_here or self.has_role(Role.EXTERNAL_MEDIATOR)

    @property
    def reads_tickets(self) -> bool:
        """Staff whose role lets them read tickets."""
        return self.has_role(*TICKET_STAFF)

    @property
    def is_agent(self) -> bool:
        """May answer tickets."""
        return self.has_role(Role.AGENT, Role.SUPERVISOR, Role.HANDLER)

    @property
    def is_supervisor(self) -> bool:
        return self.has_role(Role.SUPERVISOR)

    @property
    def is_staff(self) -> bool:
        """Django's word for "may open the raw configuration"."""
        return self.has_role(Role.ADMIN)

    @property
    def initials(self) -> str:
        """One Chinese sign or two Latin letters, for the round picture."""
        name = str(self)
        if any("\u4e00" <= sign <= "\u9fff" for sign in name):
            return name[-1]
        words = name.split()
        return (words[0][:1] + words[1][:1] if len(words) > 1 else name[:2]).upper()


Visitor = Person | AnonymousUser


class SignedIn(HttpRequest):
    """A request behind `login_required`: the user is known."""

    user: Person
