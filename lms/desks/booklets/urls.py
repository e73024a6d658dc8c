"""Addresses of what a trainer takes into a room."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.booklets import views

ONE = "ensenar/modulos/<uuid:module_key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ONE}guia/", views.trainer_guide, name="trainer_guide"),
    path(f"{ONE}cuaderno/", views.module_booklet, name="module_booklet"),
]
