from django.urls import path

from .views import own, people

urlpatterns = [
    path("language/", own.language, name="language"),
    path("theme/", own.theme, name="theme"),
    path("me/", own.me, name="me"),
    path("me/adjustments/", own.adjustments, name="adjustments"),
    path("me/factor/", own.factor, name="factor"),
    path("me/factor/remove/", own.remove_factor, name="factor_remove"),
    path("accounts/code/", own.factor_code, name="factor_code"),
    path("me/api-keys/", own.api_key_list, name="api_keys"),
    path("me/api-keys/<int:pk>/revoke/", own.revoke_api_key, name="api_key_revoke"),
    path("desk/settings/people/", people.people, name="people"),
    path("desk/settings/people/<int:pk>/", people.roles, name="person_roles"),
    path("desk/settings/roles/<int:pk>/", people.decide, name="roles_decide"),
]
