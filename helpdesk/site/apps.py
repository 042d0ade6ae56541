from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "helpdesk.site"
    label = "helpdesk_site"
