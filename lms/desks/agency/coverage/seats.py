"""How many seats are free in several cohorts at once."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from lms.accounts.queries import open_invitations
from lms.learning.enums import READING_STATES, PlaceState
from lms.learning.models import Cohort


def free_seats(cohorts: Collection[Cohort], *, now: datetime) -> dict[int, int | None]:
    """Return how many seats are free in each cohort; None without a limit; one query."""
    kept = Q(
        places__state=PlaceState.INVITED,
        places__learner=None,
        places__invitation__in=open_invitations(now=now),
    )
    rows = Cohort.objects.filter(pk__in=[cohort.pk for cohort in cohorts]).annotate(
        enrolled=Count("enrolments", filter=Q(enrolments__state__in=READING_STATES), distinct=True),
        kept=Count("places", filter=kept, distinct=True),
    )
    return {
        row.pk: None if row.seats is None else max(row.seats - row.enrolled - row.kept, 0)
        for row in rows
    }
