"""A person's own record: every course that she took, with all that came of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from certificates.enums import CertificateState
from certificates.models import Certificate, SignedCredential
from certificates.queries import CountedScore, mean_score
from courses.enums import ItemKind
from courses.promises import CoursePromise, academic_hours
from lms.accounts.models import User
from lms.learning.enums import AttendanceState, EnrolmentState
from lms.learning.models import (
    Attempt,
    Attendance,
    CohortPlace,
    Enrolment,
    ImportedSitting,
    PracticeObservation,
)

MOST_COURSES = 300
"""More courses than anybody takes: beyond them, the newest are shown, and it is said."""


@dataclass(frozen=True)
class RecordedResult:
    """What counts of one quiz: the score in per cent, and whether it was passed."""

    title: str
    score: Decimal
    is_passed: bool
    on: date | None


@dataclass(frozen=True)
class RecordedPractice:
    """A practice that a trainer saw and signed."""

    title: str
    is_passed: bool
    on: date


@dataclass(frozen=True)
class RecordedCertificate:
    """A certificate with its state today."""

    pk: int
    code: str
    printed_code: str
    title: str
    state: CertificateState
    issued_on: date
    valid_until: date
    is_pilot: bool
    has_credential: bool


@dataclass(frozen=True)
class RecordedCourse:
    """One course as it was promised to her, and what she did in it."""

    promise: CoursePromise
    release_number: int
    state: EnrolmentState
    enrolled_on: date
    ended_on: date | None
    agencies: tuple[str, ...]
    mean: Decimal | None
    results: tuple[RecordedResult, ...]
    practices: tuple[RecordedPractice, ...]
    sessions_present: int
    sessions_noted: int
    certificates: tuple[RecordedCertificate, ...]

    @property
    def title(self) -> str:
        """The promised title in the active language."""
        return self.promise.title

    @property
    def is_completed(self) -> bool:
        """Whether its hours count."""
        return self.state == EnrolmentState.COMPLETED


@dataclass(frozen=True)
class RecordedSitting:
    """A result that was taken over from an earlier platform; it proves nothing here."""

    title: str
    percent: int
    is_passed: bool
    on: date | None


@dataclass(frozen=True)
class MyRecord:
    """Everything on the page, in the PDF and in the file."""

    full_name: str
    made_at: datetime
    courses: tuple[RecordedCourse, ...]
    sittings: tuple[RecordedSitting, ...]
    is_cut: bool

    @property
    def completed(self) -> list[RecordedCourse]:
        """The courses that she completed."""
        return [one for one in self.courses if one.is_completed]

    @property
    def hours(self) -> Decimal:
        """Academic hours of all courses that she completed, from the sum of their minutes."""
        return academic_hours(sum(one.promise.minutes for one in self.completed))

    @property
    def certificates(self) -> list[RecordedCertificate]:
        """Her certificates, the newest first."""
        found = [held for one in self.courses for held in one.certificates]
        return sorted(found, key=lambda held: (held.issued_on, held.pk), reverse=True)


def my_record(user: User, *, now: datetime) -> MyRecord:
    """Return a person's record, of all agencies and of courses taken alone; seven queries."""
    rows = Enrolment.objects.filter(learner=user).select_related("release")
    found = list(rows.order_by("-enrolled_at", "-pk")[: MOST_COURSES + 1])
    enrolments = found[:MOST_COURSES]
    pks = [row.pk for row in enrolments]
    results, practices = _results(enrolments), _practices(enrolments)
    attendance, agencies = _attendance(pks), _agencies(pks)
    certificates = _certificates(user, now=now)
    return MyRecord(
        full_name=user.full_name,
        made_at=now,
        courses=tuple(
            _course(
                row,
                results.get(row.pk, {}),
                practices=practices.get(row.pk, ()),
                attendance=attendance.get(row.pk, (0, 0)),
                agencies=agencies.get(row.pk, ()),
                certificates=certificates.get(row.pk, ()),
            )
            for row in enrolments
        ),
        sittings=_sittings(user),
        is_cut=len(found) > MOST_COURSES,
    )


