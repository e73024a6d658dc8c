"""Addresses of this part: neutral, because they stay in histories."""

from django.urls import URLPattern, URLResolver, path

from lms.accounts.care import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("ayuda/contacto/", views.care_page, name="care"),
    path("ayuda/pedidos/", views.requests_list, name="care_requests"),
    path("ayuda/pedidos/<int:wish_id>/", views.request_page, name="care_request"),
]
