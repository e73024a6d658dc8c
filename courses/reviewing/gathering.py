"""Finding the texts of a course, and those of all courses, with few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from courses.models import (
    Case,
    CasePage,
    CoursePage,
    LessonPage,
    Question,
    QuizPage,
    QuizSource,
)
from courses.queries import CourseTree
from courses.reviewing.subjects import (
    Subject,
    case_subject,
    page_subject,
    question_subject,
    with_asking,
)
from courses.texts import languages


def questions_of(quizzes: Iterable[int]) -> QuerySet[Question]:
    """Return the published questions that these quizzes ask or may draw."""
    wanted = Q(pk__in=[])
    sources = QuizSource.objects.filter(quiz__in=quizzes).select_related("category")
    for source in sources:
        if source.question_id:
            wanted |= Q(pk=source.question_id)
        elif source.category is not None:
            branch = Q(category__path=source.category.path) | Q(
                category__path__startswith=f"{source.category.path}/"
            )
            wanted |= Q(category__bank=source.category.bank_id) & branch
    asked = Question.objects.filter(wanted, live_version__isnull=False)
    return with_asking(asked).select_related("live_version")


def subjects_of(tree: CourseTree) -> list[Subject]:
    """Return the lessons, cases and questions that learners of a course meet, in its order."""
    found: list[Subject] = []
    items = [item for _module, items in tree.modules for item in items]
    quizzes = [item.quiz_id for item in items if isinstance(item, QuizPage)]
    copied = {item.alias_of_id for item in items if isinstance(item, LessonPage)}
    originals = LessonPage.objects.in_bulk(copied - {None})
    cases = Case.objects.select_related("live_version").in_bulk(
        [item.case_id for item in items if isinstance(item, CasePage)]
    )
    for item in items:
        if isinstance(item, LessonPage):
            item = originals.get(item.alias_of_id, item)
            item.locale = tree.course.locale
            found.append(page_subject(item, version=item.live_revision_id))
        elif isinstance(item, CasePage):
            case = cases[item.case_id]
            if case.live_version is not None:
                found.append(case_subject(case, case.live_version))
    asked = questions_of(quizzes).order_by("category__path", "key") if quizzes else ()
    found += [question_subject(one, one.live_version) for one in asked if one.live_version]
    return found


@dataclass(frozen=True)
class CourseRoot:
    """A course in the source language: its place in the tree, its key and its title."""

    key: UUID
    path: str
    title: str


def course_roots() -> list[CourseRoot]:
    """Return all courses in the source language."""
    rows = CoursePage.objects.filter(locale__language_code=languages()[0]).order_by("title")
    return [CourseRoot(*row) for row in rows.values_list("translation_key", "path", "title")]


def keys_by_path() -> dict[str, UUID]:
    """Return the key of every course, in each language, by its place in the tree."""
    return dict(CoursePage.objects.values_list("path", "translation_key"))


def course_of(path: str, keys: dict[str, UUID]) -> UUID | None:
    """Return the key of the course in which a page stands, or None."""
    return next((key for root, key in keys.items() if path.startswith(root)), None)


def courses_of_versions(roots: Sequence[CourseRoot]) -> dict[tuple[str, int], set[UUID]]:
    """Return in which courses each case and each question is met: ("case", pk) and so on."""
    found: dict[tuple[str, int], set[UUID]] = {}
    by_path = {root.path: root.key for root in roots}
    quizzes: dict[int, set[UUID]] = {}
    for path, case in CasePage.objects.values_list("path", "case_id"):
        _note(found, ("case", case), course_of(path, by_path))
    for path, quiz in QuizPage.objects.values_list("path", "quiz_id"):
        _note(quizzes, quiz, course_of(path, by_path))
    _place_questions(found, quizzes)
    return found


def _place_questions(
    found: dict[tuple[str, int], set[UUID]], quizzes: dict[int, set[UUID]]
) -> None:
    sources = QuizSource.objects.filter(quiz__in=quizzes).select_related("category")
    branches: dict[tuple[int, str], set[UUID]] = {}
    for source in sources:
        keys = quizzes[source.quiz_id]
        if source.question_id:
            found.setdefault(("question", source.question_id), set()).update(keys)
        elif source.category is not None:
            place = (source.category.bank_id, source.category.path)
            branches.setdefault(place, set()).update(keys)
    if not branches:
        return
    rows = Question.objects.values_list("pk", "category__bank_id", "category__path")
    for pk, bank, path in rows:
        for (drawn_bank, drawn), keys in branches.items():
            if bank == drawn_bank and (path == drawn or path.startswith(f"{drawn}/")):
                found.setdefault(("question", pk), set()).update(keys)


def _note(found: dict[Any, set[UUID]], place: Any, key: UUID | None) -> None:
    if key is not None:
        found.setdefault(place, set()).add(key)
