"""Designs of certificates: versions that are frozen by use, like those of questions."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.design_content import DesignContent


class CertificateDesign(models.Model):
    """How certificates look; which course uses it is said by `CourseDesign`."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    live_version = models.OneToOneField(
        "CertificateDesignVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version in use"),
    )
    is_default = models.BooleanField(_("for courses without a design of their own"), default=False)

    class Meta:
        verbose_name = _("design of certificates")
        verbose_name_plural = _("designs of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="certificate_design_one_default",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CertificateDesignVersion(models.Model):
    """One state of a design; it never changes once a certificate has used it."""

    design = models.ForeignKey(CertificateDesign, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a design")
        verbose_name_plural = _("versions of designs")
        constraints = [
            models.UniqueConstraint(
                fields=["design", "number"], name="certificate_design_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.design_id} ({self.number})"

    @cached_property
    def typed_content(self) -> DesignContent:
        """The content as its frozen structure."""
        return DesignContent.from_json(self.content)


class DesignPicture(models.Model):
    """A logo or a scanned signature, cleaned and made small; kept by the digest of its bytes.

    It lies in the database, so that a design is whole wherever it is read and a certificate that
    is made again has the same bytes.
    """

    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    content = models.BinaryField(_("picture (PNG)"))
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("picture of a design")
        verbose_name_plural = _("pictures of designs")

    def __str__(self) -> str:
        return self.digest[:12]


class CourseDesign(models.Model):
    """The design that the certificates of a course have."""

    course_key = models.UUIDField(_("course"), unique=True)
    design = models.ForeignKey(CertificateDesign, models.PROTECT, related_name="courses")

    class Meta:
        verbose_name = _("design of a course's certificates")
        verbose_name_plural = _("designs of courses' certificates")

    def __str__(self) -> str:
        return f"{self.course_key}"
