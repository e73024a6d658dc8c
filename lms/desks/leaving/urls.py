"""Addresses of `lms.desks.leaving`."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.leaving import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("mi-aprendizaje/cerrar-cuenta/", views.close_account, name="close_account"),
    path("mi-aprendizaje/cerrar-cuenta/confirmar/", views.confirm_closing, name="confirm_closing"),
    path("cuenta-cerrada/", views.account_closed, name="account_closed"),
    path("cuenta-cerrada/constancia.txt", views.closing_text, name="closing_text"),
]
