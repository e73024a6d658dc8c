"""Addresses of `courses.library`."""

from django.urls import URLPattern, URLResolver, path

from courses.library import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.library, name="library"),
    path("normas/", views.shelf, {"name": "norms"}, name="library_norms"),
    path("servicios/", views.shelf, {"name": "services"}, name="library_services"),
    path("cifras/", views.shelf, {"name": "figures"}, name="library_figures"),
    path("fichas/", views.shelf, {"name": "cards"}, name="library_cards"),
    path("fichas/<slug:card_key>/", views.card, name="library_card"),
]
