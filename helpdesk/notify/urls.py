"""Addresses of the bell and of the demonstration's outgoing mail."""

from django.urls import path

from . import views

urlpatterns = [
    path("me/notifications/", views.notifications, name="notifications"),
    path("me/notifications/bell/", views.bell_fragment, name="notifications_bell"),
    path("me/notifications/read/", views.read_all_notifications, name="notifications_read_all"),
    path("me/notifications/preferences/", views.notification_preferences, name="notification_preferences"),
    path("me/notifications/<int:pk>/", views.open_notification, name="notification_open"),
    path("me/notifications/<int:pk>/read/", views.read_notification, name="notification_read"),
    path("demo/mail/", views.demo_mail, name="demo_mail"),
    path("demo/mail/<int:pk>/", views.demo_mail_one, name="demo_mail_one"),
    path("demo/mail/<int:pk>/html/", views.demo_mail_html, name="demo_mail_html"),
]
