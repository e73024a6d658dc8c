"""Issuing to a whole cohort: one press, one row for each person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from lms.core.models import OutboxRow
from lms.learning.models import Cohort, Enrolment


class IssueBatch(models.Model):
    """Somebody asked for the certificates of a cohort."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="issue_batches")
    created_at = models.DateTimeField(_("started at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("issue to a cohort")
        verbose_name_plural = _("issues to cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"],
                condition=Q(finished_at__isnull=True),
                name="issue_batch_one_under_way",
                violation_error_message=_("The certificates of this cohort are being issued."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} ({self.created_at:%Y-%m-%d})"


class IssueItem(OutboxRow):
    """One person of a batch; a worker issues, signs and renders her certificate."""

    batch = models.ForeignKey(IssueBatch, models.PROTECT, related_name="items")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("certificate of a batch")
        verbose_name_plural = _("certificates of a batch")
        constraints = [
            models.UniqueConstraint(fields=["batch", "enrolment"], name="issue_item_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(certificate__isnull=False, done_at__isnull=False),
                name="issue_item_done_has_certificate",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="issue_item_failed_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.enrolment_id} ({self.state})"
