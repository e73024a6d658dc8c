"""Addresses of `certificates`."""

from django.urls import URLPattern, URLResolver, include, path

from certificates.api import api_docs
from certificates.views import certificate_pdf

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/docs", api_docs, name="api_docs"),
    path("v/", include("certificates.checking.urls")),
    path("mi-aprendizaje/certificado/<int:pk>/", certificate_pdf, name="certificate_pdf"),
    path("", include("certificates.batches.urls")),
    path("mi-aprendizaje/certificados/", include("certificates.holding.urls")),
]
