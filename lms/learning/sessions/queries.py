"""Reading sessions, and who was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from lms.accounts.models import User
from lms.learning.enums import READING_STATES, AttendanceState, EnrolmentState
from lms.learning.models import Attendance, AttendanceCode, Cohort, CourseSession, Enrolment
from lms.learning.models.sessions import AROUND


@dataclass(frozen=True)
class ListedSession:
    """A session with how many were noted, and as what."""

    session: CourseSession
    present: int
    noted: int
    is_over: bool
    own_state: str = ""


def sessions_of(cohort: Cohort) -> QuerySet[CourseSession]:
    """Return the sessions of a cohort in the order of time, those called off too."""
    return CourseSession.objects.filter(cohort=cohort).order_by("starts_at", "pk")


def listed_sessions(cohort: Cohort, *, now: datetime) -> list[ListedSession]:
    """Return the sessions of a cohort with their attendance in numbers; one query."""
    counted = sessions_of(cohort).annotate(
        noted=Count("attendance"),
        present=Count("attendance", filter=Q(attendance__state=AttendanceState.PRESENT)),
    )
    return [ListedSession(row, row.present, row.noted, row.ends_at <= now) for row in counted]


def group_sessions(enrolment: Enrolment, *, now: datetime) -> list[ListedSession]:
    """Return the sessions of a learner's group with her own attendance; two queries."""
    own = dict(Attendance.objects.filter(enrolment=enrolment).values_list("session_id", "state"))
    rows = CourseSession.objects.filter(cohort=enrolment.cohort_id).order_by("starts_at", "pk")
    return [
        ListedSession(row, 0, 0, row.ends_at <= now, _state_words(own.get(row.pk))) for row in rows
    ]


def _state_words(state: str | None) -> str:
    return str(AttendanceState(state).label) if state else ""


def next_sessions(cohorts: Iterable[int], *, now: datetime) -> dict[int, CourseSession]:
    """Return the session of each cohort that is on or comes next; one query, none for no cohort."""
    wanted = set(cohorts)
    if not wanted:
        return {}
    rows = CourseSession.objects.held().filter(cohort__in=wanted, ends_at__gt=now)
    found: dict[int, CourseSession] = {}
    for row in rows.order_by("starts_at", "pk"):
        found.setdefault(row.cohort_id, row)
    return found


def next_session(cohort: Cohort, *, now: datetime) -> CourseSession | None:
    """Return the session of a cohort that is on or comes next; one query."""
    return next_sessions([cohort.pk], now=now).get(cohort.pk)


def overlapping(session: CourseSession) -> list[CourseSession]:
    """Return the other sessions of the cohort that are held at the same time."""
    rows = CourseSession.objects.held().filter(
        cohort=session.cohort_id, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
    )
    return list(rows.exclude(pk=session.pk).order_by("starts_at", "pk"))


@dataclass(frozen=True)
class AttendanceRow:
    """A learner in the list of a session; `state` is empty while nothing was noted.

    `is_own` marks the reader herself, whom another trainer notes.
    """

    enrolment: Enrolment
    state: str
    way: str
    is_own: bool

    @property
    def name(self) -> str:
        """The name that stands on certificates."""
        learner = self.enrolment.learner
        return learner.full_name or learner.get_display_name()

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"state-{self.enrolment.pk}"

    @property
    def shown_field(self) -> str:
        """The name of the hidden field with the state that the page showed."""
        return f"shown-{self.enrolment.pk}"


def expected_at(session: CourseSession) -> QuerySet[Enrolment]:
    """Return who belongs to a session: the cohort's people, and whoever was noted there before."""
    noted = Attendance.objects.filter(session=session).values("enrolment")
    rows = Enrolment.objects.filter(
        Q(cohort=session.cohort_id, state__in=READING_STATES) | Q(pk__in=noted)
    )
    return rows.select_related("learner", "release").order_by("learner__full_name", "pk")


def active_in(session: CourseSession) -> QuerySet[Enrolment]:
    """Return who still takes the course in the cohort of a session."""
    rows = Enrolment.objects.filter(cohort=session.cohort_id, state=EnrolmentState.ACTIVE)
    return rows.select_related("release", "learner").order_by("pk")


def attendance_rows(
    session: CourseSession, enrolments: Iterable[Enrolment], *, reader: User
) -> list[AttendanceRow]:
    """Return these learners with what was noted of each; one query."""
    people = list(enrolments)
    rows = Attendance.objects.filter(session=session, enrolment__in=people)
    noted = {row.enrolment_id: (row.state, row.way) for row in rows}
    return [
        AttendanceRow(one, *noted.get(one.pk, ("", "")), is_own=one.learner_id == reader.pk)
        for one in people
    ]


def attendance_numbers(session: CourseSession) -> dict[str, int]:
    """Return how many were noted as present, absent and excused; one query."""
    rows = Attendance.objects.filter(session=session).values_list("state")
    counted = dict(rows.annotate(number=Count("pk")).order_by())
    return {state.value: counted.get(state.value, 0) for state in AttendanceState}


def has_attendance(session: CourseSession) -> bool:
    """Say whether anybody's attendance was noted."""
    return Attendance.objects.filter(session=session).exists()


def standing_code(session: CourseSession, *, now: datetime) -> AttendanceCode | None:
    """Return the code that is good now: the newest of the session, if its time is not over."""
    newest = AttendanceCode.objects.filter(session=session).order_by("-pk").first()
    return newest if newest is not None and newest.expires_at > now else None


def is_around(session: CourseSession, *, now: datetime) -> bool:
    """Say whether a code of the session can be good now."""
    return session.is_held and has_come(session, now=now) and now <= session.ends_at + AROUND


def has_come(session: CourseSession, *, now: datetime) -> bool:
    """Say whether the session's time has come, so that somebody can be there."""
    return session.starts_at - AROUND <= now


def sessions_around(user: Any, *, now: datetime) -> list[tuple[CourseSession, Enrolment]]:
    """Return the sessions that are on just now in a learner's groups, with her enrolment."""
    enrolments = Enrolment.objects.readable().filter(learner=user, cohort__isnull=False)
    own = {row.cohort_id: row for row in enrolments}
    rows = CourseSession.objects.held().around(now=now).filter(cohort__in=own)
    return [(row, own[row.cohort_id]) for row in rows.order_by("starts_at", "pk")]
