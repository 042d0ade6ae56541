from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "helpdesk.search"
    label = "search"
