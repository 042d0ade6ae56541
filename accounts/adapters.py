"""The seam to allauth: its mails go through our outbox, its links carry our own address."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import LoginStage
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from helpdesk.notify import send

from . import access
from .models import Person
from .states import FACTOR_STAGE

_SIGNED_IN = "account/messages/logged_in.txt"
_PLAIN = (str, int, bool, datetime)


class AccountAdapter(DefaultAccountAdapter):
    """Nothing is sent inside a request, so a known and an unknown address cost the same time."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail to the outbox as a notice of the kind `account.<template>`."""
        kind = f"account.{template_prefix.rpartition('/')[2]}"
        owner = context.get("user")
        person = owner if isinstance(owner, Person) else None
        values = {key: self._own(value) for key, value in context.items() if isinstance(value, _PLAIN)}
        send.mail_to_address(
            kind,
            email,
            person.language if person else get_language() or settings.LANGUAGE_CODE,
            f"{kind}:{uuid4().hex}",
            values | {"email": email, "name": str(person) if person else ""},
        )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        """What allauth has to say, except who signed in: every page shows that, in the person's language."""
        if message_template != _SIGNED_IN:
            super().add_message(request, level, message_template, *args, **more)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever works in the desk begins there; everybody else at the front page."""
        person = request.user
        if isinstance(person, Person) and person.has_desk:
            return reverse("desk")
        return super().get_login_redirect_url(request)

    def get_login_stages(self) -> list[str]:
        """Whatever way a sign-in comes, the second factor is asked for last."""
        return [*super().get_login_stages(), "accounts.adapters.FactorStage"]

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner; and work as long as storing a new password takes."""
        make_password("the same work as for a new account")
        super().send_account_already_exists_mail(email)

    def _own(self, value: Any) -> Any:
        """Links built from the request's Host header start at our configured address instead."""
        request = allauth_context.request
        if not isinstance(value, str) or request is None:
            return value
        here = request.build_absolute_uri("/")
        return settings.BASE_URL + "/" + value.removeprefix(here) if value.startswith(here) else value


class FactorStage(LoginStage):
    """A sign-in of somebody with a second factor waits for its code."""

    key, urlname = FACTOR_STAGE, "factor_code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """To the page that asks, unless there is nothing to ask for."""
        person = self.login.user
        if not isinstance(person, Person) or not access.has_factor(person):
            return None, True
        return redirect("factor_code"), True
