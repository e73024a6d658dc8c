"""Attempts made elsewhere, taken over as records."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Quiz
from lms.accounts.models import User


class ImportedSitting(models.Model):
    """A sitting of django-quiz-app as its dump tells it: a record, no proof for a certificate.

    There is no enrolment that it could belong to, so nothing here counts for a course. Whether it
    was passed was reckoned once, by the pass mark of the dump, and never changes.
    """

    source = models.CharField(_("source"), max_length=80)
    sitting_number = models.BigIntegerField(_("number in the source"))
    learner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("learner")
    )
    user_label = models.CharField(_("user in the source"), max_length=150, blank=True)
    quiz = models.ForeignKey(
        Quiz, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("quiz here")
    )
    quiz_title = models.CharField(_("quiz"), max_length=120)
    score = models.PositiveIntegerField(_("right answers"))
    possible = models.PositiveIntegerField(_("of"))
    percent = models.PositiveSmallIntegerField(_("per cent"))
    pass_mark = models.PositiveSmallIntegerField(_("pass mark of the dump, in per cent"))
    is_complete = models.BooleanField(_("complete"))
    is_passed = models.BooleanField(_("passed, by the pass mark of the dump"))
    answers = models.JSONField(_("answers"), default=list, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    imported_at = models.DateTimeField(_("imported at"))

    class Meta:
        verbose_name = _("imported sitting")
        verbose_name_plural = _("imported sittings")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sitting_number"], name="imported_sitting_once"
            ),
            models.CheckConstraint(
                condition=models.Q(score__lte=models.F("possible")),
                name="imported_sitting_score_possible",
            ),
            models.CheckConstraint(
                condition=models.Q(is_passed=False) | models.Q(is_complete=True),
                name="imported_sitting_passed_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.sitting_number}"
