"""Keys with which agencies' systems check certificates, and what a holder may know of checks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.enums import TokenScope
from certificates.models.certificates import Certificate
from lms.accounts.models import Agency


class ApiToken(models.Model):
    """A key with which an agency's system checks certificates; only its digest is kept."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Which system will use it."))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="api_tokens", verbose_name=_("agency")
    )
    scope = models.CharField(
        _("what it may read"), max_length=10, choices=TokenScope.choices, default=TokenScope.FACTS
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_date = models.DateField(_("last used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_after_creation"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CertificateCheck(models.Model):
    """A certificate was checked on a day; by whom is known only where a key of an agency was used.

    One row a day for each agency and one for everybody else: it counts nobody and keeps no hour
    and no address.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="checks")
    date = models.DateField(_("day"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )

    class Meta:
        verbose_name = _("check of a certificate")
        verbose_name_plural = _("checks of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "date", "agency"],
                condition=Q(agency__isnull=False),
                name="check_once_a_day_by_agency",
            ),
            models.UniqueConstraint(
                fields=["certificate", "date"],
                condition=Q(agency__isnull=True),
                name="check_once_a_day_by_others",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}, {self.date}"
