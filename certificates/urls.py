"""Addresses of `certificates`."""

from django.urls import URLPattern, URLResolver, include, path

from certificates.views import certificate_pdf, verify, verify_code

urlpatterns: list[URLPattern | URLResolver] = [
    path("v/", verify, name="verify"),
    path("v/<str:code>/", verify_code, name="verify_code"),
    path("mi-aprendizaje/certificado/<int:pk>/", certificate_pdf, name="certificate_pdf"),
    path("", include("certificates.batches.urls")),
    path("mi-aprendizaje/certificados/", include("certificates.holding.urls")),
]
