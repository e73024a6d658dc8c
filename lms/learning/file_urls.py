"""Addresses that have no language."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.views import files

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "archivo/<uuid:page_key>/<str:kind>/<int:object_id>/",
        files.lesson_file,
        name="lesson_file",
    ),
    path("media/<path:path>", files.media, name="media"),
]
