"""Addresses for other people's software: the same in every language."""

from django.urls import URLPattern, URLResolver, path

from certificates.publishing import views

urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/did.json", views.did_json, name="did_json"),
    path(".well-known/jwks.json", views.jwks_json, name="jwks_json"),
    path("ob/keys/<str:name>", views.key_json, name="key_json"),
    path("ob/status/<int:number>", views.status_list, name="status_list"),
    path("ob/achievements/<str:name>", views.achievement, name="achievement"),
    path("v/<str:code>/credential.json", views.credential_json, name="credential_json"),
    path("v/<str:code>/credential.jwt", views.credential_jwt, name="credential_jwt"),
]
