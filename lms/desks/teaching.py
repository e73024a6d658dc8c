"""What the trainer's desk shows: her cohorts, her courses, and what waits for her."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from courses.enums import QuizMode
from courses.models import CasePage, CoursePage, ModulePage, Quiz, QuizPage
from courses.page_links import PageLink, links_by_key
from courses.permissions import course_keys, is_administrator
from courses.texts import languages
from lms.accounts.models import User
from lms.desks.running_cohorts import DeskCohorts, running_cohorts
from lms.desks.staff_links import (
    OF_CASE,
    OF_DESK,
    OF_MODULE,
    OF_QUIZ,
    OF_SECRET_SURVEY,
    OF_SURVEY,
    StaffLink,
    StaffPage,
    links,
)
from lms.learning.supervision.queries import waiting_answers


@dataclass(frozen=True)
class DeskItem:
    """A quiz or a case with its pages for staff; `waiting` counts answers that nobody marked yet."""

    link: PageLink
    kind: str
    links: tuple[StaffLink, ...]
    waiting: int = 0


@dataclass(frozen=True)
class DeskCourse:
    """A course of the trainer's."""

    key: UUID
    link: PageLink
    quizzes: tuple[DeskItem, ...]
    cases: tuple[DeskItem, ...]
    modules: tuple[DeskItem, ...] = ()

    @property
    def waiting(self) -> int:
        """How many answers wait for a marker in the whole course."""
        return sum(quiz.waiting for quiz in self.quizzes)


@dataclass(frozen=True)
class TeachingDesk:
    """Everything on the trainer's desk."""

    cohorts: DeskCohorts
    courses: tuple[DeskCourse, ...]
    links: tuple[StaffLink, ...]

    @property
    def waiting(self) -> int:
        """How many answers wait for a marker in all these courses."""
        return sum(course.waiting for course in self.courses)


def teaching_desk(user: User, *, now: datetime) -> TeachingDesk:
    """Return the cohorts and courses that the user follows; the same queries for any number.

    What was published once stays on the desk: learners may still be in it.
    """
    keys = None if is_administrator(user) else course_keys(user)
    courses = _in_source_language(CoursePage)
    if keys is not None:
        courses = courses.filter(translation_key__in=keys)
    found = list(courses.order_by("title"))
    quizzes = list(_published(QuizPage).select_related("quiz"))
    cases = list(_published(CasePage))
    modules = list(_published(ModulePage).defer("guide", "body", "objectives"))
    pages = [*found, *quizzes, *cases, *modules]
    titles = links_by_key(page.translation_key for page in pages)
    waiting = waiting_answers(keys)
    return TeachingDesk(
        cohorts=running_cohorts(user, now=now),
        courses=tuple(_course(page, quizzes, cases, modules, titles, waiting) for page in found),
        links=links(OF_DESK),
    )


def _in_source_language(model: Any) -> Any:
    return model.objects.filter(locale__language_code=languages()[0]).order_by("path")


def _published(model: Any) -> Any:
    once = Q(live=True) | Q(first_published_at__isnull=False)
    return _in_source_language(model).filter(once)


def _course(
    course: CoursePage,
    quizzes: list[QuizPage],
    cases: list[CasePage],
    modules: list[ModulePage],
    titles: Mapping[UUID, PageLink],
    waiting: Mapping[UUID, int],
) -> DeskCourse:
    return DeskCourse(
        key=course.translation_key,
        link=_link(course, titles),
        quizzes=tuple(
            DeskItem(
                link=_link(page, titles),
                kind=page.quiz.short_mode,
                links=links(_pages_of(page.quiz), page.translation_key),
                waiting=waiting.get(page.translation_key, 0),
            )
            for page in quizzes
            if page.path.startswith(course.path)
        ),
        cases=tuple(
            DeskItem(_link(page, titles), "", links(OF_CASE, page.translation_key))
            for page in cases
            if page.path.startswith(course.path)
        ),
        modules=tuple(
            DeskItem(_link(page, titles), "", links(OF_MODULE, page.translation_key))
            for page in modules
            if page.path.startswith(course.path)
        ),
    )


def _pages_of(quiz: Quiz) -> tuple[StaffPage, ...]:
    if quiz.mode != QuizMode.SURVEY:
        return OF_QUIZ
    return OF_SECRET_SURVEY if quiz.is_anonymous else OF_SURVEY


def _link(page: Any, titles: Mapping[UUID, PageLink]) -> PageLink:
    """Return the page in the reader's language; a draft has a title and no address yet."""
    return titles.get(page.translation_key) or PageLink(page.title, "")
