"""Every address of the API. Here, on the roof, because it puts together what the apps offer."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from accounts.api import resources as accounts
from helpdesk.api.docs import docs
from helpdesk.api.views import Nowhere

urlpatterns = [
    path("docs/", docs, name="api_docs"),
    path(
        "v1/schema/",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api_schema",
    ),
    path("v1/me/", accounts.Me.as_view(), name="api_me"),
    re_path(r"^.*$", Nowhere.as_view()),
]
