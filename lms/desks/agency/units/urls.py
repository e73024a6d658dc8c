"""Addresses of the units, below those of the agency."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.units import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("unidades/", views.unit_list, name="agency_units"),
    path("unidades/nueva/", views.unit_add, name="agency_unit_add"),
    path("unidades/lista/", views.unit_paste, name="agency_units_paste"),
    path("unidades/<int:unit_id>/", views.unit_edit, name="agency_unit"),
    path("unidades/<int:unit_id>/cerrar/", views.unit_close, name="agency_unit_close"),
    path("unidades/<int:unit_id>/abrir/", views.unit_reopen, name="agency_unit_reopen"),
]
