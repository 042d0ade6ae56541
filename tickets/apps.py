from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self) -> None:
        from helpdesk.realtime import topics
        from helpdesk.timers import sweeps

        from . import access, notices, subscribers  # noqa: F401
        from .operations import breaches, conversation

        sweeps.register("tickets.promises", breaches.break_due)
        sweeps.register("tickets.release", conversation.release_due)
        topics.guard("ticket")(access.may_watch)
        topics.guard("queue")(access.may_watch_queue)
