"""Addresses of `lms.desks`."""

from django.urls import URLPattern, URLResolver, include, path

from lms.desks import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/", views.my_learning_page, name="my_learning"),
    path("ensenar/", views.trainer_desk, name="trainer_desk"),
    path("", include("lms.desks.booklets.urls")),
    path("", include("lms.desks.following.urls")),
    path("", include("lms.desks.invitations.urls")),
    path("", include("lms.desks.paper_codes.urls")),
    path("", include("lms.desks.record.urls")),
    path("", include("lms.desks.leaving.urls")),
    path("", include("lms.desks.reports.urls")),
    path("agencia/", include("lms.desks.agency.urls")),
]
