"""Enrolments, and what was opened and done in them."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRelease
from lms.learning.enums import READING_STATES, EnrolmentState, LessonWay
from lms.learning.models.cohorts import Cohort


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Filters by state."""

    def readable(self) -> Self:
        """Return the enrolments whose learners may read the course."""
        return self.filter(state__in=READING_STATES)


class Enrolment(models.Model):
    """A learner takes a course, as one release promised it."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="enrolments")
    course_key = models.UUIDField(_("course"))
    cohort = models.ForeignKey(
        Cohort,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrolments",
        verbose_name=_("cohort"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    due_date = models.DateField(
        _("deadline of her own"),
        null=True,
        blank=True,
        help_text=_("If empty, the end of the cohort is the deadline."),
    )
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    current_item_key = models.UUIDField(_("where the learner stopped"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course_key"],
                condition=Q(state=EnrolmentState.ACTIVE),
                name="enrolment_active_once",
                violation_error_message=_("You are enrolled in this course already."),
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.COMPLETED, completed_at__isnull=False)
                | (~Q(state=EnrolmentState.COMPLETED) & Q(completed_at__isnull=True)),
                name="enrolment_completed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=EnrolmentState.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="enrolment_withdrawn_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}, {self.course_key} ({self.state})"

    def deadline(self) -> date | None:
        """Return the last day of this enrolment: its own, else the cohort's; None without either."""
        if self.due_date is not None or self.cohort is None:
            return self.due_date
        return self.cohort.ends_date


class LessonProgress(models.Model):
    """A lesson that the learner opened, and perhaps said to have finished."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="lesson_progress")
    lesson_key = models.UUIDField(_("lesson"))
    opened_at = models.DateTimeField(_("opened at"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    way = models.CharField(
        _("way"), max_length=5, choices=LessonWay.choices, default=LessonWay.FULL
    )

    class Meta:
        verbose_name = _("progress in a lesson")
        verbose_name_plural = _("progress in lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key"], name="lesson_progress_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.lesson_key}"
