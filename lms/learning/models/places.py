"""Places in cohorts: nominated by an agency, asked for, waited for, taken."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Agency, Invitation
from lms.learning.enums import LIVE_PLACES, PlaceState
from lms.learning.models.cohorts import Cohort
from lms.learning.models.enrolments import Enrolment

LIVE = Q(state__in=LIVE_PLACES)


class CohortPlaceQuerySet(models.QuerySet["CohortPlace"]):
    """Filters by state."""

    def live(self) -> Self:
        """Return those that hold a seat or still may get one."""
        return self.filter(LIVE)

    def nominated_by(self, agency: Agency) -> Self:
        """Return the nominations of an agency: all that it may know of its people's learning."""
        return self.filter(agency=agency)


class CohortPlace(models.Model):
    """Somebody has, waits for, or had a place in a cohort.

    With an `agency` it is that agency's nomination, and what the learner does in the enrolment is
    what the agency may see of it. Until an invitation is accepted there is no learner. Two agencies
    may nominate the same person: two places, one enrolment, one seat.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="places")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="places"
    )
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="places"
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="nominations"
    )
    enrolment = models.ForeignKey(
        Enrolment, models.SET_NULL, null=True, blank=True, related_name="places"
    )
    state = models.CharField(_("state"), max_length=10, choices=PlaceState.choices)
    created_at = models.DateTimeField(_("asked for at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = CohortPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a cohort")
        verbose_name_plural = _("places in cohorts")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "agency", "learner"],
                condition=LIVE & Q(agency__isnull=False, learner__isnull=False),
                name="place_nominated_once",
            ),
            models.UniqueConstraint(
                fields=["cohort", "learner"],
                condition=LIVE & Q(agency__isnull=True, learner__isnull=False),
                name="place_asked_for_once",
            ),
            models.UniqueConstraint(
                fields=["cohort", "invitation"],
                condition=LIVE & Q(learner__isnull=True),
                name="place_invited_once",
            ),
            models.CheckConstraint(
                condition=Q(learner__isnull=False)
                | Q(invitation__isnull=False, agency__isnull=False),
                name="place_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlaceState.SEATED) | Q(learner__isnull=False),
                name="place_seated_has_learner",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlaceState.INVITED) | Q(invitation__isnull=False),
                name="place_invited_has_invitation",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="place_agency_state")]

    def __str__(self) -> str:
        return f"{self.cohort_id}, {self.learner_id} ({self.state})"
