from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "helpdesk.realtime"
    label = "realtime"

    def ready(self) -> None:
        """Everybody may listen to what concerns themselves."""
        from . import topics

        topics.guard("person")(lambda person, rest: str(person.pk) == rest)
