"""The page behind the link of an invitation, and a person's page of her agencies."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.invitations import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("invitacion/<str:secret>/", views.invitation, name="invitation"),
    path("mi-aprendizaje/instituciones/", views.my_agencies, name="my_agencies"),
    path("mi-codigo/", views.joining_code, name="joining_code"),
    path(
        "mi-aprendizaje/instituciones/<int:membership_id>/salir/",
        views.leave,
        name="leave_agency",
    ),
]
