from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "helpdesk.notify"
    label = "notify"
