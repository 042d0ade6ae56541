"""Composition: every address of the product, in one place."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("helpdesk.site.urls")),
    path("", include("helpdesk.ui.urls")),
    path("", include("helpdesk.notify.urls")),
    path("", include("accounts.urls")),
    path("", include("faq.urls")),
    path("", include("tickets.urls")),
    path("", include("disputes.urls")),
    path("", include("helpdesk.realtime.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("helpdesk.site.api_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "helpdesk.site.errors.bad_request"
handler403 = "helpdesk.site.errors.forbidden"
handler404 = "helpdesk.site.errors.not_found"
handler500 = "helpdesk.site.errors.server_error"
