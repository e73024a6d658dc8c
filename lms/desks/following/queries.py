"""Reading where the people of cohorts stand: the same few queries, however many they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.enums import UNCOUNTED_MODES
from courses.models import CourseRelease, QuizPage
from lms.accounts.models import Membership
from lms.desks.following.standings import Failures, Followed, Marks, Plan, may_be_stuck
from lms.learning.activity import last_activity
from lms.learning.completion import attendance_by_enrolment
from lms.learning.enums import RESULT_STATES, AttemptState, EnrolmentState
from lms.learning.models import (
    Approval,
    Attempt,
    CaseRun,
    Cohort,
    CohortPlace,
    Enrolment,
    Exemption,
    PracticeObservation,
)
from lms.learning.progress import progress_by_enrolment

EXEMPT, WAITING, FAILED, BEGUN, UNSIGNED = "exempt", "waiting", "failed", "begun", "unsigned"
LISTED_BY_NUMBER = 300
"""As many enrolments as are named by their numbers; of more, a query finds them."""

Keep = Callable[[Enrolment, datetime | None, Marks], bool]


def people_of(cohort: Cohort, *, now: datetime) -> list[Followed]:
    """Return everybody in a cohort, those whose enrolment has ended too, by name.

    Eight queries for any number of people, items and sessions; one more in the rare case that
    somebody takes another release than the cohort.
    """
    rows = Enrolment.objects.filter(cohort=cohort)
    return follow(rows, {cohort.pk: cohort}, now=now)


def person_of(enrolment: Enrolment, cohort: Cohort, *, now: datetime) -> Followed:
    """Return one learner of a cohort."""
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    return follow(rows, {cohort.pk: cohort}, now=now)[0]


def stuck_by_cohort(cohorts: Sequence[Cohort], *, now: datetime) -> dict[int, int]:
    """Return how many are stuck in each of these cohorts; the same queries for any number."""
    today = timezone.localdate(now)
    known = {cohort.pk: cohort for cohort in cohorts if cohort.starts_date <= today}
    rows = Enrolment.objects.filter(cohort__in=list(known), state=EnrolmentState.ACTIVE)

    def keep(row: Enrolment, last_at: datetime | None, marks: Marks) -> bool:
        return may_be_stuck(row, known[row.cohort_id or 0], last_at, marks, today)

    found: dict[int, int] = defaultdict(int)
    for one in follow(rows, known, now=now, keep=keep):
        found[one.cohort.pk] += one.stuck is not None
    return dict(found)


def follow(
    enrolments: QuerySet[Enrolment],
    cohorts: Mapping[int, Cohort],
    *,
    now: datetime,
    keep: Keep | None = None,
) -> list[Followed]:
    """Return where each of these enrolments stands, by name.

    Args:
        enrolments: of these cohorts, and of no other.
        cohorts: with their releases.
        now: from which today is told, in America/Lima.
        keep: which of them are wanted, by what they did; asked before the dearest query.
    """
    today = timezone.localdate(now)
    marks, last = _marks(enrolments), last_activity(enrolments)
    rows = [
        row
        for row in _rows(enrolments, cohorts)
        if keep is None or keep(row, last.get(row.pk), marks[row.pk])
    ]
    among = enrolments if len(rows) > LISTED_BY_NUMBER else None
    progress = progress_by_enrolment(rows, among=among)
    attendance = attendance_by_enrolment(rows)
    plans = _plans({row.release_id: row.release for row in rows}.values(), now=now)
    agencies = _agencies(enrolments, on=today)
    return [
        Followed(
            enrolment=row,
            cohort=cohorts[row.cohort_id or 0],
            plan=plans[row.release_id],
            progress=progress[row.pk],
            marks=marks[row.pk],
            today=today,
            last_at=last.get(row.pk),
            attendance=attendance.get(row.pk),
            agencies=agencies.get(row.pk, ()),
            is_approved=getattr(row, "is_approved", False),
        )
        for row in rows
    ]


def _rows(enrolments: QuerySet[Enrolment], cohorts: Mapping[int, Cohort]) -> list[Enrolment]:
    """Return the enrolments with the cohorts and releases that are in hand, each read once."""
    approvals = Approval.objects.filter(enrolment=OuterRef("pk"))
    rows: list[Enrolment] = list(
        enrolments.select_related("learner")
        .annotate(is_approved=Exists(approvals))
        .order_by("learner__full_name", "pk")
    )
    releases = {cohort.release_id: cohort.release for cohort in cohorts.values()}
    others = {row.release_id for row in rows} - set(releases)
    if others:
        releases |= CourseRelease.objects.in_bulk(others)
    for row in rows:
        row.cohort, row.release = cohorts[row.cohort_id or 0], releases[row.release_id]
    return rows


def _plans(releases: Iterable[CourseRelease], *, now: datetime) -> dict[int, Plan]:
    known = list(releases)
    keys = {item.key for release in known for item in release.typed_promise.items()}
    unopened = frozenset(
        QuizPage.objects.filter(translation_key__in=keys, quiz__opens_at__gt=now).values_list(
            "translation_key", flat=True
        )
    )
    return {release.pk: Plan(release.typed_promise, unopened) for release in known}


def _marks(enrolments: QuerySet[Enrolment]) -> dict[int, Marks]:
    """Return what happened at items besides what is done, by enrolment; one query for all."""
    first, *others = _mark_rows(enrolments.order_by().values("pk"))
    found: dict[int, Marks] = defaultdict(Marks)
    for pk, key, what, number, at in first.union(*others, all=True):
        marks = found[pk]
        if what == FAILED:
            marks.failures[key] = Failures(number, at)
        else:
            _BY_WORD[what](marks).add(key)
    return found


def _mark_rows(ids: QuerySet[Any, Any]) -> Iterator[QuerySet[Any, Any]]:
    """Yield what can be united: enrolment, item, which mark, how often, when last."""
    yield (
        Exemption.objects.filter(enrolment__in=ids)
        .annotate(
            what=_said(EXEMPT),
            number=Value(1, output_field=IntegerField()),
            at=F("granted_at"),
        )
        .values_list("enrolment_id", "item_key", "what", "number", "at")
    )
    yield _attempt_rows(ids)
    yield (
        CaseRun.objects.filter(enrolment__in=ids)
        .annotate(what=_said(BEGUN))
        .order_by()
        .values_list("enrolment_id", "case_key", "what")
        .annotate(number=Count("pk"), at=Max("started_at"))
    )
    failed = PracticeObservation.objects.filter(is_passed=False, taken_back_at__isnull=True)
    yield (
        failed.filter(enrolment__in=ids)
        .annotate(what=_said(UNSIGNED))
        .order_by()
        .values_list("enrolment_id", "item_key", "what")
        .annotate(number=Count("pk"), at=Max("observed_at"))
    )


def _attempt_rows(ids: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return (
        Attempt.objects.filter(enrolment__in=ids)
        .filter(_counted_and_closed() | Q(state=AttemptState.IN_PROGRESS))
        .annotate(
            what=Case(
                When(state=AttemptState.SUBMITTED, then=_said(WAITING)),
                When(state=AttemptState.IN_PROGRESS, then=_said(BEGUN)),
                default=_said(FAILED),
            )
        )
        .order_by()
        .values_list("enrolment_id", "quiz_key", "what")
        .annotate(number=Count("pk"), at=Max(Coalesce("submitted_at", "started_at")))
    )


def _said(what: str) -> Value:
    return Value(what, output_field=CharField())


_BY_WORD: dict[str, Callable[[Marks], set[UUID]]] = {
    EXEMPT: lambda marks: marks.exempt,
    WAITING: lambda marks: marks.waiting,
    BEGUN: lambda marks: marks.begun,
    UNSIGNED: lambda marks: marks.failed_practices,
}


def _counted_and_closed() -> Q:
    is_failed = Q(state__in=RESULT_STATES, is_passed=False)
    return ~Q(mode__in=UNCOUNTED_MODES) & (Q(state=AttemptState.SUBMITTED) | is_failed)


def _agencies(enrolments: QuerySet[Enrolment], *, on: date) -> dict[int, tuple[str, ...]]:
    """Return the agencies that nominated each learner, else those of which she is a member today."""
    ids = enrolments.order_by().values("pk")
    nominated = (
        CohortPlace.objects.live()
        .filter(enrolment__in=ids, agency__isnull=False)
        .annotate(is_nominated=Value(1, output_field=IntegerField()))
        .values_list("enrolment_id", "agency__name", "is_nominated")
    )
    members = (
        Membership.objects.current(on=on)
        .filter(user__enrolments__in=ids)
        .annotate(is_nominated=Value(0, output_field=IntegerField()))
        .values_list("user__enrolments__pk", "agency__name", "is_nominated")
    )
    found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, name, is_nominated in nominated.union(members, all=True):
        found[pk][is_nominated].add(name)
    return {pk: tuple(sorted(kinds.get(1) or kinds[0])) for pk, kinds in found.items()}
