"""Addresses of `lms.learning`."""

from django.urls import URLPattern, URLResolver, include, path

from lms.learning.views import courses

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/inscripcion/<uuid:course_key>/", courses.enrol, name="enrol"),
    path("mi-aprendizaje/leccion/<uuid:lesson_key>/", courses.finish, name="finish_lesson"),
    path("", include("lms.learning.attempts.urls")),
    path("", include("lms.learning.cases.urls")),
]
