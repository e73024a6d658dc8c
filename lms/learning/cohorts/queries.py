"""Reading cohorts and the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from lms.accounts.queries import open_invitations
from lms.learning.enums import READING_STATES, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment


@dataclass(frozen=True)
class ListedCohort:
    """A cohort with how many are in it and how many of them have completed the course."""

    cohort: Cohort
    people: int
    completed: int

    @property
    def course_title(self) -> str:
        """The title that its release promised, in the reader's language."""
        return self.cohort.release.typed_promise.title


@dataclass(frozen=True)
class Member:
    """A learner as the staff of a course sees her in the list of a cohort."""

    pk: int
    name: str
    state: str
    state_words: str
    completed_at: datetime | None

    @property
    def is_fixed(self) -> bool:
        """Whether she stays in her cohort, because she completed the course in it."""
        return self.state == EnrolmentState.COMPLETED


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Return these cohorts with `people` and `completed` counted, the newest first; one query."""
    done = Q(enrolments__state=EnrolmentState.COMPLETED)
    counted = cohorts.annotate(
        people=Count("enrolments"), completed=Count("enrolments", filter=done)
    )
    return counted.select_related("release").order_by("-starts_date", "name", "pk")


def listed_cohorts(counted: Iterable[Cohort]) -> list[ListedCohort]:
    """Return counted cohorts as the list shows them."""
    return [
        ListedCohort(row, getattr(row, "people", 0), getattr(row, "completed", 0))
        for row in counted
    ]


def seats_taken(cohort: Cohort, *, now: datetime) -> int:
    """Return how many seats are taken: by enrolments that have not ended, and kept for invitations.

    Two queries. An invitation keeps a seat for as long as it can be accepted.
    """
    enrolled = Enrolment.objects.filter(cohort=cohort, state__in=READING_STATES).count()
    kept = CohortPlace.objects.filter(
        cohort=cohort,
        state=PlaceState.INVITED,
        learner=None,
        invitation__in=open_invitations(now=now),
    )
    return enrolled + kept.count()


def members(cohort: Cohort, *, name: str = "") -> QuerySet[Enrolment]:
    """Return the enrolments in a cohort by name, those that have ended too."""
    return _named(Enrolment.objects.filter(cohort=cohort), name)


def candidates(cohort: Cohort, *, name: str = "") -> QuerySet[Enrolment]:
    """Return the enrolments that may join: of the cohort's release, in no cohort, not ended."""
    rows = Enrolment.objects.filter(
        release_id=cohort.release_id, cohort=None, state__in=READING_STATES
    )
    return _named(rows, name)


def _named(rows: QuerySet[Enrolment], name: str) -> QuerySet[Enrolment]:
    if name:
        rows = rows.filter(
            Q(learner__full_name__icontains=name) | Q(learner__display_name__icontains=name)
        )
    return rows.select_related("learner").order_by("learner__full_name", "pk")


def listed_members(enrolments: Iterable[Enrolment]) -> list[Member]:
    """Return enrolments as the list shows them, with the name that stands on certificates."""
    return [
        Member(
            pk=row.pk,
            name=row.learner.full_name or row.learner.get_display_name(),
            state=row.state,
            state_words=str(EnrolmentState(row.state).label),
            completed_at=row.completed_at,
        )
        for row in enrolments
    ]
