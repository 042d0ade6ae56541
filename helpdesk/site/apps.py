from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "helpdesk.site"
    label = "helpdesk_site"

    def ready(self) -> None:
        from helpdesk.api import idempotency
        from helpdesk.timers import sweeps

        sweeps.register("api.forget_answers", idempotency.purge)
