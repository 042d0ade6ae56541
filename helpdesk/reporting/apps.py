from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "helpdesk.reporting"
    label = "reporting"
