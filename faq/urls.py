"""Addresses of the help centre, the policies and the editors' desk."""

from django.urls import path

from .views import desk, policies, portal

app_name = "faq"
urlpatterns = [
    path("help/", portal.home, name="home"),
    path("help/search/", portal.search, name="search"),
    path("help/suggest/", portal.suggest, name="suggest"),
    path("help/<slug:slug>/", portal.subject, name="subject"),
    path("help/<slug:subject>/<slug:slug>/", portal.article, name="article"),
    path("help/<slug:subject>/<slug:slug>/vote/", portal.vote, name="vote"),
    path("policies/", policies.index, name="policies"),
    path("policies/<slug:slug>/", policies.current, name="policy"),
    path("policies/<slug:slug>/<int:number>/", policies.version, name="policy_version"),
    path("desk/help/", desk.index, name="desk_list"),
    path("desk/help/new/", desk.new, name="desk_new"),
    path("desk/help/preview/", desk.preview, name="desk_preview"),
    path("desk/help/<int:pk>/", desk.edit, name="desk_edit"),
    path("desk/help/<int:pk>/revisions/", desk.revisions, name="desk_revisions"),
    path("desk/help/<int:pk>/restore/", desk.restore, name="desk_restore"),
    path("desk/help/<int:pk>/move/", desk.move, name="desk_move"),
]
