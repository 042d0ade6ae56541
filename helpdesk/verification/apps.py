from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "helpdesk.verification"
    label = "verification"
