from django.apps import AppConfig
from django.conf import settings


class ChannelsConfig(AppConfig):
    name = "helpdesk.channels"
    label = "channels"

    def ready(self) -> None:
        from . import registry
        from .base import Transport
        from .demo import DemoTransport
        from .email import SmtpTransport

        def by_mail() -> Transport:
            return SmtpTransport() if settings.EMAIL_HOST else DemoTransport()

        registry.register("email", by_mail)
