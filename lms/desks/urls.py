"""Addresses of `lms.desks`."""

from django.urls import URLPattern, URLResolver, path

from lms.desks import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/", views.my_learning_page, name="my_learning"),
    path("ensenar/", views.trainer_desk, name="trainer_desk"),
]
