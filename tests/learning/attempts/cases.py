"""Quizzes, people and answers for the tests of attempts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from courses.enums import StaffPart
from courses.models import CourseStaff, Quiz
from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import User
from lms.learning.attempts.services import save_response, start_attempt
from lms.learning.models import Attempt, Enrolment
from tests.factories import (
    AgencyFactory,
    EnrolmentFactory,
    MembershipFactory,
    UserFactory,
    make_course,
    release_course_for_tests,
)
from tests.factories.courses import MadeCourse

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@dataclass
class Case:
    """A learner in a course whose only items are `lessons` and one quiz."""

    made: MadeCourse
    enrolment: Enrolment

    @property
    def learner(self) -> User:
        return self.enrolment.learner

    @property
    def quiz_key(self) -> Any:
        assert self.made.quiz_page is not None
        return self.made.quiz_page.translation_key

    @property
    def quiz(self) -> Quiz:
        assert self.made.quiz is not None
        return self.made.quiz

    def start(self) -> Attempt:
        return start_attempt(
            enrolment=self.enrolment, quiz_key=self.quiz_key, acting_user=self.learner, now=NOW
        )

    def answer(self, attempt: Attempt, *letters: str, sequence: int = 1) -> None:
        """Give one letter to each question in turn."""
        for position, letter in enumerate(letters, start=1):
            save_response(
                attempt=attempt,
                position=position,
                posted={"": [letter] if letter else []},
                sequence=sequence,
                acting_user=self.learner,
                now=NOW,
            )


def make_case(*, lessons: int = 0, questions: int = 3, slug: str = "curso", **rule: Any) -> Case:
    """Return an enrolled learner; `rule` sets fields of the quiz. The right answer is always `a`."""
    made = make_course(slug=slug, lessons=lessons, questions=questions)
    assert made.quiz is not None
    for name, value in rule.items():
        setattr(made.quiz, name, value)
    made.quiz.save()
    made.quiz.refresh_from_db()
    return Case(made, EnrolmentFactory(release=release_course_for_tests(made)))


def make_cast(case: Case) -> dict[str, User | None]:
    """Return the fixed cast around a learner."""
    agency = AgencyFactory()
    MembershipFactory(user=case.learner, agency=agency)
    trainer = UserFactory(role=StaffRole.TRAINER)
    CourseStaff.objects.create(
        user=trainer, course_key=case.enrolment.course_key, part=StaffPart.TRAINER
    )
    coordinator = UserFactory()
    MembershipFactory(user=coordinator, agency=agency, role=MembershipRole.COORDINATOR)
    stranger = UserFactory()
    MembershipFactory(user=stranger)
    return {
        "learner": case.learner,
        "trainer": trainer,
        "coordinator": coordinator,
        "stranger": stranger,
        "nobody": None,
    }
