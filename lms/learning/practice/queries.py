"""Reading what was signed: of one learner, and of a whole cohort."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from courses.enums import ItemKind
from courses.promises import CoursePromise, PromisedCriterion, PromisedItem
from lms.accounts.models import User
from lms.learning.cohorts.queries import members
from lms.learning.completion import missing_by_enrolment
from lms.learning.completion_words import missing_words
from lms.learning.enums import READING_STATES, CriterionResult, EnrolmentState
from lms.learning.models import (
    Approval,
    Cohort,
    CourseSession,
    Enrolment,
    Exemption,
    PracticeObservation,
)
from lms.learning.practice.enums import Standing


@dataclass(frozen=True)
class SeenLine:
    """One line of a checklist with what was seen of it."""

    criterion: PromisedCriterion
    result: CriterionResult

    @property
    def result_words(self) -> str:
        """What was seen, in words."""
        return str(self.result.label)


@dataclass(frozen=True)
class ShownObservation:
    """What was signed of one learner, as she and her trainers read it."""

    pk: int
    number: int
    is_passed: bool
    remarks: str
    observed_at: datetime
    observed_by: str
    taken_back_at: datetime | None
    taken_back_reason: str
    lines: tuple[SeenLine, ...]


@dataclass(frozen=True)
class PracticeStanding:
    """Where a learner stands in a practice, and the checklist that her release promised."""

    item: PromisedItem
    observations: tuple[ShownObservation, ...]
    is_done: bool

    @property
    def is_exempted(self) -> bool:
        """Whether it is done without having been passed: she was let off."""
        passed = any(one.is_passed and one.taken_back_at is None for one in self.observations)
        return self.is_done and not passed


def practice_standing(
    enrolment: Enrolment, item: PromisedItem, *, is_done: bool
) -> PracticeStanding:
    """Return where a learner stands in a practice, the newest observation first; one query."""
    rows = (
        PracticeObservation.objects.filter(enrolment=enrolment, item_key=item.key)
        .select_related("observed_by")
        .order_by("-number")
    )
    return PracticeStanding(item, tuple(_shown(row, item) for row in rows), is_done)


def _shown(row: PracticeObservation, item: PromisedItem) -> ShownObservation:
    return ShownObservation(
        pk=row.pk,
        number=row.number,
        is_passed=row.is_passed,
        remarks=row.remarks,
        observed_at=row.observed_at,
        observed_by=row.observed_by.get_display_name(),
        taken_back_at=row.taken_back_at,
        taken_back_reason=row.taken_back_reason,
        lines=tuple(
            SeenLine(
                criterion,
                CriterionResult(row.results.get(str(criterion.key), CriterionResult.NOT_SEEN)),
            )
            for criterion in item.criteria
        ),
    )


def cohorts_to_observe(course_key: UUID, item_key: UUID) -> list[Cohort]:
    """Return the cohorts of a course whose release promised a practice, the newest first."""
    rows = Cohort.objects.filter(release__course_key=course_key).select_related("release")
    found = rows.order_by("-starts_date", "name", "pk")
    return [row for row in found if row.release.typed_promise.item(item_key) is not None]


@dataclass(frozen=True)
class ListedPractice:
    """A practice of a cohort's course, and how many of its people have passed it."""

    item: PromisedItem
    people: int
    done: int


def practices_of(promise: CoursePromise) -> list[PromisedItem]:
    """Return the practices that a release promised, in the order of the course."""
    return [item for item in promise.items() if item.kind == ItemKind.PRACTICE]


def learning_in(cohort: Cohort, *, name: str = "") -> QuerySet[Enrolment]:
    """Return those of a cohort who take its course or have completed it, by name."""
    return members(cohort, name=name).filter(state__in=READING_STATES)


def listed_practices(cohort: Cohort) -> list[ListedPractice]:
    """Return the practices of a cohort's course with their counts; three queries."""
    people = learning_in(cohort).count()
    passed = _passed().filter(enrolment__cohort=cohort, enrolment__state__in=READING_STATES)
    let_off = Exemption.objects.filter(
        enrolment__cohort=cohort, enrolment__state__in=READING_STATES
    )
    done: dict[UUID, set[int]] = {}
    pairs = passed.values_list("item_key", "enrolment_id").union(
        let_off.values_list("item_key", "enrolment_id")
    )
    for key, enrolment_id in pairs:
        done.setdefault(key, set()).add(enrolment_id)
    return [
        ListedPractice(item, people, len(done.get(item.key, ())))
        for item in practices_of(cohort.release.typed_promise)
    ]


