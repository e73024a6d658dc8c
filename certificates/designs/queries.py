"""Reading designs."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

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
    chosen = CourseDesign.objects.filter(course_key=course_key).values("design__live_version")
    default = CertificateDesign.objects.filter(is_default=True).values("live_version")
    found = CertificateDesignVersion.objects.filter(Q(pk__in=chosen) | Q(pk__in=default))
    return found.order_by("design__is_default").first()


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
