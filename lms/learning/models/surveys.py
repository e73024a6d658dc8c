"""Anonymous surveys: only counts and loose texts are kept, so that nothing leads to a person.

Nothing here has a time, a running number or a link to an enrolment.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import QuestionVersion


class SurveyTally(models.Model):
    """How often one answer was given to one question; the empty key counts the sheets handed in.

    `shown_count` is the count as it stood when the sheets of its question were last a multiple of
    five: whoever looks on two days sees five sheets more, or none, and never one person's.
    """

    quiz_key = models.UUIDField(_("survey"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    answer_key = models.CharField(_("answer"), max_length=120, blank=True)
    count = models.PositiveIntegerField(_("count"), default=0)
    shown_count = models.PositiveIntegerField(_("count that is shown"), default=0)

    class Meta:
        verbose_name = _("count of a survey")
        verbose_name_plural = _("counts of surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz_key", "question_version", "answer_key"], name="survey_tally_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.count}"


class SurveyText(models.Model):
    """What somebody wrote; the rows of a question are written anew in another order each time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    quiz_key = models.UUIDField(_("survey"))
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    text = models.TextField(_("text"))
    is_shown = models.BooleanField(_("is shown"), default=False)

    class Meta:
        verbose_name = _("text of a survey")
        verbose_name_plural = _("texts of surveys")
        indexes = [models.Index(fields=["quiz_key", "question_version"], name="survey_text_place")]

    def __str__(self) -> str:
        return f"{self.quiz_key}"
