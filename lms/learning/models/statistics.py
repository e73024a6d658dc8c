"""Maintained sums of classical test theory; docs/statistics.md gives the formulas.

Sums are whole numbers in ten-thousandths (of a mark, of a per cent), so that adding them up in any
order on any database gives the same. A worker adds each attempt once; a command builds them anew.
A list of steps has 21 counts, one for each 5 per cent of the result, the last for 100 per cent.
"""

from uuid import UUID

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from courses.models import QuestionVersion, QuizPage


def followers_of(*quiz_keys: UUID) -> models.QuerySet[QuizPage, UUID]:
    """Return the keys of the post-tests that are compared with these pre-tests."""
    quizzes = QuizPage.objects.filter(translation_key__in=quiz_keys).values("quiz")
    found: models.QuerySet[QuizPage, UUID] = QuizPage.objects.filter(
        quiz__compared_with__in=quizzes
    ).values_list("translation_key", flat=True)
    return found


class QuizStatisticQuerySet(models.QuerySet["QuizStatistic"]):
    """What every change of a counted attempt calls."""

    def mark_stale(self, *quiz_keys: UUID) -> None:
        """Have the sums of quizzes, and of the post-tests compared with them, built anew soon.

        To be called in the transaction that annuls, marks again or regrades an attempt, after that
        attempt was locked; once, with all quizzes, since their rows are locked in one order. A quiz
        without a row has counted nothing yet, and needs nothing.
        """
        with transaction.atomic():
            keys = {*quiz_keys, *followers_of(*quiz_keys)}
            rows = self.filter(quiz_key__in=keys).order_by("pk").select_for_update()
            pks = list(rows.values_list("pk", flat=True))
            self.filter(pk__in=pks).update(is_stale=True, changes=F("changes") + 1)


class QuizStatistic(models.Model):
    """The sums of one quiz over the results that count; `histogram` is a list of steps.

    The `paired` sums are over learners who did both this post-test and its pre-test, the quiz
    `paired_quiz_id`. `changes` tells a build that something changed while it was reading;
    `claimed_until` is the lease of the worker that builds.
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
    paired_quiz_id = models.BigIntegerField(_("pre-test"), null=True, blank=True)
    is_stale = models.BooleanField(_("must be built anew"), default=False)
    changes = models.PositiveIntegerField(_("changes"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"), null=True, blank=True)

    objects = QuizStatisticQuerySet.as_manager()

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
    """The sums of one version of a question in one quiz; `rest` is the mark without this question.

    `steps` counts whoever had the question by the step of the result.
    """

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
    steps = models.JSONField(default=list)

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
    """How often one answer was given, and by the step of the result of those who gave it."""

    quiz_key = models.UUIDField(_("quiz"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    answer_key = models.CharField(_("answer"), max_length=120, blank=True)
    count = models.PositiveIntegerField(default=0)
    steps = models.JSONField(default=list)

    class Meta:
        verbose_name = _("statistics of an answer")
        verbose_name_plural = _("statistics of answers")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz_key", "question_version", "answer_key"],
                name="answer_statistic_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.answer_key} ({self.count})"
