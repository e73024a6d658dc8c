"""Addresses of the indicators, below those of the agency."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.indicators import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("indicadores/", views.page, name="agency_indicators"),
    path("indicadores/nuevo/", views.define, name="agency_indicator_define"),
    path("indicadores/indicadores.<slug:kind>", views.file, name="agency_indicators_file"),
    path("indicadores/<int:indicator_id>/", views.redefine, name="agency_indicator"),
    path("indicadores/<int:indicator_id>/cifra/", views.enter, name="agency_indicator_value"),
    path("indicadores/<int:indicator_id>/terminar/", views.end, name="agency_indicator_end"),
]
