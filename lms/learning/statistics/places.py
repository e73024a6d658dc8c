"""Where a quiz stands: its page and the course above it."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from courses.enums import QuizMode
from courses.models import CoursePage, Quiz, QuizPage
from courses.models.serving import active_language


@dataclass(frozen=True)
class QuizPlace:
    """A quiz where it stands: its page and course, in the reader's language where they exist."""

    page: QuizPage
    course: CoursePage

    @property
    def quiz_key(self) -> UUID:
        """The key under which attempts name it."""
        key: UUID = self.page.translation_key
        return key

    @property
    def quiz(self) -> Quiz:
        """Its settings."""
        quiz: Quiz = self.page.quiz
        return quiz

    @property
    def scale(self) -> str:
        """The scale on which the course shows marks."""
        return str(self.course.scale)

    @property
    def is_before_teaching(self) -> bool:
        """Whether it is a diagnosis that is compared with nothing before it."""
        return self.quiz.mode == QuizMode.DIAGNOSIS and self.quiz.compared_with_id is None


def places_of(courses: list[CoursePage], pages: list[QuizPage]) -> list[QuizPlace]:
    """Join each page with the course above it; of several languages keep the reader's."""
    found: dict[UUID, QuizPlace] = {}
    for page in sorted(pages, key=lambda page: (_language_rank(page), page.path)):
        course = next((c for c in courses if page.path.startswith(c.path)), None)
        if course is not None:
            found.setdefault(page.translation_key, QuizPlace(page, course))
    return sorted(found.values(), key=lambda place: place.page.path)


def _language_rank(page: QuizPage) -> tuple[bool, bool]:
    code = page.locale.language_code
    return (code != active_language(), code != settings.LANGUAGE_CODE)


def pre_test_key(place: QuizPlace) -> UUID | None:
    """Return the key of the pre-test with which a quiz is compared, as it stands in its course."""
    if place.quiz.compared_with_id is None:
        return None
    pages = QuizPage.objects.filter(quiz=place.quiz.compared_with_id).order_by("path")
    own = [page for page in pages if page.path.startswith(place.course.path)]
    found = next(iter([*own, *pages]), None)
    return None if found is None else found.translation_key
