"""Addresses that have no language."""

from django.urls import URLPattern, URLResolver, path

from certificates.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]