def _passed() -> QuerySet[PracticeObservation]:
    return PracticeObservation.objects.filter(is_passed=True, taken_back_at__isnull=True)


@dataclass(frozen=True)
class ListedLearner:
    """A learner in the list of one practice; `is_own` marks the reader herself."""

    pk: int
    name: str
    standing: Standing
    is_own: bool

    @property
    def standing_words(self) -> str:
        """Where she stands, in words."""
        return str(self.standing.label)


def with_standing(
    cohort: Cohort, item: PromisedItem, *, name: str = "", is_open: bool = False
) -> QuerySet[Enrolment]:
    """Return those of a cohort with `standing` in one practice, or those who still need it."""
    own = PracticeObservation.objects.filter(enrolment=OuterRef("pk"), item_key=item.key)
    standing = Case(
        When(
            Exists(own.filter(is_passed=True, taken_back_at__isnull=True)),
            then=Value(Standing.PASSED),
        ),
        When(
            Exists(Exemption.objects.filter(enrolment=OuterRef("pk"), item_key=item.key)),
            then=Value(Standing.EXEMPTED),
        ),
        When(Exists(own.filter(taken_back_at__isnull=True)), then=Value(Standing.SEEN)),
        default=Value(Standing.NOT_YET),
        output_field=CharField(),
    )
    rows = learning_in(cohort, name=name).annotate(standing=standing)
    return rows.filter(standing__in=[Standing.SEEN, Standing.NOT_YET]) if is_open else rows


def listed_learners(rows: Iterable[Enrolment], reader: User) -> list[ListedLearner]:
    """Return enrolments that carry their `standing` as the list shows them."""
    return [
        ListedLearner(
            pk=row.pk,
            name=row.learner.full_name or row.learner.get_display_name(),
            standing=Standing(getattr(row, "standing", Standing.NOT_YET)),
            is_own=row.learner_id == reader.pk,
        )
        for row in rows
    ]


def next_learner(
    cohort: Cohort, item: PromisedItem, after: Enrolment, *, without: User
) -> Enrolment | None:
    """Return who comes after somebody in the list and still needs the practice, from its beginning
    again after its end; None if nobody is left. One or two queries."""
    rows = with_standing(cohort, item, is_open=True).exclude(pk=after.pk).exclude(learner=without)
    name = after.learner.full_name
    later = rows.filter(
        Q(learner__full_name__gt=name) | Q(learner__full_name=name, pk__gt=after.pk)
    )
    return later.first() or rows.first()


def session_under_way(cohort: Cohort, *, now: datetime) -> CourseSession | None:
    """Return the session in which something is signed now, if it can only be one."""
    rows = CourseSession.objects.held().around(now=now).filter(cohort=cohort)
    found = list(rows.order_by("starts_at", "pk")[:2])
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class ListedApproval:
    """A learner in the list of approvals, and what else is missing for her certificate."""

    pk: int
    name: str
    missing: tuple[str, ...]
    approval: Approval | None
    is_completed: bool
    is_own: bool


def approvals_in(cohort: Cohort, *, name: str = "", is_open: bool = False) -> QuerySet[Enrolment]:
    """Return those of a cohort who are to be approved by name, or those who were not yet."""
    rows = learning_in(cohort, name=name).select_related(
        "learner", "release", "approval__approved_by"
    )
    return rows.filter(approval=None, state=EnrolmentState.ACTIVE) if is_open else rows


def listed_approvals(rows: Iterable[Enrolment], reader: User) -> list[ListedApproval]:
    """Return learners with what is missing besides the approval; up to four queries for all."""
    enrolments = list(rows)
    missing = missing_by_enrolment(enrolments)
    return [
        ListedApproval(
            pk=row.pk,
            name=row.learner.full_name or row.learner.get_display_name(),
            missing=tuple(missing_words(replace(missing[row.pk], needs_approval=False))),
            approval=getattr(row, "approval", None),
            is_completed=row.state == EnrolmentState.COMPLETED,
            is_own=row.learner_id == reader.pk,
        )
        for row in enrolments
    ]
