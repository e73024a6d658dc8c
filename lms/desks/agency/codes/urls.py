"""Addresses of the people without an e-mail address, below those of the agency."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.codes import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("codigos/", views.codes_list, name="agency_codes"),
    path("codigos/nueva/", views.account_add, name="agency_account_add"),
    path("codigos/invitar/", views.paper_invite, name="agency_paper_invite"),
    path(
        "codigos/invitar/<int:invitation_id>/", views.paper_code_anew, name="agency_paper_code_anew"
    ),
    path("codigos/hoja/", views.codes_sheet, name="agency_codes_sheet"),
]
