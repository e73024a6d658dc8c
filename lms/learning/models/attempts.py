"""Attempts at quizzes, what was given in them, and what was allowed to one learner only."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import UNCOUNTED_MODES, QuizMode
from courses.models import QuestionVersion
from lms.learning.enums import CLOSED_STATES, RESULT_STATES, AttemptState
from lms.learning.models.enrolments import Enrolment

SCORED = Q(score__gte=0, score__lte=100)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Filters by state."""

    def closed(self) -> Self:
        """Return those that were handed in or ran out of time."""
        return self.filter(state__in=CLOSED_STATES)

    def done(self) -> Self:
        """Return those by which their quiz is done: the counting one, if passed, or any uncounted."""
        return self.filter(
            Q(is_passed=True, counts=True)
            | Q(mode__in=UNCOUNTED_MODES, state__in=(AttemptState.SUBMITTED, AttemptState.MARKED))
        )


class Attempt(models.Model):
    """One try at a quiz, with the rule under which it was begun.

    `counts` marks the one attempt of the learner at this quiz that gives the result. `seed` decides
    the draw and every order in it. `safety_errors` holds the numbers of the questions in which a
    rule of safety was broken; `section_results` what each section earned.
    """

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz_key = models.UUIDField(_("quiz"))
    number = models.PositiveSmallIntegerField(_("number"))
    mode = models.CharField(
        _("what it is for"), max_length=10, choices=QuizMode.choices, default=QuizMode.GRADED
    )
    state = models.CharField(
        _("state"), max_length=12, choices=AttemptState.choices, default=AttemptState.IN_PROGRESS
    )
    seed = models.CharField(_("seed"), max_length=32, blank=True)
    rule = models.JSONField(_("rule"))
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    is_timed_out = models.BooleanField(_("closed by the clock"), default=False)
    score = models.DecimalField(
        _("score, in per cent"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    is_passed = models.BooleanField(_("passed"), null=True, blank=True)
    counts = models.BooleanField(_("counts"), default=False)
    safety_errors = models.JSONField(_("rules of safety broken"), default=list, blank=True)
    section_results = models.JSONField(_("results of the sections"), default=list, blank=True)
    annulled_at = models.DateTimeField(_("annulled at"), null=True, blank=True)
    annulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    annulled_reason = models.TextField(_("reason"), blank=True)
    is_in_statistics = models.BooleanField(_("is in the statistics"), default=False)

    objects = AttemptQuerySet.as_manager()

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
            models.UniqueConstraint(
                fields=["enrolment", "quiz_key"],
                condition=Q(counts=True),
                name="attempt_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(counts=False) | Q(state__in=RESULT_STATES),
                name="attempt_counts_with_result",
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
                    score__isnull=True,
                    is_passed__isnull=True,
                )
                | (
                    Q(state__in=RESULT_STATES, submitted_at__isnull=False)
                    & (
                        (SCORED & Q(is_passed__isnull=False))
                        | Q(mode__in=UNCOUNTED_MODES, is_passed__isnull=True)
                    )
                )
                | Q(state=AttemptState.ANNULLED, annulled_at__isnull=False),
                name="attempt_state_has_result",
            ),
            models.CheckConstraint(
                condition=Q(state=AttemptState.ANNULLED) & ~Q(annulled_reason="")
                | (~Q(state=AttemptState.ANNULLED) & Q(annulled_at__isnull=True)),
                name="attempt_annulled_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state=AttemptState.IN_PROGRESS),
                name="attempt_due",
            ),
            models.Index(fields=["quiz_key", "state"], name="attempt_quiz_state"),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state=AttemptState.MARKED, is_in_statistics=False),
                name="attempt_not_in_statistics",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.quiz_key} no. {self.number}"


class AttemptItem(models.Model):
    """One question of an attempt: which version, in which order of options, for how many marks.

    `slot` is its place before shuffling, the same in every attempt at the quiz; `mark` is empty
    until it was marked, and `is_waiting` while a person has to mark it.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("position"))
    slot = models.PositiveSmallIntegerField(_("slot"), default=0)
    section = models.PositiveSmallIntegerField(_("section"), null=True, blank=True)
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    option_order = models.JSONField(_("order of the options"))
    max_mark = models.DecimalField(_("marks to be had"), max_digits=7, decimal_places=4, default=1)
    mark = models.DecimalField(_("mark"), max_digits=7, decimal_places=4, null=True, blank=True)
    is_waiting = models.BooleanField(_("waits for a marker"), default=False)
    is_dropped = models.BooleanField(_("dropped from the result"), default=False)
    shown_at = models.DateTimeField(_("first shown at"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0, mark__lte=models.F("max_mark")),
                name="attempt_item_mark_within",
            ),
        ]
        indexes = [
            models.Index(
                fields=["question_version"],
                condition=Q(is_waiting=True),
                name="attempt_item_waiting",
            )
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

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")

    def __str__(self) -> str:
        return f"{self.item_id} ({self.sequence})"


class Allowance(models.Model):
    """More time or more attempts for one learner at one quiz; only trainers see it and its reason."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="allowances")
    quiz_key = models.UUIDField(_("quiz"))
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    reason = models.CharField(
        _("reason"),
        max_length=300,
        help_text=_("Only trainers see it. Write no diagnosis and nothing about a case."),
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(_("granted at"))

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_minutes__gt=0) | Q(extra_attempts__gt=0),
                name="allowance_allows_something",
                violation_error_message=_("Give extra minutes, extra attempts or both."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="allowance_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.quiz_key}"
