"""Marks given by people, regrades and appeals: what was decided, by whom and why, row by row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import QuestionVersion
from lms.core.models import OutboxRow
from lms.learning.enums import AppealState, MarkKind, RegradeKind
from lms.learning.models.attempts import Attempt, AttemptItem


class ItemMark(models.Model):
    """One mark that one question of one attempt was given; the newest that is no draft holds.

    `levels` maps each criterion of the rubric to the level that was chosen. Only a draft is ever
    changed.
    """

    item = models.ForeignKey(AttemptItem, models.CASCADE, related_name="marks")
    kind = models.CharField(_("kind"), max_length=10, choices=MarkKind.choices)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mark = models.DecimalField(_("mark"), max_digits=7, decimal_places=4, null=True, blank=True)
    levels = models.JSONField(_("levels of the rubric"), default=dict, blank=True)
    comment = models.TextField(_("comment to the learner"), blank=True)
    private_note = models.TextField(_("private note"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    is_draft = models.BooleanField(_("draft"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("mark of a question")
        verbose_name_plural = _("marks of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "marker"],
                condition=Q(is_draft=True),
                name="item_mark_draft_once",
            ),
            models.CheckConstraint(
                condition=Q(is_draft=True) | Q(mark__gte=0), name="item_mark_has_mark"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=(MarkKind.REMARK, MarkKind.SETTLED, MarkKind.REGRADE))
                | Q(is_draft=True)
                | ~Q(reason=""),
                name="item_mark_change_has_reason",
                violation_error_message=_("Say why the mark is changed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.mark} ({self.kind})"


class Regrade(models.Model):
    """A question that turned out wrong, and what was done about it in one quiz."""

    quiz_key = models.UUIDField(_("quiz"), db_index=True)
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    kind = models.CharField(_("what was done"), max_length=10, choices=RegradeKind.choices)
    accepted = models.CharField(_("accepted answer"), max_length=300, blank=True)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    attempts_changed = models.PositiveIntegerField(_("attempts changed"), default=0)
    now_passed = models.PositiveIntegerField(_("passed by it"), default=0)
    now_failed = models.PositiveIntegerField(_("no longer pass by it"), default=0)

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="regrade_has_reason"),
            models.CheckConstraint(
                condition=~Q(kind=RegradeKind.ACCEPT) | ~Q(accepted=""),
                name="regrade_accepts_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_key}: {self.kind}"


class RegradeWork(OutboxRow):
    """The outbox row of a regrade: who reaches `done` has gone through every attempt.

    A regrade is gone through once more after it was made, for the attempts that were being handed
    in at that moment.
    """

    regrade = models.OneToOneField(Regrade, models.CASCADE, related_name="work")

    class Meta:
        verbose_name = _("work of a regrade")
        verbose_name_plural = _("work of regrades")

    def __str__(self) -> str:
        return f"{self.regrade_id} ({self.state})"


class Appeal(models.Model):
    """What a learner objects to a result, and the trainer's answer; one for each attempt."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="appeal")
    text = models.TextField(_("what the learner says"), max_length=2000)
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(
        _("state"), max_length=10, choices=AppealState.choices, default=AppealState.OPEN
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AppealState.OPEN, answered_at__isnull=True)
                | (~Q(state=AppealState.OPEN) & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="appeal_answered_has_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} ({self.state})"
