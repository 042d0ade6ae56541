from django.urls import path

from . import views

urlpatterns = [
    path("live/token/", views.token, name="live_token"),
    path("stream/", views.no_stream, name="stream"),
]
