"""One page over a cohort: who is stuck, who and what waits for its trainers, bad questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Min, Q

from courses.enums import ItemKind, QuizMode
from courses.models import CoursePage, QuizPage
from lms.desks.following.queries import people_of
from lms.desks.following.standings import Followed
from lms.learning.cohorts.queries import Seats, seat_count
from lms.learning.enums import READING_STATES
from lms.learning.marking.markers import Marker
from lms.learning.marking.queries.queue import to_mark, to_settle, waiting_items
from lms.learning.models import Cohort, CourseSession, LearnerQuestion
from lms.learning.sessions.queries import next_session
from lms.learning.statistics.figures import ItemFigures
from lms.learning.statistics.places import QuizPlace, places_of
from lms.learning.statistics.queries import quizzes_figures

WORST = 5
"""As many questions as the page names; the rest stands in the results of each quiz."""


@dataclass(frozen=True)
class ToMark:
    """How many answers at one quiz wait for this marker; never whose they are."""

    title: str
    quiz_key: object
    number: int
    oldest: datetime


@dataclass(frozen=True)
class WorstQuestion:
    """A question with remarks, as it was asked in one quiz of the course."""

    place: QuizPlace
    item: ItemFigures

    @property
    def weight(self) -> int:
        """How much there is to look at: what may be wrong counts twice."""
        return sum(2 if flag.is_serious else 1 for flag in self.item.flags)


@dataclass(frozen=True)
class Overview:
    """Everything that the page of a cohort shows."""

    cohort: Cohort
    people: Sequence[Followed]
    to_mark: Sequence[ToMark]
    worst: Sequence[WorstQuestion]
    next_session: CourseSession | None
    seats: Seats
    questions: int

    @cached_property
    def stuck(self) -> list[Followed]:
        """Who is stuck, the longest first."""
        return _longest_first([one for one in self.people if one.stuck])

    @cached_property
    def waits(self) -> list[Followed]:
        """Who waits for the trainers, the longest first."""
        return _longest_first([one for one in self.people if one.waits_for])

    @property
    def enrolled(self) -> int:
        """How many are in it whose enrolment has not ended."""
        return sum(one.enrolment.state in READING_STATES for one in self.people)

    @property
    def started(self) -> int:
        """How many of them have begun."""
        return sum(one.is_started for one in self.people if one.enrolment.state in READING_STATES)

    @property
    def completed(self) -> int:
        """How many have completed the course."""
        return sum(one.is_completed for one in self.people)

    @property
    def answers_to_mark(self) -> int:
        """How many answers wait to be marked."""
        return sum(quiz.number for quiz in self.to_mark)

    @property
    def free_seats(self) -> int | None:
        """How many seats are free; None where nobody counts them."""
        return self.seats.free


def _longest_first(people: list[Followed]) -> list[Followed]:
    return sorted(people, key=lambda one: (one.quiet_since, one.name, one.pk))


def overview(cohort: Cohort, marker: Marker, *, now: datetime) -> Overview:
    """Return what the page of a cohort shows; the same number of queries for any cohort."""
    return Overview(
        cohort=cohort,
        people=people_of(cohort, now=now),
        to_mark=answers_to_mark(cohort, marker),
        worst=worst_questions(cohort),
        next_session=next_session(cohort, now=now),
        seats=seat_count(cohort, now=now),
        questions=LearnerQuestion.objects.filter(
            enrolment__cohort=cohort, answered_at__isnull=True
        ).count(),
    )


def answers_to_mark(cohort: Cohort, marker: Marker) -> list[ToMark]:
    """Return how many answers of the cohort this marker may mark now, by quiz; one query.

    Only numbers: in quizzes that are marked without names it stays unknown whose they are.
    """
    rows = (
        waiting_items(marker)
        .filter(attempt__enrolment__cohort=cohort)
        .filter(to_mark(marker) | to_settle())
        .order_by()
        .values_list("attempt__quiz_key")
        .annotate(number=Count("pk"), oldest=Min("attempt__submitted_at"))
    )
    promise = cohort.release.typed_promise
    found = []
    for key, number, oldest in rows:
        item = promise.item(key)
        found.append(ToMark(item.title if item else "", key, number, oldest))
    return sorted(found, key=lambda quiz: quiz.oldest)


def waiting_by_cohort(cohorts: Sequence[Cohort], marker: Marker) -> dict[int, int]:
    """Return how many answers this marker may mark now in each of these cohorts; one query."""
    rows = (
        waiting_items(marker)
        .filter(attempt__enrolment__cohort__in=[cohort.pk for cohort in cohorts])
        .filter(to_mark(marker) | to_settle())
        .order_by()
    )
    return dict(rows.values_list("attempt__enrolment__cohort").annotate(Count("pk")))


def worst_questions(cohort: Cohort) -> list[WorstQuestion]:
    """Return the questions of the course with the most remarks; seven queries.

    The remarks are those of the statistics, over everybody who took the quiz and not this cohort
    alone: a handful of people says little about a question.
    """
    keys = [
        item.key
        for item in cohort.release.typed_promise.items()
        if item.kind == ItemKind.QUIZ and item.mode != QuizMode.SURVEY
    ]
    wanted = Q(translation_key__in=keys) & ~Q(quiz__is_anonymous=True)
    pages = list(QuizPage.objects.filter(wanted).select_related("quiz", "locale"))
    courses = list(
        CoursePage.objects.filter(translation_key=cohort.release.course_key).select_related(
            "locale"
        )
    )
    figures = quizzes_figures(places_of(courses, pages))
    found = [
        WorstQuestion(place, item) for place, quiz in figures for item in quiz.items if item.flags
    ]
    return sorted(found, key=lambda one: (-one.weight, one.item.words.question_key))[:WORST]
