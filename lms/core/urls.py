"""Addresses of the site's own plain pages."""

from django.urls import URLPattern, URLResolver, path

from lms.core.views import plain_page, style_guide

urlpatterns: list[URLPattern | URLResolver] = [
    path("ayuda/", plain_page, {"name": "help"}, name="help_page"),
    path("privacidad/", plain_page, {"name": "privacy"}, name="privacy_page"),
    path("accesibilidad/", plain_page, {"name": "accessibility"}, name="accessibility_page"),
    path("estilo/", style_guide, name="style_guide"),
]
