"""Who came to a course in a period, and how far they got; counted in groups by the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.db.models.expressions import Combinable, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from certificates.models import Certificate
from courses.enums import QuizMode
from courses.models import CoursePage, CourseRelease, QuizPage
from lms.accounts.enums import Sex
from lms.accounts.models import Agency, Membership
from lms.learning.enums import EnrolmentState, PlaceState
from lms.learning.evaluation.enums import STAGES, Grouping
from lms.learning.evaluation.protecting import Counts
from lms.learning.models import (
    Attempt,
    CohortPlace,
    CourseReport,
    Enrolment,
    LessonProgress,
)
from lms.learning.periods import Period
from lms.learning.statistics.places import QuizPlace, places_of

UNKNOWN = ""
"""The group of those who came by themselves and belonged to no agency then."""
ENTERED, STARTED, FINISHED, CERTIFIED = range(len(STAGES))


@dataclass(frozen=True)
class Population:
    """How many people of each group reached each stage, and who they are as a query."""

    groups: Mapping[Grouping, Mapping[str, Counts]]
    agencies: frozenset[int]
    enrolments: QuerySet[Enrolment]

    @property
    def total(self) -> Counts:
        """How many people reached each stage."""
        counts = list(self.groups[Grouping.SEX].values())
        return tuple(sum(values) for values in zip(*counts, strict=True)) if counts else (0,) * 4


def population(course_key: UUID, period: Period) -> Population:
    """Return the people who came to a course in a period; three queries, whatever the numbers.

    A person comes once: with her first nomination, else with her first enrolment. Her agency is
    the one that nominated her, else the one to which she belonged on that day.
    """
    places, own = _first_places(course_key, period), _first_enrolments(course_key, period)
    rows = [
        *_counted(places, course_key, moment="created_at", agency=_nominating_agency()),
        *_counted(own, course_key, moment="enrolled_at", agency=_agency_then()),
    ]
    pks = {row["from_agency"] for row in rows if row["from_agency"] is not None}
    agencies = {agency.pk: agency for agency in Agency.objects.filter(pk__in=pks)}
    learners = Q(learner__in=places.filter(learner__isnull=False).values("learner"))
    enrolments = Enrolment.objects.filter(course_key=course_key)
    return Population(
        groups={grouping: _grouped(rows, agencies, grouping) for grouping in Grouping},
        agencies=frozenset(pks),
        enrolments=enrolments.filter(learners | Q(learner__in=own.values("learner"))),
    )


def _real_places(course_key: UUID) -> QuerySet[CohortPlace]:
    """Return nominations, and seats that people took themselves; no wishes that came to nothing."""
    return CohortPlace.objects.filter(
        Q(agency__isnull=False) | Q(state=PlaceState.SEATED),
        cohort__release__course_key=course_key,
    )


def _first_places(course_key: UUID, period: Period) -> QuerySet[CohortPlace]:
    start, end = period.moments
    earlier = _real_places(course_key).filter(
        Q(created_at__lt=OuterRef("created_at"))
        | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    )
    enrolled = Enrolment.objects.filter(
        learner=OuterRef("learner"),
        course_key=course_key,
        enrolled_at__lt=OuterRef("created_at"),
    )
    return _real_places(course_key).filter(
        ~Exists(earlier.filter(learner=OuterRef("learner"))),
        ~Exists(earlier.filter(learner__isnull=True, invitation=OuterRef("invitation"))),
        ~Exists(enrolled),
        created_at__gte=start,
        created_at__lt=end,
    )


def _first_enrolments(course_key: UUID, period: Period) -> QuerySet[Enrolment]:
    start, end = period.moments
    nominated = _real_places(course_key).filter(
        learner=OuterRef("learner"), created_at__lte=OuterRef("enrolled_at")
    )
    earlier = Enrolment.objects.filter(
        Q(enrolled_at__lt=OuterRef("enrolled_at"))
        | Q(enrolled_at=OuterRef("enrolled_at"), pk__lt=OuterRef("pk")),
        learner=OuterRef("learner"),
        course_key=course_key,
    )
    return Enrolment.objects.filter(
        ~Exists(nominated),
        ~Exists(earlier),
        course_key=course_key,
        enrolled_at__gte=start,
        enrolled_at__lt=end,
    )


def _agency_then() -> Subquery:
    """Return the agency to which a person belonged on `on_day`."""
    day = OuterRef("on_day")
    held = Membership.objects.filter(
        Q(until_date=None) | Q(until_date__gte=day), user=OuterRef("learner"), from_date__lte=day
    )
    return Subquery(
        held.order_by("from_date", "pk").values("agency")[:1], output_field=BigIntegerField()
    )


def _nominating_agency() -> Coalesce:
    return Coalesce(F("agency"), _agency_then(), output_field=BigIntegerField())


def _stage(course_key: UUID) -> Case:
    """Return how far a person got in a course, whichever of her enrolments it was."""
    own = Enrolment.objects.filter(learner=OuterRef("learner"), course_key=course_key)
    # From the enrolment to its certificate: the other way the database reads all that stand.
    standing = Exists(
        Certificate.objects.filter(enrolment=OuterRef("pk"), revoked_at=None, replaced_by=None)
    )
    began = Exists(LessonProgress.objects.filter(enrolment=OuterRef("pk"))) | Exists(
        Attempt.objects.filter(enrolment=OuterRef("pk"))
    )
    return Case(
        When(Exists(own.filter(standing)), then=CERTIFIED),
        When(Exists(own.filter(state=EnrolmentState.COMPLETED)), then=FINISHED),
        When(Exists(own.filter(began)), then=STARTED),
        default=ENTERED,
        output_field=IntegerField(),
    )


def _counted(
    people: QuerySet[Any], course_key: UUID, *, moment: str, agency: Combinable
) -> Iterable[Mapping[str, Any]]:
    rows: Iterable[Mapping[str, Any]] = (
        people.annotate(on_day=TruncDate(moment))
        .annotate(reached=_stage(course_key), from_agency=agency, said_sex=F("learner__sex"))
        .values("reached", "from_agency", "said_sex")
        .annotate(people=Count("pk"))
        .order_by()
    )
    return rows


def _grouped(
    rows: Sequence[Mapping[str, Any]], agencies: Mapping[int, Agency], grouping: Grouping
) -> dict[str, Counts]:
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(STAGES))
    for row in rows:
        agency = agencies.get(row["from_agency"])
        if grouping == Grouping.SEX:
            group = row["said_sex"] or Sex.UNTOLD.value
        elif agency is None:
            group = UNKNOWN
        else:
            group = agency.sector if grouping == Grouping.SECTOR else agency.region.strip()
        for stage in range(row["reached"] + 1):
            found[group][stage] += row["people"]
    return {group: tuple(found[group]) for group in sorted(found, key=lambda one: (not one, one))}


@dataclass(frozen=True)
class ReportedCourse:
    """A course of which the user may ask for reports; `since` is when it was first released."""

    key: UUID
    title: str
    since: date


def reported_courses(keys: Collection[UUID] | None) -> list[ReportedCourse]:
    """Return the released courses with these keys, all of them for None; one query."""
    rows = CourseRelease.objects.order_by("course_key", "number")
    if keys is not None:
        rows = rows.filter(course_key__in=keys)
    found: dict[UUID, ReportedCourse] = {}
    for release in rows:
        known = found.get(release.course_key)
        since = known.since if known else timezone.localdate(release.created_at)
        found[release.course_key] = ReportedCourse(
            release.course_key, release.typed_promise.title, since
        )
    return sorted(found.values(), key=lambda one: one.title)


def course_reports() -> QuerySet[CourseReport]:
    """Return the reports as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(CourseReport)


def reports_of(courses: Iterable[ReportedCourse]) -> QuerySet[CourseReport]:
    """Return the reports of these courses, newest period first, without their figures."""
    rows = course_reports().filter(course_key__in=[course.key for course in courses])
    return rows.defer("figures").order_by("-starts_date", "course_key")


def survey_places(course_key: UUID) -> list[QuizPlace]:
    """Return the anonymous surveys of a course, in its order; two queries."""
    courses = list(CoursePage.objects.filter(translation_key=course_key).select_related("locale"))
    below = Q()
    for course in courses:
        below |= Q(path__startswith=course.path)
    if not courses:
        return []
    pages = QuizPage.objects.filter(below, quiz__mode=QuizMode.SURVEY, quiz__is_anonymous=True)
    return places_of(courses, list(pages.select_related("quiz", "locale")))
