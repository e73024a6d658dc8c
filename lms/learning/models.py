"""Enrolments, progress, attempts and responses."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRelease, QuestionVersion
from lms.learning.enums import READING_STATES, AttemptState, EnrolmentState, LessonWay


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
    state = models.CharField(
        _("state"), max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
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


class Attempt(models.Model):
    """One try at a quiz, with the rule under which it was begun."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz_key = models.UUIDField(_("quiz"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=12, choices=AttemptState.choices, default=AttemptState.IN_PROGRESS
    )
    rule = models.JSONField(_("rule"))
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    score = models.DecimalField(
        _("score, in per cent"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    is_passed = models.BooleanField(_("passed"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz_key", "number"], name="attempt_number_unique"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz_key"],
                condition=Q(state=AttemptState.IN_PROGRESS),
                name="attempt_in_progress_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=AttemptState.IN_PROGRESS,
                    submitted_at__isnull=True,
                    score__isnull=True,
                    is_passed__isnull=True,
                )
                | Q(
                    state=AttemptState.SUBMITTED,
                    submitted_at__isnull=False,
                    score__gte=0,
                    score__lte=100,
                    is_passed__isnull=False,
                ),
                name="attempt_submitted_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.quiz_key} no. {self.number}"


class AttemptItem(models.Model):
    """One question of an attempt: which version, in which order of options, for how many marks."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    option_order = models.JSONField(_("order of the options"))
    max_mark = models.DecimalField(_("marks to be had"), max_digits=7, decimal_places=4, default=1)

    class Meta:
        verbose_name = _("question of an attempt")
        verbose_name_plural = _("questions of attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="attempt_item_position_unique"
            ),
            models.UniqueConstraint(
                fields=["attempt", "question_version"], name="attempt_item_question_once"
            ),
            models.CheckConstraint(condition=Q(max_mark__gt=0), name="attempt_item_has_marks"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} / {self.position}"


class Response(models.Model):
    """What was given to one question; a higher sequence number is newer."""

    item = models.OneToOneField(AttemptItem, models.CASCADE, related_name="response")
    given = models.JSONField(_("given"), null=True, blank=True)
    sequence = models.PositiveBigIntegerField(_("sequence number"))
    saved_at = models.DateTimeField(_("saved at"))
    is_final = models.BooleanField(_("final"), default=False)
    mark = models.DecimalField(_("mark"), max_digits=7, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0), name="response_mark_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} ({self.sequence})"
