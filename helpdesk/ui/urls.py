from django.urls import path

from . import views

urlpatterns = [path("icons.svg", views.icons, name="icons")]
