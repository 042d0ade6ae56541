from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "helpdesk.notify"
    label = "notify"

    def ready(self) -> None:
        from helpdesk.timers import sweeps

        from . import delivering

        sweeps.register("notify.deliver", delivering.deliver_due)
