"""Where notices about certificates lead: addresses of ours in their Spanish form."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils import translation

from certificates.models import Certificate
from courses.models import CoursePage, CourseRelease
from courses.page_links import page_url
from courses.texts import languages
from lms.learning.kept_paths import kept_path

AGENCY_PATH = "/agencia/"


def certificate_path(pk: int) -> str:
    """Return the address of a certificate's page for its holder."""
    return kept_path("own_certificate", pk)


def refresher_paths() -> dict[UUID, str]:
    """Return where the certificates of each course are renewed, by the course's key.

    A course that renews another counts for its own certificates too. Only courses that are live
    and whose newest release promises the renewal; of several the one that was made first. Two
    queries.
    """
    pages = list(
        CoursePage.objects.filter(
            live=True, renews__isnull=False, locale__language_code=languages()[0]
        )
        .select_related("renews")
        .order_by("pk")
    )
    promised: dict[UUID, UUID | None] = {}
    keys = [page.translation_key for page in pages]
    for release in CourseRelease.objects.filter(course_key__in=keys).order_by("number"):
        promised[release.course_key] = release.typed_promise.renews
    found: dict[UUID, str] = {}
    with translation.override(settings.LANGUAGE_CODE):
        for page in pages:
            if promised.get(page.translation_key) == page.renews.translation_key:
                path = page_url(page.url_path)
                found.setdefault(page.renews.translation_key, path)
                found[page.translation_key] = path
    return found


def path_to_renewal(certificate: Certificate, refreshers: Mapping[UUID, str]) -> str:
    """Return where a certificate is renewed, else the page of the certificate itself."""
    key = certificate.enrolment.course_key
    return refreshers.get(key) or certificate_path(certificate.pk)
