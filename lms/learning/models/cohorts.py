"""A cohort: people who take one release of a course together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRelease
from lms.learning.enums import CertificateTiming


class Cohort(models.Model):
    """People who take one release of a course together, from one day to another."""

    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=120)
    starts_date = models.DateField(_("starts on"))
    ends_date = models.DateField(_("ends on"))
    certificate_timing = models.CharField(
        _("certificates are issued"),
        max_length=10,
        choices=CertificateTiming.choices,
        default=CertificateTiming.AT_COMPLETION,
    )
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["release", "name"],
                name="cohort_name_once",
                violation_error_message=_("There is a cohort of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_date__gte=F("starts_date")),
                name="cohort_ends_after_start",
                violation_error_message=_("A cohort cannot end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
