from django.apps import AppConfig


class FaqConfig(AppConfig):
    name = "faq"

    def ready(self) -> None:
        from . import notices, search  # noqa: F401
