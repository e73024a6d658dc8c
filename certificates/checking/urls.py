"""Addresses of the check, below `/v/`; no code has a dot, so none can be taken for a file."""

from django.urls import URLPattern, URLResolver, path

from certificates.checking.views.codes import verify_code
from certificates.checking.views.offline import offline_data, offline_page, worker
from certificates.checking.views.start import verify

urlpatterns: list[URLPattern | URLResolver] = [
    path("", verify, name="verify"),
    path("sw.js", worker, name="check_worker"),
    path("sin-red.json", offline_data, name="check_offline_data"),
    path("sin-red.html", offline_page, name="check_offline_page"),
    path("<str:code>/", verify_code, name="verify_code"),
]
