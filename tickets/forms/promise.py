"""The question “what would a ticket filed at … promise?”, as its page sends it."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotFound

from .. import access
from ..models import Category
from ..states import Channel, Priority

LANGUAGES = ("en", "zh-hans")


class PromiseForm:
    """The facts of a ticket that does not exist, and the moment; `complete` when they can be answered."""

    def __init__(self, now: datetime) -> None:
        self.at = timezone.localtime(now).replace(second=0, microsecond=0)
        self.category: Category | None = None
        self.priority, self.channel, self.language = "", str(Channel.WEB), "en"
        self.tier = self.entity = ""
        self.errors: list[str] = []

    @classmethod
    def typed(cls, data: QueryDict, now: datetime) -> "PromiseForm":
        """As the address says it; what is missing has its usual value."""
        form = cls(now)
        form.priority = _one_of(data.get("priority"), Priority.values, "")
        form.channel = _one_of(data.get("channel"), Channel.values, str(Channel.WEB))
        form.language = _one_of(data.get("language"), LANGUAGES, "en")
        form.tier, form.entity = str(data.get("tier", "")).strip()[:20], str(data.get("entity", ""))[:20]
        if code := str(data.get("category", "")):
            try:
                form.category = access.category(code[:20])
            except NotFound:
                form.errors.append(_("There is no such category."))
        if text := str(data.get("at", "")):
            form._moment(text[:32])
        return form

    def _moment(self, text: str) -> None:
        """A moment on the viewer's clock."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.errors.append(_("Give a date and a time, such as 2026-02-17 09:00."))
            return
        if not 2000 <= moment.year <= 2100:
            self.errors.append(_("Give a date between 2000 and 2100."))
        elif moment.tzinfo is None:
            self.at = moment.replace(tzinfo=timezone.get_current_timezone())
        else:
            self.at = timezone.localtime(moment)

    @property
    def complete(self) -> bool:
        return self.category is not None and not self.errors

    @property
    def at_value(self) -> str:
        """For a field of type datetime-local."""
        return f"{self.at:%Y-%m-%dT%H:%M}"

    def facts(self) -> dict[str, Any]:
        """What the question is about."""
        names = ("category", "priority", "channel", "language", "tier", "entity")
        return {name: getattr(self, name) for name in names}


def _one_of(value: Any, known: Any, usual: str) -> str:
    return str(value) if value in known else usual
