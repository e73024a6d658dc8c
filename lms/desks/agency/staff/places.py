"""What an agency may know of its people's learning: the places for which it nominated them.

Everything here begins at `CohortPlace` rows with the agency. A course taken alone or under another
agency's nomination, and what was completed before the nomination, is never reached.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from certificates.agency.queries import SOON
from certificates.models import Certificate
from lms.accounts.models import Agency, Membership
from lms.desks.agency.staff.enums import LEARNING, StaffState
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.models import Attempt, CaseRun, CohortPlace, LessonProgress

FIELDS = (
    "pk",
    "learner_id",
    "invitation_id",
    "cohort_id",
    "cohort__release__course_key",
    "staff_state",
    "until",
    "created_at",
)


@dataclass(frozen=True)
class PlaceLine:
    """One nomination of one person; `until` only where its certificate says so."""

    pk: int
    learner_id: int | None
    invitation_id: int | None
    cohort_id: int
    course_key: UUID
    state: StaffState
    until: datetime | None
    created_at: datetime

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the agency can still take it back."""
        return self.state in LEARNING or self.state == StaffState.INVITED

    def ends_soon(self, *, now: datetime, within: timedelta = SOON) -> bool:
        """Say whether its certificate is valid and ends within that time."""
        is_valid = self.state == StaffState.CERTIFIED
        return is_valid and self.until is not None and self.until <= now + within


def place_lines(
    agency: Agency,
    *,
    now: datetime,
    learners: Collection[int] | None = None,
    invitations: Collection[int] = (),
    of_former: bool = False,
) -> list[PlaceLine]:
    """Return an agency's nominations, of everybody or of these people, oldest first; one query.

    With `of_former` they are told as they stood on each person's last day in the agency.
    """
    rows = CohortPlace.objects.nominated_by(agency)
    if learners is not None:
        nobody_yet = Q(invitation__in=invitations, learner=None)
        rows = rows.filter(Q(learner__in=learners) | nobody_yet)
    found = _with_states(rows, agency, now=now, of_former=of_former)
    return [
        PlaceLine(
            pk=row[0],
            learner_id=row[1],
            invitation_id=row[2],
            cohort_id=row[3],
            course_key=row[4],
            state=StaffState(row[5]),
            until=row[6],
            created_at=row[7],
        )
        for row in found.order_by("created_at", "pk").values_list(*FIELDS)
    ]


def _with_states(
    rows: QuerySet[CohortPlace], agency: Agency, *, now: datetime, of_former: bool
) -> QuerySet[CohortPlace]:
    """Return these nominations with `staff_state`, and `until` where a certificate hangs on one."""
    standing = Certificate.objects.filter(
        enrolment=OuterRef("enrolment_id"), revoked_at=None, replaced_by=None, holder_erased_at=None
    )
    done = Q(
        enrolment__state=EnrolmentState.COMPLETED, enrolment__completed_at__gte=F("created_at")
    )
    if of_former:
        rows = _with_last_day(rows, agency)
        done &= Q(done_date__lte=F("last_day"))
    ended = Q(enrolment=None) | Q(
        enrolment__state__in=(EnrolmentState.WITHDRAWN, EnrolmentState.EXPIRED)
    )
    seen = StaffState.LEFT if of_former else StaffState.UNDER_WAY
    unseen = StaffState.LEFT if of_former else StaffState.NOT_STARTED
    return rows.annotate(
        until=Case(
            When(
                done & Q(state=PlaceState.SEATED), then=Subquery(standing.values("valid_until")[:1])
            )
        ),
        staff_state=Case(
            When(state=PlaceState.INVITED, then=Value(StaffState.INVITED)),
            When(
                state__in=(PlaceState.WAITING, PlaceState.APPLIED), then=Value(StaffState.WAITING)
            ),
            When(~Q(state=PlaceState.SEATED) | ended, then=Value(StaffState.WITHDRAWN)),
            When(done & Q(until__gt=now), then=Value(StaffState.CERTIFIED)),
            When(done & Q(until__isnull=False), then=Value(StaffState.EXPIRED)),
            When(done, then=Value(StaffState.COMPLETED)),
            When(_begun(), then=Value(seen)),
            default=Value(unseen),
            output_field=CharField(),
        ),
    )


def _with_last_day(rows: QuerySet[CohortPlace], agency: Agency) -> QuerySet[CohortPlace]:
    last_day = (
        Membership.objects.filter(agency=agency, user=OuterRef("learner_id"))
        .order_by("-until_date")
        .values("until_date")
    )
    return rows.annotate(
        last_day=Subquery(last_day[:1]), done_date=TruncDate("enrolment__completed_at")
    )


def _begun() -> Combinable:
    """Say that something was begun since the nomination: what was before is not the agency's."""
    enrolment, nominated_at = OuterRef("enrolment_id"), OuterRef("created_at")
    return (
        Exists(LessonProgress.objects.filter(enrolment=enrolment, opened_at__gte=nominated_at))
        | Exists(Attempt.objects.filter(enrolment=enrolment, started_at__gte=nominated_at))
        | Exists(CaseRun.objects.filter(enrolment=enrolment, started_at__gte=nominated_at))
    )


def shown(lines: Iterable[PlaceLine]) -> list[PlaceLine]:
    """Return what stands in the list for one person: of each course, where she stands now.

    That is her newest nomination, and beside it an earlier one whose certificate is still valid;
    withdrawn ones give way to any other.
    """
    by_course: dict[UUID, list[PlaceLine]] = {}
    for line in lines:
        by_course.setdefault(line.course_key, []).append(line)
    found: list[PlaceLine] = []
    for of_course in by_course.values():
        standing = [line for line in of_course if line.state != StaffState.WITHDRAWN] or of_course
        newest = standing[-1]
        valid = [line for line in standing if line.state == StaffState.CERTIFIED]
        best = max(valid, key=lambda line: line.until or line.created_at, default=None)
        found += [newest] if best is None or best is newest else [newest, best]
    return found
