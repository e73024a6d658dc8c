"""Choices that trainers make about courses, questions and quizzes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scale(models.TextChoices):
    """How marks are shown; they are kept as exact fractions (fact D9: 0 to 20 is usual in Peru)."""

    VIGESIMAL = "vigesimal", _("0 to 20")
    PERCENT = "percent", _("per cent")


class QuizLayout(models.TextChoices):
    """How a quiz lies on the screen."""

    ONE_PER_PAGE = "one_per_page", _("one question per screen")
    ALL_ON_ONE_PAGE = "all_on_one_page", _("all questions on one page")


class FeedbackTiming(models.TextChoices):
    """When a learner sees which options were right, and why."""

    AFTER_EACH = "after_each", _("after each question")
    AT_END = "at_end", _("after submitting the whole quiz")


class ThinkingLevel(models.TextChoices):
    """What a question asks of the learner."""

    REMEMBER = "remember", _("remember")
    UNDERSTAND = "understand", _("understand")
    APPLY = "apply", _("apply")


class ItemKind(models.TextChoices):
    """The kinds of item that a release may promise."""

    LESSON = "lesson", _("lesson")
    QUIZ = "quiz", _("quiz")


class StaffPart(models.TextChoices):
    """What somebody does in one course."""

    LEAD = "lead", _("lead trainer")
    TRAINER = "trainer", _("trainer")
