from django.apps import AppConfig
from django.conf import settings


class RuntimeConfig(AppConfig):
    name = "helpdesk.runtime"
    label = "runtime"

    def ready(self) -> None:
        """Shared tasks belong to our Celery app in every process; start-up checks are known to Django."""
        from helpdesk import celery, checks  # noqa: F401
        from helpdesk.site import health

        from . import deadletters

        health.register(deadletters.set_aside)
        if settings.SENTRY_DSN:
            import sentry_sdk  # slow to load, and most installations have no use for it

            sentry_sdk.init(
                dsn=settings.SENTRY_DSN,
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
            )
