from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from helpdesk.realtime import topics
        from helpdesk.timers import sweeps
        from helpdesk.ui import navigation

        from . import access, notices, subscribers  # noqa: F401
        from .operations import applying, canary, conversation, sweeping

        sweeps.register("tickets.promises", sweeping.answers_then_promises)
        sweeps.register("tickets.release", conversation.release_due)
        sweeps.register("tickets.rollouts", applying.walk_rollouts)
        sweeps.register("tickets.canary", canary.fly)
        topics.guard("ticket")(access.may_watch)
        topics.guard("queue")(access.may_watch_queue)
        navigation.register(
            "desk", _("Queue"), "tickets:queue", "inbox", allowed=access.may_read_queue, order=10
        )
        navigation.register(
            "desk", _("Live board"), "tickets:board", "gauge", allowed=access.may_watch_board, order=5
        )
        navigation.register(
            "desk", _("Settings"), "tickets:settings", "settings", allowed=access.may_set_up, order=80
        )
        navigation.register(
            "portal", _("My tickets"), "tickets:tickets", "inbox", allowed=access.is_known, order=20
        )
