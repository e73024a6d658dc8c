"""Reports for those who finance a course: asked for once, counted once, kept as they were."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import Language
from lms.core.models import OutboxRow
from lms.learning.periods import Period, PeriodKind


class CourseReport(OutboxRow):
    """The report of a course over one period; the row is its own outbox.

    `figures` is what the worker counted and kept back, frozen: it holds nothing that the report
    does not show. There is one report for a course and a period, and all reports of a course have
    periods of one kind, so that no difference between two of them leads to a few people.
    """

    course_key = models.UUIDField(_("course"), db_index=True)
    kind = models.CharField(_("period"), max_length=10, choices=PeriodKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number of the period"))
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    figures: models.JSONField[Any, Any] = models.JSONField(_("figures"), null=True, blank=True)

    class Meta:
        verbose_name = _("report of a course")
        verbose_name_plural = _("reports of courses")
        constraints = [
            models.UniqueConstraint(
                fields=["course_key", "starts_date"],
                name="course_report_period_once",
                violation_error_message=_("There is a report of this period already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_date__gt=F("starts_date")), name="course_report_has_days"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(figures__isnull=False, counted_at__isnull=False, done_at__isnull=False),
                name="course_report_done_has_figures",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""),
                name="course_report_failed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_key}, {self.starts_date}"

    @property
    def period(self) -> Period:
        """The period that it is about."""
        return Period(self.year, self.number, PeriodKind(self.kind))


class ReportFile(models.Model):
    """A report as a file, in one language; written once, with its figures."""

    report = models.ForeignKey(CourseReport, models.CASCADE, related_name="files")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    form = models.CharField(_("form"), max_length=4, choices=[("pdf", "PDF"), ("xlsx", "XLSX")])
    content = models.BinaryField(_("file"))

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "language", "form"], name="report_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id}.{self.language}.{self.form}"
