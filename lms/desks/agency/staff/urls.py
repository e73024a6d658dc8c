"""Addresses of an agency's people, below `/agencia/<id>/`."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.agency.staff import views

PEOPLE = "personas/"
MEMBER = f"{PEOPLE}<int:membership_id>/"
INVITED = f"{PEOPLE}invitaciones/<int:invitation_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PEOPLE, views.staff, name="agency_staff"),
    path(f"{PEOPLE}lista.<str:kind>", views.staff_download, name="agency_staff_file"),
    path(f"{PEOPLE}invitar/", views.invite_one, name="agency_invite"),
    path(f"{PEOPLE}designar/", views.nominate_chosen, name="agency_nominate"),
    path(MEMBER, views.member, name="agency_member"),
    path(f"{MEMBER}unidad/", views.member_unit, name="agency_member_unit"),
    path(f"{MEMBER}terminar/", views.member_end, name="agency_member_end"),
    path(INVITED, views.invited_person, name="agency_invitation"),
    path(f"{INVITED}enviar/", views.invitation_send, name="agency_invitation_send"),
    path(f"{INVITED}retirar/", views.invitation_take_back, name="agency_invitation_take_back"),
    path(
        "designaciones/<int:place_id>/retirar/",
        views.nomination_withdraw,
        name="agency_nomination_withdraw",
    ),
]
