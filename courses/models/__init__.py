"""Pages, question bank, quizzes, releases and snippets."""

from courses.models.bank import Question, QuestionBank, QuestionCategory, QuestionVersion
from courses.models.loaded import LoadedItem
from courses.models.pages import (
    CheckedPage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    QuizPage,
)
from courses.models.quizzes import Quiz, QuizSource
from courses.models.releases import CourseRelease, CourseStaff
from courses.models.snippets import GlossaryTerm, Helpline

__all__ = [
    "CheckedPage",
    "CourseIndexPage",
    "CoursePage",
    "CourseRelease",
    "CourseStaff",
    "GlossaryTerm",
    "Helpline",
    "HomePage",
    "LessonPage",
    "LoadedItem",
    "ModulePage",
    "Question",
    "QuestionBank",
    "QuestionCategory",
    "QuestionVersion",
    "Quiz",
    "QuizPage",
    "QuizSource",
]
