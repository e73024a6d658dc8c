"""Addresses of this part."""

from django.urls import URLPattern, URLResolver, path

from lms.accounts.codes import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("codigo/", views.paper_code, name="paper_code"),
]
