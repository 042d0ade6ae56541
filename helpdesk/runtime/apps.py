from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "helpdesk.runtime"
    label = "runtime"
