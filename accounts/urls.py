from django.urls import path

from . import views

urlpatterns = [
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("me/", views.me, name="me"),
    path("me/adjustments/", views.adjustments, name="adjustments"),
    path("me/factor/", views.factor, name="factor"),
    path("me/factor/remove/", views.remove_factor, name="factor_remove"),
    path("accounts/code/", views.factor_code, name="factor_code"),
    path("me/api-keys/", views.api_key_list, name="api_keys"),
    path("me/api-keys/<int:pk>/revoke/", views.revoke_api_key, name="api_key_revoke"),
]
