"""Addresses of the coverage, below those of the agency."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.coverage import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cobertura/", views.page, name="agency_coverage"),
    path("cobertura/cobertura.<slug:kind>", views.file, name="agency_coverage_file"),
]
