"""Cohorts whose people have done more or less, for the pages by which trainers follow them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from courses.enums import ItemKind
from courses.models import CourseRelease
from courses.promises import PromisedCriterion, PromisedItem
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, Cohort, Enrolment, LessonProgress
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import make_cohort
from tests.factories.learning import EnrolmentFactory

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""Noon in Lima."""

RULE = {"pass_mark": "70", "attempts": None, "layout": "one_per_page", "feedback": "none"}


def at_noon(days_ago: int) -> datetime:
    """Return noon in Lima, so many days before the day of the tests."""
    return NOON - timedelta(days=days_ago)


@dataclass
class Group:
    """A running cohort, and short ways to let its people do something."""

    cohort: Cohort

    @property
    def release(self) -> CourseRelease:
        return self.cohort.release

    @property
    def keys(self) -> list[UUID]:
        return [item.key for item in self.release.typed_promise.items()]

    def join(self, name: str = "", *, days_ago: int = 20, **fields: Any) -> Enrolment:
        """Return somebody who was enrolled so many days ago."""
        person = {"full_name": name} if name else {}
        learner = fields.pop("learner", None) or UserFactory(**person)
        enrolment: Enrolment = EnrolmentFactory(
            release=self.release,
            cohort=self.cohort,
            learner=learner,
            enrolled_at=at_noon(days_ago),
            **fields,
        )
        return enrolment


def make_group(release: CourseRelease, **fields: Any) -> Group:
    """Return a cohort that runs since the beginning of the month; seven days, two failures."""
    return Group(make_cohort(release, **fields))


def read(enrolment: Enrolment, key: UUID, *, days_ago: int, is_done: bool = True) -> None:
    """Let somebody open a lesson, and finish it, so many days ago."""
    at = at_noon(days_ago)
    LessonProgress.objects.create(
        enrolment=enrolment, lesson_key=key, opened_at=at, completed_at=at if is_done else None
    )


def attempt_at(
    enrolment: Enrolment,
    key: UUID,
    *,
    days_ago: int = 0,
    state: AttemptState = AttemptState.MARKED,
    is_passed: bool = False,
) -> Attempt:
    """Return a closed attempt at a quiz, handed in so many days ago."""
    at = at_noon(days_ago)
    has_result = state == AttemptState.MARKED
    found: Attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=key,
        number=Attempt.objects.filter(enrolment=enrolment, quiz_key=key).count() + 1,
        state=state,
        rule=RULE,
        started_at=at,
        submitted_at=None if state == AttemptState.IN_PROGRESS else at,
        score=Decimal(90 if is_passed else 20) if has_result else None,
        is_passed=is_passed if has_result else None,
        counts=has_result and is_passed,
    )
    return found


def ask_for_more(release: CourseRelease) -> PromisedItem:
    """Let a release ask for a practice, for attendance and for approval; return the practice."""
    promise = release.typed_promise
    criterion = PromisedCriterion(uuid4(), {"es": "Saluda y se presenta."}, is_essential=True)
    practice = PromisedItem(
        key=uuid4(),
        kind=ItemKind.PRACTICE,
        titles={"es": "Primer contacto"},
        minutes=20,
        criteria=(criterion,),
        needed=1,
    )
    module = promise.modules[0]
    asked = replace(
        promise,
        modules=(replace(module, items=(*module.items, practice)), *promise.modules[1:]),
        attendance_percent=80,
        needs_approval=True,
    )
    release.promise = asked.to_json()
    release.save()
    del release.typed_promise
    return practice
