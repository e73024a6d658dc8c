"""Who marks, and what is marked: what permissions find and queries read."""

from dataclasses import dataclass
from uuid import UUID

from courses.models import QuestionVersion
from lms.accounts.models import User


@dataclass(frozen=True)
class Marker:
    """Somebody who marks, and the courses in which she does; None for all of them."""

    user: User
    courses: frozenset[UUID] | None

    def may(self, course_key: UUID) -> bool:
        """Say whether she marks in this course."""
        return self.courses is None or course_key in self.courses


@dataclass(frozen=True)
class AskedQuestion:
    """One version of a question as it was asked in one quiz."""

    quiz_key: UUID
    version: QuestionVersion
    course_key: UUID
