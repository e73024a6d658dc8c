"""Where a trainer is: a quiz of a course that she follows."""

from dataclasses import dataclass
from uuid import UUID

from courses.models import Quiz
from courses.page_links import PageLink


@dataclass(frozen=True)
class FollowedQuiz:
    """A quiz in a course whose staff the user belongs to."""

    key: UUID
    course_key: UUID
    quiz: Quiz
    link: PageLink
    course: PageLink
