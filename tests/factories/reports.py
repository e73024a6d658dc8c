"""Many people of a course at once, for reports: quick rows without passwords."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from certificates.codes import new_code
from certificates.models import Certificate
from lms.accounts.models import Agency, User
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, CourseReport, Enrolment, LessonProgress
from lms.learning.periods import PeriodKind, period_of
from tests.factories.certificates import FACTS

NUMBERS = count(1)
SPRING = datetime(2026, 8, 10, 15, 0, tzinfo=UTC)
"""A day in the third quarter of 2026."""
AFTERWARDS = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
NOMINATED, STARTED, FINISHED, CERTIFIED = range(4)


def make_report_row(course_key: UUID, *, at: datetime) -> CourseReport:
    """Return a report that nobody has made yet."""
    period = period_of(at.date(), PeriodKind.YEAR)
    return CourseReport.objects.create(
        course_key=course_key,
        kind=period.kind,
        year=period.year,
        number=period.number,
        starts_date=period.starts_date,
        ends_date=period.ends_date,
        created_at=at,
    )


def crowd(
    cohort: Cohort,
    agency: Agency | None,
    people: int,
    *,
    reached: int = CERTIFIED,
    sex: str = "",
    at: datetime = SPRING,
) -> list[User]:
    """Return people whom an agency nominated at this moment, and who got so far since.

    Without an agency they enrolled by themselves, in no cohort.
    """
    learners = User.objects.bulk_create(
        User(email=f"r{number}@reports.test", full_name=f"Persona {number}", sex=sex)
        for number in (next(NUMBERS) for _person in range(people))
    )
    enrolments: list[Enrolment | None] = [None] * people
    if reached > NOMINATED or agency is None:
        enrolments = _enrolments(cohort, agency, learners, reached, at)
    if agency is not None:
        CohortPlace.objects.bulk_create(
            CohortPlace(
                cohort=cohort,
                learner=learner,
                agency=agency,
                enrolment=enrolment,
                state=PlaceState.SEATED if enrolment else PlaceState.WAITING,
                created_at=at,
            )
            for learner, enrolment in zip(learners, enrolments, strict=True)
        )
    return learners


def _enrolments(
    cohort: Cohort, agency: Agency | None, learners: list[User], reached: int, at: datetime
) -> list[Enrolment | None]:
    release = cohort.release
    is_done = reached >= FINISHED
    made = Enrolment.objects.bulk_create(
        Enrolment(
            learner=learner,
            release=release,
            course_key=release.course_key,
            cohort=cohort if agency is not None else None,
            state=EnrolmentState.COMPLETED if is_done else EnrolmentState.ACTIVE,
            enrolled_at=at + timedelta(hours=1) if agency is not None else at,
            completed_at=at + timedelta(days=20) if is_done else None,
        )
        for learner in learners
    )
    if reached >= STARTED:
        key = next(release.typed_promise.items()).key
        LessonProgress.objects.bulk_create(
            LessonProgress(enrolment=one, lesson_key=key, opened_at=at) for one in made
        )
    if reached >= CERTIFIED:
        Certificate.objects.bulk_create(
            Certificate(
                code=new_code(),
                enrolment=one,
                language="es",
                facts=FACTS.to_json(),
                issued_at=at + timedelta(days=20),
                valid_until=at + timedelta(days=750),
            )
            for one in made
        )
    return list(made)
