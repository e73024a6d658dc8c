"""Addresses that have no language."""

from django.urls import URLPattern, URLResolver, path

from certificates.api import api, api_docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/docs", api_docs, name="api_docs"),
    path("api/v1/", api.urls),
]
