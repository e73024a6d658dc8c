"""Certificates, and the outbox of their files."""

from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.codes import grouped
from certificates.enums import CertificateState, RevocationClass
from certificates.facts import CertificateFacts
from certificates.models.designs import CertificateDesignVersion
from lms.accounts.enums import Language
from lms.core.models import OutboxRow
from lms.learning.models import Enrolment


class Certificate(models.Model):
    """A certificate with every printed fact as it stood on the day of issue; never deleted."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    design = models.CharField(_("design"), max_length=40, default="horizonte-1")
    design_version = models.ForeignKey(
        CertificateDesignVersion, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    facts = models.JSONField(_("printed facts"))
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revocation_class = models.CharField(
        _("public words"), max_length=20, choices=RevocationClass.choices, blank=True
    )
    revocation_reason = models.TextField(_("reason, kept inside"), blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals"
    )
    has_offline_qr = models.BooleanField(
        _("bears the QR for checks without a network"), default=False
    )
    tells_of_checks = models.BooleanField(_("tells its holder of checks"), default=False)
    holder_erased_at = models.DateTimeField(_("without its holder since"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(revoked_at__isnull=True, replaced_by__isnull=True),
                name="certificate_standing_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_class="", revocation_reason="")
                | (
                    Q(revoked_at__isnull=False) & ~Q(revocation_class="") & ~Q(revocation_reason="")
                ),
                name="certificate_revoked_has_reason",
                violation_error_message=_("A revocation needs its public words and its reason."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("issued_at")), name="certificate_valid_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("pk")),
                name="certificate_not_replaced_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @cached_property
    def typed_facts(self) -> CertificateFacts:
        """The printed facts as their frozen structure."""
        return CertificateFacts.from_json(self.facts)

    @property
    def printed_code(self) -> str:
        """The code as five groups of four."""
        return grouped(self.code)

    def state(self, *, now: datetime) -> CertificateState:
        """Return the state at that moment: revoked, replaced, expired, else valid."""
        if self.revoked_at is not None:
            return CertificateState.REVOKED
        if self.replaced_by_id is not None:
            return CertificateState.REPLACED
        if self.valid_until <= now:
            return CertificateState.EXPIRED
        return CertificateState.VALID


class Issuance(OutboxRow):
    """The rendering of one certificate: slow work that a worker claims."""

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="issuance")
    file = models.FileField(_("file"), upload_to="certificates/", blank=True, max_length=200)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("issuance")
        verbose_name_plural = _("issuances")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done")
                | (~Q(file="") & ~Q(digest="") & Q(done_at__isnull=False)),
                name="issuance_done_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="issuance_failed_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} ({self.state})"
