"""Reading designs."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from certificates.design_content import DesignContent
from certificates.models import (
    Certificate,
    CertificateDesign,
    CertificateDesignVersion,
    CourseDesign,
    DesignPicture,
)


def design_pictures(content: DesignContent) -> Mapping[str, bytes]:
    """Return the pictures of a design as PNG files by their digest."""
    digests = content.pictures()
    if not digests:
        return {}
    rows = DesignPicture.objects.filter(digest__in=digests)
    return {digest: bytes(png) for digest, png in rows.values_list("digest", "content")}


def version_for_course(course_key: UUID) -> CertificateDesignVersion | None:
    """Return the version that a new certificate of a course gets: the course's, else the default."""
    versions = CertificateDesignVersion.objects.all()
    chosen = CourseDesign.objects.filter(course_key=course_key).values("design__live_version")
    return (
        versions.filter(pk__in=chosen).first()
        or versions.filter(pk__in=_default().values("live_version")).first()
    )


def _default() -> QuerySet[CertificateDesign]:
    return CertificateDesign.objects.filter(is_default=True)


def designs_listed() -> QuerySet[CertificateDesign]:
    """Return all designs with what a list shows, the default first."""
    return (
        CertificateDesign.objects.select_related("live_version", "created_by")
        .prefetch_related(Prefetch("courses", CourseDesign.objects.order_by("pk")))
        .order_by("-is_default", "name")
    )


def is_used(version: CertificateDesignVersion) -> bool:
    """Say whether a certificate was made with this version."""
    return Certificate.objects.filter(design_version=version).exists()
