"""Addresses of the import of people, below an agency's."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.sheets import views

ONE = "importar/<int:import_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("importar/", views.imports, name="agency_imports"),
    path("importar/plantilla.<slug:extension>", views.template, name="agency_template"),
    path(ONE, views.one_import, name="agency_import"),
    path(f"{ONE}corregir/", views.correct, name="agency_import_correct"),
    path(f"{ONE}ceros/", views.zeros, name="agency_import_zeros"),
    path(f"{ONE}reponer/", views.put_back, name="agency_import_put_back"),
    path(f"{ONE}confirmar/", views.confirm, name="agency_import_confirm"),
    path(f"{ONE}descartar/", views.drop, name="agency_import_drop"),
    path(f"{ONE}seguir/", views.retry, name="agency_import_retry"),
    path(f"{ONE}no-importadas.<slug:extension>", views.report, name="agency_import_report"),
]
