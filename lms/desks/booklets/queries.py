"""What a trainer's guide and a booklet show of a module."""

from dataclasses import dataclass
from typing import Any

from courses.case_sheets import RolePlay, role_play
from courses.models import CasePage, LessonPage, ModulePage, PracticePage, QuizPage
from courses.models.serving import active_language
from lms.desks.booklets.paper import PaperQuestion, paper_questions


@dataclass(frozen=True)
class RoomCase:
    """The page of a case with the sheets of its case, as far as it is published."""

    page: Any
    sheets: RolePlay


@dataclass(frozen=True)
class PaperQuiz:
    """The page of a quiz with its questions on paper."""

    page: Any
    questions: tuple[PaperQuestion, ...]

    @property
    def numbered(self) -> tuple[PaperQuestion, ...]:
        """The questions that are answered."""
        return tuple(one for one in self.questions if one.number is not None)


@dataclass(frozen=True)
class Booklet:
    """A module in the order of its kinds: lessons, cases, practices, quizzes."""

    lessons: tuple[Any, ...]
    cases: tuple[RoomCase, ...]
    practices: tuple[Any, ...]
    quizzes: tuple[PaperQuiz, ...]

    @property
    def minutes(self) -> int:
        """What the items take together."""
        pages = [*self.lessons, *self.practices, *(case.page for case in self.cases)]
        return sum(page.minutes for page in [*pages, *(quiz.page for quiz in self.quizzes)])


def room_cases(module: ModulePage) -> tuple[RoomCase, ...]:
    """Return the cases of a module for a room, in their order; one query."""
    pages = _live(CasePage, module).select_related("case__live_version")
    return tuple(
        RoomCase(page, role_play(page.case.live_version.graph))
        for page in pages
        if page.case.live_version is not None
    )


def booklet(module: ModulePage) -> Booklet:
    """Return a module as a booklet; a query for each kind, and some for each quiz."""
    quizzes = _live(QuizPage, module).select_related("quiz")
    return Booklet(
        lessons=tuple(_live(LessonPage, module)),
        cases=room_cases(module),
        practices=tuple(_live(PracticePage, module)),
        quizzes=tuple(
            PaperQuiz(page, paper_questions(page.quiz, active_language())) for page in quizzes
        ),
    )


def _live(model: Any, module: ModulePage) -> Any:
    return model.objects.child_of(module).live().order_by("path")
