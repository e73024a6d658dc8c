"""Addresses of `courses`."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from courses import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("caso-real/", views.real_case, name="real_case"),
    path("lineas/", views.helplines_card, name="helplines_card"),
    path("glosario/", views.glossary_page, name="glossary"),
    path("biblioteca/", include("courses.library.urls")),
    re_path(r"^(cursos/(?:[\w\-]+/)*)$", views.course_path, name="course_path"),
]
