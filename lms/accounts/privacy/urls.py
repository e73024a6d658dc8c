"""Addresses of this part."""

from django.urls import URLPattern, URLResolver, path

from lms.accounts.privacy import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("autorizaciones/", views.consents, name="consents"),
    path("autorizaciones/luego/", views.consents_later, name="consents_later"),
]
