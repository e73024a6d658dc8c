"""The report of a course: python -m benchmarks.report, on a site of its own (see __main__).

Counting everybody who came in a year is compared with one bare query that counts the rows of the
same period by the state of the enrolment. BENCH_ENROLMENTS makes it smaller.
"""

import json
import os
import tracemalloc
import uuid
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.measure import Figure, medians
from certificates.codes import new_code
from certificates.models import Certificate
from courses.models import CourseRelease
from lms.accounts.enums import Sector, Sex
from lms.accounts.models import Agency, User
from lms.desks.reports.composing import composed
from lms.desks.reports.printing import pdf_of, xlsx_of
from lms.desks.reports.services import counted_for
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, CourseReport, Enrolment, LessonProgress
from lms.learning.periods import PeriodKind, period_of

ENROLMENTS = int(os.environ.get("BENCH_ENROLMENTS", "100000"))
AGENCIES, REGIONS, A_BATCH, ROUNDS = 200, 25, 10_000, 3
MOMENT = timezone.now() - timedelta(days=400)
PERIOD = period_of(timezone.localdate(MOMENT), PeriodKind.YEAR)


def made_release(model: CourseRelease) -> CourseRelease:
    """Return a release of a course of its own."""
    promise = replace(model.typed_promise, course_key=uuid.uuid4())
    return CourseRelease.objects.create(
        course_key=promise.course_key,
        number=1,
        promise=promise.to_json(),
        is_pilot=True,
        created_at=MOMENT,
    )


def fill(release: CourseRelease) -> None:
    """Nominate ENROLMENTS people; one in ten never started, two in three are certified."""
    cohort = Cohort.objects.create(
        release=release,
        name="Todo el país",
        starts_date=PERIOD.starts_date,
        ends_date=PERIOD.ends_date,
        created_at=MOMENT,
    )
    sectors = list(Sector)
    agencies = Agency.objects.bulk_create(
        Agency(
            name=f"Institución {n}",
            sector=sectors[n % len(sectors)],
            region=f"Región {n % REGIONS:02}",
        )
        for n in range(AGENCIES)
    )
    for start in range(0, ENROLMENTS, A_BATCH):
        _fill_batch(cohort, agencies, range(start, min(start + A_BATCH, ENROLMENTS)))


def _fill_batch(cohort: Cohort, agencies: list[Agency], numbers: range) -> None:
    sexes = [Sex.WOMAN, Sex.MAN, Sex.WOMAN, Sex.UNTOLD, ""]
    key = next(cohort.release.typed_promise.items()).key
    people = User.objects.bulk_create(
        User(email=f"p{n}@report.test", full_name=f"Persona {n}", sex=sexes[n % 5]) for n in numbers
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person,
            release=cohort.release,
            course_key=cohort.release.course_key,
            cohort=cohort,
            state=EnrolmentState.COMPLETED if n % 3 else EnrolmentState.ACTIVE,
            enrolled_at=MOMENT,
            completed_at=MOMENT if n % 3 else None,
        )
        for n, person in zip(numbers, people, strict=True)
    )
    CohortPlace.objects.bulk_create(
        CohortPlace(
            cohort=cohort,
            learner=one.learner,
            agency=agencies[n * 7 % AGENCIES],
            enrolment=one,
            state=PlaceState.SEATED,
            created_at=MOMENT,
        )
        for n, one in zip(numbers, enrolments, strict=True)
    )
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=one, lesson_key=key, opened_at=MOMENT)
        for n, one in zip(numbers, enrolments, strict=True)
        if n % 10
    )
    Certificate.objects.bulk_create(
        Certificate(
            code=new_code(),
            enrolment=one,
            language="es",
            facts={},
            issued_at=MOMENT,
            valid_until=MOMENT + timedelta(days=730),
        )
        for n, one in zip(numbers, enrolments, strict=True)
        if n % 3
    )


def bare(release: CourseRelease) -> list[Any]:
    """Return the rows of the period by the state of the enrolment; one query over the same rows."""
    start, end = PERIOD.moments
    places = CohortPlace.objects.filter(
        cohort__release__course_key=release.course_key, created_at__gte=start, created_at__lt=end
    )
    return list(places.order_by().values_list("enrolment__state").annotate(Count("pk")))


def main() -> None:
    """Fill, measure, print the figures as one line of JSON."""
    release = made_release(Enrolment.objects.get(learner__email="ana@demo.test").release)
    fill(release)
    now = timezone.now()

    def count() -> Any:
        return composed(counted_for(release.course_key, PERIOD, now=now), "es")

    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as queries:
        text = count()
    assert text.tables()[0].rows[0].cells[0] == ENROLMENTS
    tracemalloc.start()
    count()
    peak = tracemalloc.get_traced_memory()[1] // 1_000_000
    tracemalloc.stop()
    measured, baseline = medians(count, lambda: bare(release), rounds=ROUNDS)
    figures = [
        Figure(
            f"a report counted over {ENROLMENTS} enrolments ({peak} MB at most)",
            measured,
            "the same rows by state, one query",
            baseline,
            len(queries),
        ),
        _printed(release, text, now),
    ]
    print(json.dumps([asdict(figure) for figure in figures]))


def _printed(release: CourseRelease, text: Any, now: Any) -> Figure:
    report = CourseReport(
        course_key=release.course_key,
        kind=PERIOD.kind,
        year=PERIOD.year,
        number=PERIOD.number,
        starts_date=PERIOD.starts_date,
        ends_date=PERIOD.ends_date,
        counted_at=now,
    )
    measured, baseline = medians(
        lambda: pdf_of(report, text), lambda: xlsx_of(report, text), rounds=ROUNDS
    )
    size = len(pdf_of(report, text))
    return Figure("that report as a PDF", measured, "as a workbook", baseline, 0, size)


if __name__ == "__main__":
    main()