def _course(
    enrolment: Enrolment,
    results: Mapping[UUID, RecordedResult],
    *,
    practices: Iterable[RecordedPractice],
    attendance: tuple[int, int],
    agencies: Iterable[str],
    certificates: Iterable[RecordedCertificate],
) -> RecordedCourse:
    promise = enrolment.release.typed_promise
    counted = [
        CountedScore(results[item.key].score, item.weight)
        for item in promise.items()
        if item.is_counted and item.key in results
    ]
    ended_at = enrolment.completed_at or enrolment.withdrawn_at
    return RecordedCourse(
        promise=promise,
        release_number=enrolment.release.number,
        state=EnrolmentState(enrolment.state),
        enrolled_on=timezone.localdate(enrolment.enrolled_at),
        ended_on=timezone.localdate(ended_at) if ended_at else None,
        agencies=tuple(agencies),
        mean=mean_score(counted),
        results=tuple(results.values()),
        practices=tuple(practices),
        sessions_present=attendance[0],
        sessions_noted=attendance[1],
        certificates=tuple(certificates),
    )


def _results(enrolments: Iterable[Enrolment]) -> dict[int, dict[UUID, RecordedResult]]:
    """Return what counts of each promised quiz, in the order of the course, by enrolment."""
    by_pk = {row.pk: row for row in enrolments}
    attempts = Attempt.objects.filter(enrolment__in=by_pk, counts=True, score__isnull=False)
    rows: dict[int, dict[UUID, Attempt]] = defaultdict(dict)
    for attempt in attempts:
        rows[attempt.enrolment_id][attempt.quiz_key] = attempt
    return {
        pk: {
            item.key: RecordedResult(
                title=item.title,
                score=Decimal(counting[item.key].score or 0),
                is_passed=bool(counting[item.key].is_passed),
                on=_day(counting[item.key].submitted_at),
            )
            for item in by_pk[pk].release.typed_promise.items()
            if item.is_counted and item.key in counting
        }
        for pk, counting in rows.items()
    }


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment is not None else None


def _practices(enrolments: Iterable[Enrolment]) -> dict[int, list[RecordedPractice]]:
    by_pk = {row.pk: row for row in enrolments}
    rows = PracticeObservation.objects.filter(enrolment__in=by_pk, taken_back_at__isnull=True)
    found: dict[int, list[RecordedPractice]] = defaultdict(list)
    for row in rows.order_by("observed_at", "pk"):
        item = by_pk[row.enrolment_id].release.typed_promise.item(row.item_key)
        if item is not None and item.kind == ItemKind.PRACTICE:
            day = timezone.localdate(row.observed_at)
            found[row.enrolment_id].append(RecordedPractice(item.title, row.is_passed, day))
    return found


def _attendance(pks: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return at how many sessions she was, of how many that were held and noted, by enrolment."""
    rows = Attendance.objects.filter(enrolment__in=list(pks), session__cancelled_at__isnull=True)
    found: dict[int, tuple[int, int]] = {}
    for pk, state in rows.exclude(state=AttendanceState.EXCUSED).values_list("enrolment", "state"):
        present, noted = found.get(pk, (0, 0))
        found[pk] = (present + (state == AttendanceState.PRESENT), noted + 1)
    return found


def _agencies(pks: Iterable[int]) -> dict[int, list[str]]:
    places = CohortPlace.objects.filter(enrolment__in=list(pks), agency__isnull=False)
    found: dict[int, list[str]] = defaultdict(list)
    names = places.order_by("agency__name").values_list("enrolment", "agency__name").distinct()
    for pk, name in names:
        found[pk].append(name)
    return found


def _certificates(user: User, *, now: datetime) -> dict[int, list[RecordedCertificate]]:
    rows = Certificate.objects.filter(enrolment__learner=user).order_by("-issued_at", "-pk")
    signed = SignedCredential.objects.filter(certificate__in=rows.values("pk")).exclude(
        json_text=""
    )
    with_credential = set(signed.values_list("certificate", flat=True))
    found: dict[int, list[RecordedCertificate]] = defaultdict(list)
    for row in rows:
        facts = row.typed_facts
        found[row.enrolment_id].append(
            RecordedCertificate(
                pk=row.pk,
                code=row.code,
                printed_code=row.printed_code,
                title=facts.course_title,
                state=row.state(now=now),
                issued_on=timezone.localdate(row.issued_at),
                valid_until=timezone.localdate(row.valid_until),
                is_pilot=facts.is_pilot,
                has_credential=row.pk in with_credential,
            )
        )
    return found


def _sittings(user: User) -> tuple[RecordedSitting, ...]:
    rows = ImportedSitting.objects.filter(learner=user, is_complete=True).defer("answers")
    return tuple(
        RecordedSitting(row.quiz_title, row.percent, row.is_passed, _day(row.ended_at))
        for row in rows.order_by("-ended_at", "-pk")
    )
