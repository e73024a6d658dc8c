"""What is to be read again: lessons by their dates, reviewed versions by their last approval.

Other parts join with `register_dated`: they say how their own records come due. This module knows
nothing of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from courses.models import Case, ContentReview, LessonPage, Question
from courses.reviewing.enums import ReviewedKind, ReviewOutcome
from courses.reviewing.gathering import course_of, course_roots, courses_of_versions
from courses.reviewing.subjects import case_subject, question_subject
from courses.texts import languages

SOON = timedelta(days=30)
"""How long before its date a text stands in the list."""

EVERY_MONTHS = 12
"""How soon an approved question or case is read again: neither has a date of its own."""

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class Due:
    """One text with the day by which it is to be read again.

    `courses` is empty for what belongs to no course. `renew_pk` is the lesson whose dates one press
    may renew, or None.
    """

    kind_label: str
    title: str
    due_date: date
    url: str
    courses: frozenset[UUID] = frozenset()
    renew_pk: int | None = None

    def is_overdue(self, today: date) -> bool:
        """Say whether the day has passed."""
        return self.due_date < today


Source = Callable[[date], Iterable[Due]]
_SOURCES: list[Source] = []


def register_dated(source: Source) -> Source:
    """Let another part say what of its own comes due up to a day; usable as a decorator."""
    if source not in _SOURCES:
        _SOURCES.append(source)
    return source


def due_items(today: date) -> list[Due]:
    """Return what is overdue or comes due within SOON, the oldest first."""
    until = today + SOON
    found = [due for source in _SOURCES for due in source(until)]
    return sorted(found, key=lambda due: (due.due_date, due.title))


@register_dated
def lessons_due(until: date) -> list[Due]:
    """Return the published lessons in the source language whose review is due by a day."""
    roots = course_roots()
    keys = {root.path: root.key for root in roots}
    lessons = LessonPage.objects.live().filter(
        locale__language_code=languages()[0], review_due_date__lte=until, alias_of=None
    )
    found = []
    for lesson in lessons.order_by("review_due_date", "path"):
        course = course_of(lesson.path, keys)
        found.append(
            Due(
                kind_label=str(LessonPage._meta.verbose_name),
                title=lesson.title,
                due_date=lesson.review_due_date,
                url=reverse("revisiones:item", args=[ReviewedKind.PAGE, lesson.pk]),
                courses=frozenset({course} if course else ()),
                renew_pk=lesson.pk,
            )
        )
    return found


@register_dated
def versions_due(until: date) -> list[Due]:
    """Return the questions and cases that were last approved EVERY_MONTHS ago."""
    last = (
        ContentReview.objects.filter(outcome=ReviewOutcome.APPROVED)
        .exclude(kind=ReviewedKind.PAGE)
        .values_list("kind", "item_key")
        .annotate(Max("decided_at"))
    )
    rows = [(kind, int(key), due_after(timezone.localdate(at))) for kind, key, at in last]
    due = {(kind, pk): day for kind, pk, day in rows if day <= until}
    if not due:
        return []
    places = courses_of_versions(course_roots())
    return [
        Due(
            kind_label=str(subject.kind.label),
            title=subject.title,
            due_date=due[subject.kind.value, subject.pk],
            url=subject.url,
            courses=frozenset(places.get((subject.kind.value, subject.pk), ())),
        )
        for subject in _subjects(list(due))
    ]


def due_after(day: date) -> date:
    """Return the day by which something that was approved on a day is read again."""
    return day + timedelta(days=DAYS_OF_A_YEAR * EVERY_MONTHS // 12)


def _subjects(places: Sequence[tuple[str, int]]) -> list[Any]:
    def rows(model: Any, kind: ReviewedKind) -> Any:
        pks = [pk for found, pk in places if found == kind]
        return model.objects.filter(pk__in=pks, live_version__isnull=False).select_related(
            "live_version"
        )

    return [
        *(question_subject(one, one.live_version) for one in rows(Question, ReviewedKind.QUESTION)),
        *(case_subject(one, one.live_version) for one in rows(Case, ReviewedKind.CASE)),
    ]
