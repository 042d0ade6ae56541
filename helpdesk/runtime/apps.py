from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "helpdesk.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Shared tasks belong to our Celery app in every process; start-up checks are known to Django."""
        from helpdesk import celery, checks  # noqa: F401
        from helpdesk.site import health

        from . import deadletters

        health.register(deadletters.set_aside)
