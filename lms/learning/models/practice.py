"""What a trainer attests of one learner: observed practice, approval, an item let off."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.learning.models.enrolments import Enrolment
from lms.learning.models.sessions import CourseSession


class PracticeObservation(models.Model):
    """A practice that a trainer saw and signed, criterion by criterion; it is never changed.

    `results` holds one `CriterionResult` by the key of each criterion of the promise. `is_passed`
    follows from it by `courses.promises.PromisedItem.is_practice_passed` and is kept. One that was
    signed by mistake is taken back, with a reason, and counts no more. `form_key` names the form
    that was sent, so that a weak link that sends it twice signs once.
    """

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="practice_observations")
    item_key = models.UUIDField(_("practice"))
    number = models.PositiveSmallIntegerField(_("number"))
    form_key = models.UUIDField(_("form"), default=uuid.uuid4, unique=True)
    session = models.ForeignKey(
        CourseSession, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    results = models.JSONField(_("results"))
    remarks = models.TextField(_("remarks"), blank=True)
    is_passed = models.BooleanField(_("passed"))
    observed_at = models.DateTimeField(_("signed at"))
    observed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("observed practice")
        verbose_name_plural = _("observed practices")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "item_key", "number"], name="practice_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_reason="")
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_reason="")),
                name="practice_taken_back_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["item_key"], name="practice_item")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.item_key} no. {self.number}"


class Approval(models.Model):
    """A trainer says that a learner may have her certificate, where the release asks for that."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, related_name="approval")
    approved_at = models.DateTimeField(_("approved at"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.enrolment_id}"


class Exemption(models.Model):
    """A learner need not do one item; the reason is read by her, too."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="exemptions")
    item_key = models.UUIDField(_("item"))
    reason = models.CharField(
        _("reason"),
        max_length=300,
        help_text=_("The learner reads it. Write nothing about a case or about her health."),
    )
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_key"], name="exemption_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="exemption_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}, {self.item_key}"
