"""Reading attempts as the staff of a course sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import CourseRelease
from courses.promises import PromisedItem
from courses.quiz_changes import QuizUse
from lms.learning.attempts.rules import AttemptRule
from lms.learning.enums import CLOSED_STATES, READING_STATES, RESULT_STATES, AttemptState
from lms.learning.models import Allowance, Attempt, Enrolment
from lms.learning.supervision.enums import Shown
from lms.learning.supervision.places import FollowedQuiz


def attempts_by_state(quiz_keys: Iterable[UUID]) -> QuizUse:
    """Return how many attempts at these quizzes are under way and how many are finished."""
    counts = Attempt.objects.filter(quiz_key__in=set(quiz_keys)).aggregate(
        in_progress=Count("pk", filter=Q(state=AttemptState.IN_PROGRESS)),
        finished=Count("pk", filter=Q(state__in=CLOSED_STATES)),
    )
    return QuizUse(**counts)


@dataclass(frozen=True)
class FollowedAttempt:
    """One attempt as staff sees it; nothing of what was answered."""

    attempt: Attempt
    scale: str

    @cached_property
    def rule(self) -> AttemptRule:
        """What held when it began."""
        return AttemptRule.from_json(self.attempt.rule)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody may learn what was answered: only that it was handed in."""
        return self.rule.is_anonymous

    @property
    def has_result(self) -> bool:
        """Whether it has its result."""
        return self.attempt.state in RESULT_STATES

    @property
    def is_waiting_for_marks(self) -> bool:
        """Whether it was handed in and has no result yet."""
        return bool(self.attempt.state == AttemptState.SUBMITTED)

    @property
    def minutes(self) -> int | None:
        """How many minutes it took, rounded up; None while it is under way."""
        if self.attempt.submitted_at is None:
            return None
        taken = self.attempt.submitted_at - self.attempt.started_at
        return max(1, -(-taken // timedelta(minutes=1)))

    @property
    def has_broken_safety(self) -> bool:
        """Whether an error in a critical question failed it."""
        return bool(self.attempt.safety_errors)


@dataclass(frozen=True)
class FollowedLearner:
    """A learner of the course with the attempts at one quiz and what was allowed."""

    enrolment: Enrolment
    item: PromisedItem
    attempts: tuple[FollowedAttempt, ...]
    allowances: tuple[Allowance, ...]

    @property
    def name(self) -> str:
        """The learner's own name, as it stands on certificates."""
        learner = self.enrolment.learner
        return learner.full_name or learner.get_display_name()

    @property
    def extra_minutes(self) -> int:
        """The minutes that were allowed, all together."""
        return sum(allowance.extra_minutes for allowance in self.allowances)

    @property
    def extra_attempts(self) -> int:
        """The attempts that were allowed, all together."""
        return sum(allowance.extra_attempts for allowance in self.allowances)

    @property
    def attempts_allowed(self) -> int | None:
        """How many attempts there may be in all; None for no limit."""
        return None if self.item.attempts is None else self.item.attempts + self.extra_attempts

    @property
    def has_passed(self) -> bool:
        """Whether the attempt that counts has passed."""
        return any(one.attempt.counts and one.attempt.is_passed for one in self.attempts)


def enrolments_at(
    followed: FollowedQuiz, *, seen: Q, name: str = "", shown: str = ""
) -> QuerySet[Enrolment]:
    """Return the enrolments whose release promised the quiz, by name, with these filters.

    Whoever withdrew is among them only with an attempt; `seen` is whose names the reader may see.
    """
    promising = [
        release.pk
        for release in CourseRelease.objects.filter(course_key=followed.course_key)
        if release.typed_promise.item(followed.key) is not None
    ]
    attempts = Attempt.objects.filter(enrolment=OuterRef("pk"), quiz_key=followed.key)
    rows: QuerySet[Enrolment] = Enrolment.objects.filter(seen, release__in=promising).filter(
        Q(state__in=READING_STATES) | Exists(attempts)
    )
    if name:
        rows = rows.filter(
            Q(learner__full_name__icontains=name) | Q(learner__display_name__icontains=name)
        )
    rows = _only(rows, attempts, shown)
    return rows.select_related("learner", "release").order_by("learner__full_name", "pk")


def _only(
    rows: QuerySet[Enrolment], attempts: QuerySet[Attempt], shown: str
) -> QuerySet[Enrolment]:
    if shown == Shown.NONE:
        return rows.filter(~Exists(attempts))
    found = {
        Shown.UNDER_WAY: attempts.filter(state=AttemptState.IN_PROGRESS),
        Shown.WAITING: attempts.filter(state=AttemptState.SUBMITTED),
        Shown.PASSED: attempts.filter(counts=True, is_passed=True),
        Shown.NOT_PASSED: attempts.filter(counts=True, is_passed=False),
        Shown.SAFETY: attempts.exclude(safety_errors=[]).exclude(state=AttemptState.ANNULLED),
        Shown.ANNULLED: attempts.filter(state=AttemptState.ANNULLED),
    }.get(Shown(shown) if shown else Shown.ALL)
    return rows if found is None else rows.filter(Exists(found))


def with_attempts(enrolments: Iterable[Enrolment], quiz_key: UUID) -> QuerySet[Enrolment]:
    """Return these enrolments with their attempts and allowances at a quiz; three queries."""
    attempts = Attempt.objects.filter(quiz_key=quiz_key).order_by("number")
    allowances = Allowance.objects.filter(quiz_key=quiz_key).select_related("granted_by")
    return (
        Enrolment.objects.filter(pk__in=[row.pk for row in enrolments])
        .select_related("learner", "release")
        .prefetch_related(
            Prefetch("attempts", attempts, to_attr="attempts_here"),
            Prefetch("allowances", allowances.order_by("granted_at"), to_attr="allowances_here"),
        )
        .order_by("learner__full_name", "pk")
    )


def followed_learners(enrolments: Iterable[Enrolment], quiz_key: UUID) -> list[FollowedLearner]:
    """Return what the list shows of each of these enrolments."""
    found = []
    for enrolment in with_attempts(enrolments, quiz_key):
        promise = enrolment.release.typed_promise
        item = promise.item(quiz_key)
        if item is None:
            continue
        attempts = getattr(enrolment, "attempts_here", ())
        found.append(
            FollowedLearner(
                enrolment=enrolment,
                item=item,
                attempts=tuple(FollowedAttempt(one, str(promise.scale)) for one in attempts),
                allowances=tuple(getattr(enrolment, "allowances_here", ())),
            )
        )
    return found


def followed_learner(enrolment: Enrolment, quiz_key: UUID) -> FollowedLearner:
    """Return one learner's row; the release promised the quiz."""
    return followed_learners([enrolment], quiz_key)[0]


def waiting_answers(course_keys: Iterable[UUID] | None) -> dict[UUID, int]:
    """Return how many answers wait for a marker, by quiz; of all courses where none are named."""
    rows = Attempt.objects.filter(items__is_waiting=True)
    if course_keys is not None:
        rows = rows.filter(enrolment__course_key__in=set(course_keys))
    return dict(rows.values_list("quiz_key").annotate(Count("items")).order_by())
