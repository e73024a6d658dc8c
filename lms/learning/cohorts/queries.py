"""Reading cohorts and the people in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import CourseRelease, CourseStaff
from lms.accounts.models import User
from lms.accounts.queries import open_invitations
from lms.learning.enums import READING_STATES, CohortJoining, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment

MOST_WAITING = 300
MOST_OFFERED = 20


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


@dataclass(frozen=True)
class Seats:
    """How the seats of a cohort stand; `total` is None where there is no limit."""

    total: int | None
    enrolled: int
    kept: int
    waiting: int

    @property
    def taken(self) -> int:
        """Those who are in, and the seats that are kept for invitations."""
        return self.enrolled + self.kept

    @property
    def free(self) -> int | None:
        """How many can still be given away; None without a limit, 0 also where there are too many."""
        return None if self.total is None else max(self.total - self.taken, 0)

    @property
    def is_full(self) -> bool:
        """Whether no seat is free."""
        return self.free == 0


def seat_count(cohort: Cohort, *, now: datetime) -> Seats:
    """Return how the seats of one cohort stand; two queries.

    A seat is taken by each enrolment that has not ended, and kept for each nomination whose
    invitation can still be accepted.
    """
    return seat_counts([cohort], now=now)[cohort.pk]


def seat_counts(cohorts: Iterable[Cohort], *, now: datetime) -> dict[int, Seats]:
    """Return how the seats of several cohorts stand; two queries for all."""
    rows = {cohort.pk: cohort for cohort in cohorts}
    enrolled = dict(
        Enrolment.objects.readable()
        .filter(cohort__in=rows)
        .values_list("cohort")
        .annotate(number=Count("pk"))
    )
    is_kept = Q(state=PlaceState.INVITED, learner=None, invitation__in=open_invitations(now=now))
    places = {
        pk: (kept, waiting)
        for pk, kept, waiting in CohortPlace.objects.filter(cohort__in=rows)
        .values_list("cohort")
        .annotate(
            kept=Count("pk", filter=is_kept),
            waiting=Count("pk", filter=Q(state=PlaceState.WAITING)),
        )
    }
    return {
        pk: Seats(cohort.seats, enrolled.get(pk, 0), *places.get(pk, (0, 0)))
        for pk, cohort in rows.items()
    }


@dataclass(frozen=True)
class ListedPlace:
    """Somebody without a seat yet, as the staff of a course sees her."""

    pk: int
    name: str
    agency: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class WaitingPeople:
    """Who has no seat yet: those who ask, who wait, and for whose answer a seat is kept."""

    asking: list[ListedPlace]
    waiting: list[ListedPlace]
    kept: list[ListedPlace]
    more: int


def waiting_people(cohort: Cohort) -> WaitingPeople:
    """Return who has no seat yet, the longest waiting first; at most MOST_WAITING, two queries."""
    rows = CohortPlace.objects.filter(
        cohort=cohort, state__in=(PlaceState.APPLIED, PlaceState.WAITING, PlaceState.INVITED)
    )
    number = rows.count()
    shown = rows.select_related("learner", "agency", "invitation").order_by("created_at", "pk")
    by_state: dict[str, list[ListedPlace]] = {state: [] for state in PlaceState.values}
    for row in shown[:MOST_WAITING]:
        by_state[row.state].append(_listed_place(row))
    return WaitingPeople(
        asking=by_state[PlaceState.APPLIED],
        waiting=by_state[PlaceState.WAITING],
        kept=by_state[PlaceState.INVITED],
        more=max(number - MOST_WAITING, 0),
    )


def place_name(row: CohortPlace) -> str:
    """Return whose place it is, as the staff of a course reads it."""
    if row.learner is not None:
        return row.learner.full_name or row.learner.get_display_name()
    return row.invitation.full_name if row.invitation is not None else ""


def _listed_place(row: CohortPlace) -> ListedPlace:
    return ListedPlace(
        pk=row.pk,
        name=place_name(row),
        agency=row.agency.name if row.agency is not None else "",
        since=row.created_at,
        until=row.invitation.expires_at if row.invitation and row.learner is None else None,
    )


@dataclass(frozen=True)
class OfferedCohort:
    """A cohort that somebody can join or ask to join; `place` is hers, if she has one."""

    cohort: Cohort
    seats: Seats
    place: CohortPlace | None

    @property
    def is_by_approval(self) -> bool:
        """Whether a trainer decides."""
        return self.cohort.joining == CohortJoining.APPROVAL

    @property
    def is_closed(self) -> bool:
        """Whether nobody can get a place any more, not even on a waiting list."""
        return self.seats.is_full and not self.cohort.has_waiting_list


def joinable_cohorts(course_key: UUID, user: Any, *, now: datetime) -> list[OfferedCohort]:
    """Return the cohorts of a course that people join by themselves and that are not over.

    Somebody who takes the course already is offered those of her release. At most four queries.
    """
    cohorts = Cohort.objects.filter(
        release__course_key=course_key,
        joining__in=(CohortJoining.OPEN, CohortJoining.APPROVAL),
        ends_date__gte=timezone.localdate(now),
    )
    rows = list(cohorts.order_by("starts_date", "pk")[:MOST_OFFERED])
    if not rows:
        return []
    counts = seat_counts(rows, now=now)
    places: dict[int, CohortPlace] = {}
    if isinstance(user, User):
        live = CohortPlace.objects.live().filter(learner=user, cohort__in=rows)
        places = {place.cohort_id: place for place in live}
    return [OfferedCohort(row, counts[row.pk], places.get(row.pk)) for row in rows]


def cohort_with_code(code: str) -> Cohort | None:
    """Return the cohort that is joined by this code, if there is one."""
    if not code:
        return None
    return Cohort.objects.filter(joining=CohortJoining.CODE, join_code=code).first()


@dataclass(frozen=True)
class OwnPlace:
    """A place that a learner asked for or waits for; `ahead` is how many wait before her."""

    place: CohortPlace
    ahead: int

    @property
    def course_title(self) -> str:
        """The title that the cohort's release promised, in the reader's language."""
        return self.place.cohort.release.typed_promise.title

    @property
    def is_waiting(self) -> bool:
        """Whether she is on the waiting list."""
        return self.place.state == PlaceState.WAITING


def own_places(user: Any) -> list[OwnPlace]:
    """Return where a learner asks or waits for a seat, with her number in the row; one query."""
    before = (
        CohortPlace.objects.filter(cohort=OuterRef("cohort"), state=PlaceState.WAITING)
        .filter(
            Q(created_at__lt=OuterRef("created_at"))
            | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
        )
        .order_by()
        .values("cohort")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = (
        CohortPlace.objects.filter(learner=user, state__in=(PlaceState.APPLIED, PlaceState.WAITING))
        .select_related("cohort__release")
        .annotate(ahead=Coalesce(Subquery(before), 0))
        .order_by("created_at", "pk")
    )
    return [OwnPlace(row, getattr(row, "ahead", 0)) for row in rows]


def course_trainers(release: CourseRelease) -> QuerySet[User]:
    """Return who is on the staff of the course of a release, by name."""
    staff = CourseStaff.objects.filter(course_key=release.course_key).values("user")
    return User.objects.filter(pk__in=staff, is_active=True).order_by("full_name", "pk")


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
