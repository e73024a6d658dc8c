"""Pages, question bank, quizzes, releases and snippets."""

from courses.models.bank import (
    Question,
    QuestionBank,
    QuestionCategory,
    QuestionImport,
    QuestionTag,
    QuestionVersion,
    TaggedQuestion,
)
from courses.models.cases import Case, CaseVersion
from courses.models.items import CasePage, LessonPage, PracticePage, QuizPage
from courses.models.library import Card, Figure, Service
from courses.models.loaded import LoadedItem
from courses.models.pages import (
    CheckedPage,
    CourseIndexPage,
    CoursePage,
    HomePage,
    ModulePage,
)
from courses.models.quizzes import Quiz, QuizSection, QuizSource
from courses.models.releases import CourseRelease, CourseStaff
from courses.models.reviews import ContentReview, ReviewMail, ReviewTask, TranslationCheck
from courses.models.snippets import GlossaryTerm, Helpline
from courses.models.sources import SourceChange, SourceCheck, SourceRecord

__all__ = [
    "Card",
    "Case",
    "CasePage",
    "CaseVersion",
    "CheckedPage",
    "ContentReview",
    "CourseIndexPage",
    "CoursePage",
    "CourseRelease",
    "CourseStaff",
    "Figure",
    "GlossaryTerm",
    "Helpline",
    "HomePage",
    "LessonPage",
    "LoadedItem",
    "ModulePage",
    "PracticePage",
    "Question",
    "QuestionBank",
    "QuestionCategory",
    "QuestionImport",
    "QuestionTag",
    "QuestionVersion",
    "Quiz",
    "QuizPage",
    "QuizSection",
    "QuizSource",
    "ReviewMail",
    "ReviewTask",
    "Service",
    "SourceChange",
    "SourceCheck",
    "SourceRecord",
    "TaggedQuestion",
    "TranslationCheck",
]
