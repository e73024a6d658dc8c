"""Addresses of accounts. Those of allauth that we wrap stand before its own."""

from django.urls import URLPattern, URLResolver, include, path

from lms.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("2fa/authenticate/", views.authenticate, name="mfa_authenticate"),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("sessions/<int:visit_id>/salir/", views.end_one_session, name="end_session"),
    path("perfil/", views.profile, name="profile"),
    path("perfil/documento/", views.profile_document, name="profile_document"),
    path(
        "perfil/documento/borrar/",
        views.clear_profile_document,
        name="clear_profile_document",
    ),
    path("", include("lms.accounts.codes.urls")),
    path("", include("lms.accounts.privacy.urls")),
    path("", include("allauth.urls")),
]
