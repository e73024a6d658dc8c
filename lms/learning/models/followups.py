"""What comes after a course: a learner's own plan, questions on practice, boosters, a supervisor."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.core.models import OutboxRow
from lms.learning.enums import (
    FOLLOW_UP_INTERVALS,
    AfterInterval,
    FollowUpState,
    PracticeQuestion,
    StepOutcome,
    SupervisorAnswer,
    SupervisorStatement,
)
from lms.learning.models.attempts import Attempt
from lms.learning.models.enrolments import Enrolment


class Plan(models.Model):
    """What a learner will do differently at work. It is hers alone: no page of staff reads it."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="plan")
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return f"{self.enrolment_id}"


class PlanStep(models.Model):
    """One of the one to three things of a plan, by when, and what became of it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("what"), max_length=300)
    by_date = models.DateField(_("by when"))
    outcome = models.CharField(
        _("what became of it"),
        max_length=12,
        choices=StepOutcome.choices,
        default=StepOutcome.OPEN,
    )

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_step_position_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=3), name="plan_step_of_three"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="plan_step_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}, {self.position}"


class AfterCourseSetting(models.Model):
    """Whether somebody wants to be invited to boosters; whoever has no row does.

    Whether she is asked about her practice is a consent of hers, and stands there.
    """

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="after_course_setting"
    )
    wants_boosters = models.BooleanField(_("is invited to boosters"), default=True)

    class Meta:
        verbose_name = _("choice for after the course")
        verbose_name_plural = _("choices for after the course")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.wants_boosters}"


class FollowUp(models.Model):
    """The questions on practice as they were offered to one learner, once for each interval.

    `again_date` is when she is reminded of it, once; to postpone moves it. Of the answers only sums
    over ten people or more are shown to anybody.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="follow_ups")
    interval = models.CharField(_("when"), max_length=2, choices=AfterInterval.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=FollowUpState.choices, default=FollowUpState.OFFERED
    )
    offered_at = models.DateTimeField(_("offered at"))
    again_date = models.DateField(_("reminded on"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    obstacles = models.JSONField(_("what got in the way"), default=list, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "interval"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(interval__in=[str(one) for one in FOLLOW_UP_INTERVALS]),
                name="follow_up_at_three_or_six_months",
            ),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.ANSWERED, answered_at__isnull=False)
                | (~Q(state=FollowUpState.ANSWERED) & Q(answered_at__isnull=True, remark="")),
                name="follow_up_answered_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.interval}"


class FollowUpAnswer(models.Model):
    """One answer on practice: 1 is least sure or least often, 4 is most."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="answers")
    question = models.CharField(_("question"), max_length=12, choices=PracticeQuestion.choices)
    step = models.PositiveSmallIntegerField(_("answer"))

    class Meta:
        verbose_name = _("answer on practice")
        verbose_name_plural = _("answers on practice")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "question"], name="follow_up_answer_once"),
            models.CheckConstraint(
                condition=Q(step__gte=1, step__lte=4), name="follow_up_answer_of_four"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id}, {self.question}"


class Booster(models.Model):
    """Ten questions some time after a course: offered, begun (then it has its attempt), or not.

    The attempt is one of the engine of attempts, under a key of its own; it counts for nothing.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="boosters")
    interval = models.CharField(_("when"), max_length=2, choices=AfterInterval.choices)
    attempt = models.OneToOneField(
        Attempt, models.CASCADE, null=True, blank=True, related_name="booster"
    )
    offered_at = models.DateTimeField(_("offered at"))
    is_invited = models.BooleanField(_("an invitation was sent"), default=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("booster")
        verbose_name_plural = _("boosters")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "interval"], name="booster_once")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.interval}"


class SupervisorRequest(OutboxRow):
    """A learner asks her supervisor to confirm something; the row is the outbox of the one mail.

    The address stands here only until the mail has gone, encrypted. A keyed digest of it stays
    until the link ends, so that nobody is written to too often. The link holds a secret of which
    only the digest is kept, made when the mail is sent; an answer uses it up.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="supervisor_requests")
    address_ciphertext = models.TextField(_("address, encrypted"), blank=True)
    address_digest = models.CharField(
        _("address, keyed digest"), max_length=64, blank=True, db_index=True
    )
    token_digest = models.CharField(_("digest of the secret"), max_length=64, blank=True)
    shows_course = models.BooleanField(_("shows the title of the course"), default=False)
    expires_at = models.DateTimeField(_("expires at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question to a supervisor")
        verbose_name_plural = _("questions to supervisors")
        constraints = [
            models.UniqueConstraint(
                fields=["token_digest"],
                condition=~Q(token_digest=""),
                name="supervisor_digest_unique",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(token_digest=""),
                name="supervisor_link_used_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.pk}"


class SupervisorLine(models.Model):
    """One statement that the supervisor is asked about, and the answer once there is one."""

    request = models.ForeignKey(SupervisorRequest, models.CASCADE, related_name="lines")
    statement = models.CharField(_("statement"), max_length=12, choices=SupervisorStatement.choices)
    answer = models.CharField(
        _("answer"), max_length=8, choices=SupervisorAnswer.choices, blank=True
    )

    class Meta:
        verbose_name = _("statement to a supervisor")
        verbose_name_plural = _("statements to supervisors")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "statement"], name="supervisor_statement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}, {self.statement}"


class StoppedAddress(models.Model):
    """An address whose owner wants no such mail any more; only a keyed digest of it is kept."""

    address_digest = models.CharField(_("address, keyed digest"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("address that is not written to")
        verbose_name_plural = _("addresses that are not written to")

    def __str__(self) -> str:
        return f"{self.pk}"
