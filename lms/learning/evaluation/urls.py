"""Addresses of what was learned."""

from django.urls import URLPattern, URLResolver, path

from lms.learning.evaluation import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ensenar/aprendizaje/<uuid:course_key>/", views.learning_gains, name="learning_gains"),
    path("mi-aprendizaje/antes-y-despues/<uuid:course_key>/", views.own_gains, name="own_gains"),
]
