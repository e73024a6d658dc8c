"""Addresses below `/agencia/`."""

from django.urls import URLPattern, URLResolver, include, path

from lms.desks.agency import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.desk, name="agency_desk"),
    path("<int:agency_id>/", views.home, name="agency_home"),
    path("<int:agency_id>/comprobar/", views.check_list, name="agency_check"),
    path("<int:agency_id>/certificados/", views.shared, name="agency_shared"),
    path(
        "<int:agency_id>/certificados/<int:share_id>/certificado.pdf",
        views.shared_pdf,
        name="agency_shared_pdf",
    ),
    path("<int:agency_id>/", include("lms.desks.agency.staff.urls")),
    path("<int:agency_id>/", include("lms.desks.agency.sheets.urls")),
    path("<int:agency_id>/", include("lms.desks.agency.coverage.urls")),
    path("<int:agency_id>/", include("lms.desks.agency.indicators.urls")),
    path("<int:agency_id>/", include("lms.desks.agency.units.urls")),
    path("<int:agency_id>/", include("lms.desks.agency.codes.urls")),
    path("<int:agency_id>/llaves/", views.keys, name="agency_keys"),
    path("<int:agency_id>/llaves/nueva/", views.key_add, name="agency_key_add"),
    path("<int:agency_id>/llaves/<int:token_id>/terminar/", views.key_end, name="agency_key_end"),
]
