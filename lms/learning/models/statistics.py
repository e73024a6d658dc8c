"""Maintained sums of classical test theory; docs/statistics.md gives the formulas.

Sums are whole numbers in ten-thousandths (of a mark, of a per cent), so that adding them up in any
order on any database gives the same. A worker adds each attempt once; a command builds them anew.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import QuestionVersion


class QuizStatistic(models.Model):
    """The sums of one quiz over the results that count; `histogram` has 21 steps of 5 per cent.

    The `paired` sums are over learners who did both this post-test and its pre-test.
    """

    quiz_key = models.UUIDField(_("quiz"), unique=True)
    count = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)
    sum_score = models.BigIntegerField(default=0)
    sum_score_squared = models.BigIntegerField(default=0)
    sum_marks = models.BigIntegerField(default=0)
    sum_marks_squared = models.BigIntegerField(default=0)
    histogram = models.JSONField(default=list)
    paired_count = models.PositiveIntegerField(default=0)
    paired_sum_before = models.BigIntegerField(default=0)
    paired_sum_after = models.BigIntegerField(default=0)
    is_stale = models.BooleanField(_("must be built anew"), default=False)
    updated_at = models.DateTimeField(_("updated at"), null=True, blank=True)

    class Meta:
        verbose_name = _("statistics of a quiz")
        verbose_name_plural = _("statistics of quizzes")

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.count}"


class SlotStatistic(models.Model):
    """The sums of one place of a quiz, whichever question was drawn for it."""

    quiz_key = models.UUIDField(_("quiz"))
    slot = models.PositiveSmallIntegerField(_("slot"))
    count = models.PositiveIntegerField(default=0)
    sum_mark = models.BigIntegerField(default=0)
    sum_mark_squared = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("statistics of a place")
        verbose_name_plural = _("statistics of places")
        constraints = [
            models.UniqueConstraint(fields=["quiz_key", "slot"], name="slot_statistic_unique")
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key} / {self.slot}"


class ItemStatistic(models.Model):
    """The sums of one version of a question in one quiz; `rest` is the mark without this question."""

    quiz_key = models.UUIDField(_("quiz"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    not_reached = models.PositiveIntegerField(default=0)
    sum_fraction = models.BigIntegerField(default=0)
    sum_mark = models.BigIntegerField(default=0)
    sum_mark_squared = models.BigIntegerField(default=0)
    sum_rest = models.BigIntegerField(default=0)
    sum_rest_squared = models.BigIntegerField(default=0)
    sum_mark_rest = models.BigIntegerField(default=0)
    timed = models.PositiveIntegerField(default=0)
    sum_seconds = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("statistics of a question")
        verbose_name_plural = _("statistics of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz_key", "question_version"], name="item_statistic_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.question_version_id}"


class AnswerStatistic(models.Model):
    """How often one answer was given, by the step of the result (0 to 20) of those who gave it."""

    quiz_key = models.UUIDField(_("quiz"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    answer_key = models.CharField(_("answer"), max_length=120, blank=True)
    step = models.PositiveSmallIntegerField(_("step of the result"))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("statistics of an answer")
        verbose_name_plural = _("statistics of answers")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz_key", "question_version", "answer_key", "step"],
                name="answer_statistic_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.answer_key} ({self.step})"
