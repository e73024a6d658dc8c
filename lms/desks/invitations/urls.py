"""The address behind the link of an invitation."""

from django.urls import URLPattern, URLResolver, path

from lms.desks.invitations import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("invitacion/<str:secret>/", views.invitation, name="invitation"),
]
