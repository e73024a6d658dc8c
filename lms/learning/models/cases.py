"""Walks through cases."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.enums import EndingKind
from courses.models import CaseVersion
from lms.learning.enums import CaseRunState
from lms.learning.models.enrolments import Enrolment


class CaseRun(models.Model):
    """One walk of a learner through a case, bound to the version at which it began.

    `steps` is the path, a list of {"scene": id, "choice": id}, or {"back": true} for thinking
    again, that only grows; where the learner stands, what she knows and how the gauges stand follow
    from it (`courses.case_walks`). The case is done when one of the walks reached a safe ending.
    """

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="case_runs")
    case_key = models.UUIDField(_("case"))
    case_version = models.ForeignKey(CaseVersion, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=8, choices=CaseRunState.choices, default=CaseRunState.WALKING
    )
    steps = models.JSONField(_("path"), default=list, blank=True)
    ending = models.CharField(_("ending"), max_length=10, choices=EndingKind.choices, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("walk through a case")
        verbose_name_plural = _("walks through cases")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "case_key", "number"], name="case_run_number_unique"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "case_key"],
                condition=Q(state=CaseRunState.WALKING),
                name="case_run_walking_once",
            ),
            models.CheckConstraint(
                condition=Q(state=CaseRunState.WALKING, ending="", ended_at__isnull=True)
                | (Q(state=CaseRunState.ENDED, ended_at__isnull=False) & ~Q(ending="")),
                name="case_run_ended_has_ending",
            ),
        ]
        indexes = [models.Index(fields=["case_key", "ending"], name="case_run_case_ending")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.case_key} no. {self.number}"
