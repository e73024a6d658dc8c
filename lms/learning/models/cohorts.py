"""A cohort, the places in it, and what its people have to know."""

from collections.abc import Sequence

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRelease
from lms.accounts.models import Agency
from lms.learning.enums import CertificateTiming, CohortJoining


def spanish() -> Sequence[str]:
    """Return the language in which a cohort is held unless somebody says otherwise."""
    return ["es"]


class Cohort(models.Model):
    """People who take one release of a course together, from one day to another.

    `agencies` may nominate; what `joining` says is how people come besides. `ends_date` is the
    deadline of everybody in it who was given no later one. The rule of who is stuck is
    `stuck_days` without anything done, or `stuck_failures` attempts at one quiz not passed.
    """

    release = models.ForeignKey(CourseRelease, models.PROTECT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=120)
    starts_date = models.DateField(_("starts on"))
    ends_date = models.DateField(_("ends on"))
    certificate_timing = models.CharField(
        _("certificates are issued"),
        max_length=10,
        choices=CertificateTiming.choices,
        default=CertificateTiming.AT_COMPLETION,
    )
    seats = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    has_waiting_list = models.BooleanField(_("waiting list"), default=True)
    languages = models.JSONField(_("languages"), default=spanish)
    joining = models.CharField(
        _("how people join"),
        max_length=12,
        choices=CohortJoining.choices,
        default=CohortJoining.NOMINATION,
    )
    join_code = models.CharField(_("code for joining"), max_length=12, blank=True)
    agencies = models.ManyToManyField(
        Agency, blank=True, related_name="cohorts", verbose_name=_("agencies that nominate")
    )
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("trainers")
    )
    stuck_days = models.PositiveSmallIntegerField(
        _("stuck after days without anything done"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    stuck_failures = models.PositiveSmallIntegerField(
        _("stuck after attempts at one quiz that were not passed"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["release", "name"],
                name="cohort_name_once",
                violation_error_message=_("There is a cohort of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_date__gte=F("starts_date")),
                name="cohort_ends_after_start",
                violation_error_message=_("A cohort cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gte=1),
                name="cohort_has_a_seat",
                violation_error_message=_("A cohort needs at least one seat."),
            ),
            models.CheckConstraint(
                condition=~Q(joining=CohortJoining.CODE) | ~Q(join_code=""),
                name="cohort_joined_by_code_has_one",
            ),
            models.UniqueConstraint(
                fields=["join_code"], condition=~Q(join_code=""), name="cohort_join_code_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name
