from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FaqConfig(AppConfig):
    name = "faq"

    def ready(self) -> None:
        from helpdesk.ui import navigation

        from . import access, notices, search  # noqa: F401

        navigation.register("public", _("Help centre"), "faq:home", "book-open", order=10)
        navigation.register("public", _("Policies"), "faq:policies", "scroll-text", order=40)
        navigation.register("portal", _("Help centre"), "faq:home", "book-open", order=60)
        navigation.register(
            "desk", _("Help centre"), "faq:desk_list", "book-open", allowed=access.is_editor, order=70
        )
