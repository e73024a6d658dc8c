"""The cohorts on the trainer's desk: those that run now, begin soon, or have just ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, Exists, OuterRef, Q
from django.utils import timezone

from lms.accounts.models import User
from lms.desks.following.overview import waiting_by_cohort
from lms.desks.following.queries import stuck_by_cohort
from lms.learning.cohorts.permissions import access_cohorts
from lms.learning.enums import READING_STATES
from lms.learning.marking.permissions import access_marking
from lms.learning.models import Cohort, CourseSession
from lms.learning.sessions.queries import next_sessions

SHOWN = 12
JUST_ENDED = timedelta(days=14)


@dataclass(frozen=True)
class DeskCohort:
    """A cohort with what a trainer has to know of it at a glance."""

    cohort: Cohort
    people: int
    stuck: int
    waiting: int
    next_session: CourseSession | None
    has_begun: bool
    is_over: bool

    @property
    def course_title(self) -> str:
        """The title that its release promised, in the reader's language."""
        return self.cohort.release.typed_promise.title


@dataclass(frozen=True)
class DeskCohorts:
    """The cohorts of the desk; `has_more` says that the list of all has further ones."""

    shown: Sequence[DeskCohort]
    has_more: bool


def running_cohorts(user: User, *, now: datetime) -> DeskCohorts:
    """Return the cohorts that a trainer follows now, her own first; the same queries for any number.

    At most SHOWN of them: who is stuck is told from what everybody in them did.
    """
    today = timezone.localdate(now)
    mine = Cohort.trainers.through.objects.filter(cohort=OuterRef("pk"), user=user)
    rows = (
        access_cohorts(user)
        .filter(ends_date__gte=today - JUST_ENDED)
        .annotate(
            people=Count("enrolments", filter=Q(enrolments__state__in=READING_STATES)),
            is_mine=Exists(mine, output_field=BooleanField()),
        )
        .select_related("release")
        .order_by("-is_mine", "ends_date", "name", "pk")
    )
    found = list(rows[: SHOWN + 1])
    cohorts = found[:SHOWN]
    stuck = stuck_by_cohort(cohorts, now=now)
    waiting = waiting_by_cohort(cohorts, access_marking(user))
    sessions = next_sessions([cohort.pk for cohort in cohorts], now=now)
    return DeskCohorts(
        shown=[
            DeskCohort(
                cohort=cohort,
                people=getattr(cohort, "people", 0),
                stuck=stuck.get(cohort.pk, 0),
                waiting=waiting.get(cohort.pk, 0),
                next_session=sessions.get(cohort.pk),
                has_begun=cohort.starts_date <= today,
                is_over=cohort.ends_date < today,
            )
            for cohort in cohorts
        ],
        has_more=len(found) > SHOWN,
    )
