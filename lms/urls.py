"""Addresses: wiring only."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from lms.accounts.viewsets import AccountView
from lms.core.views import (
    alive,
    bad_request,
    page_not_found,
    permission_denied,
    ready,
    server_error,
    too_many_requests,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
    path(
        "admin/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="wagtailadmin_login",
    ),
    path("admin/failwhale/", page_not_found),
    # Nothing is made inside these choosers, and Wagtail's views break over a form that is not there.
    re_path(r"^admin/person_chooser/create/$", page_not_found),
    re_path(r"^admin/snippets/choose/\w+/\w+/create/$", page_not_found),
    path("admin/account/", require_admin_access(AccountView.as_view())),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("lms.learning.file_urls")),
    path("", include("certificates.api_urls")),
    path("", include("certificates.publishing.urls")),
    *i18n_patterns(
        path("accounts/", include("lms.accounts.urls")),
        path("", include("lms.accounts.care.urls")),
        path("", include("lms.core.urls")),
        path("", include("courses.urls")),
        path("", include("lms.learning.urls")),
        path("", include("certificates.urls")),
        path("", include("lms.desks.urls")),
        # Wagtail's own login knows neither the second factor nor the limit of attempts.
        path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]

handler400 = bad_request
handler403 = permission_denied
handler404 = page_not_found
handler429 = too_many_requests
handler500 = server_error
