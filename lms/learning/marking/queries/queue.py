"""What waits for a trainer: answers by question, marks to settle, objections."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Value, When

from courses.models import QuestionVersion, QuizPage
from courses.page_links import PageLink, links_by_key
from courses.texts import in_language
from lms.learning.enums import CLOSED_STATES, AppealState, AttemptState, MarkKind
from lms.learning.marking.markers import AskedQuestion, Marker
from lms.learning.models import Appeal, AttemptItem, ItemMark

BLIND_KINDS = (MarkKind.FIRST, MarkKind.SECOND)
ANSWERS_SHOWN = 50


@dataclass(frozen=True)
class WaitingQuestion:
    """One question of one quiz, with how much waits in it for this trainer."""

    quiz_key: UUID
    version_id: int
    stem: str
    to_mark: int
    to_settle: int
    oldest: datetime


@dataclass(frozen=True)
class WaitingQuiz:
    """A quiz of a course with the questions in which something waits, the oldest first."""

    quiz: PageLink
    course: PageLink
    quiz_key: UUID
    questions: tuple[WaitingQuestion, ...]


@dataclass(frozen=True)
class WaitingAppeal:
    """An objection that nobody has answered; no name, where markers do not see names."""

    pk: int
    quiz: PageLink
    created_at: datetime


@dataclass(frozen=True)
class Queue:
    """Everything that waits for one trainer."""

    quizzes: tuple[WaitingQuiz, ...]
    appeals: tuple[WaitingAppeal, ...]
    marked: tuple[PageLink, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.quizzes and not self.appeals


def items_of(marker: Marker) -> QuerySet[AttemptItem]:
    """Return the answers of other people's closed attempts in the marker's courses."""
    rows = AttemptItem.objects.filter(attempt__state__in=CLOSED_STATES).exclude(
        attempt__enrolment__learner=marker.user
    )
    if marker.courses is None:
        return rows
    return rows.filter(attempt__enrolment__course_key__in=marker.courses)


def _given(marker: Marker) -> Exists:
    rows = ItemMark.objects.filter(item=OuterRef("pk"), is_draft=False, kind__in=BLIND_KINDS)
    return Exists(rows.filter(marker=marker.user))


def _second_given() -> Exists:
    return Exists(
        ItemMark.objects.filter(item=OuterRef("pk"), is_draft=False, kind=MarkKind.SECOND)
    )


def needs_two() -> Q:
    """Return the answers of quizzes in which two people mark each open answer."""
    keys = QuizPage.objects.filter(quiz__needs_second_marker=True).values("translation_key")
    return Q(attempt__quiz_key__in=keys)


def to_mark(marker: Marker) -> Q:
    """Return what this marker may mark now: not twice, and not what two have marked already."""
    return ~needs_two() | (Q(~_second_given()) & Q(~_given(marker)))


def to_settle() -> Q:
    """Return what two people marked too differently."""
    return needs_two() & Q(_second_given())


def waiting_items(marker: Marker) -> QuerySet[AttemptItem]:
    """Return the answers that wait for somebody."""
    return items_of(marker).filter(is_waiting=True, attempt__state=AttemptState.SUBMITTED)


def marking_queue(marker: Marker) -> Queue:
    """Return what waits for a trainer, oldest first; five queries, however much waits."""
    rows = list(
        waiting_items(marker)
        .values("attempt__enrolment__course_key", "attempt__quiz_key", "question_version")
        .annotate(
            to_mark=Count("pk", filter=to_mark(marker)),
            to_settle=Count("pk", filter=to_settle()),
            oldest=Min("attempt__submitted_at"),
        )
        .order_by("oldest", "question_version")
    )
    waiting: list[dict[str, Any]] = [
        dict(row) for row in rows if row["to_mark"] or row["to_settle"]
    ]
    appeals = list(_open_appeals(marker))
    marked = list(_marked_quizzes(marker))
    keys = {row["attempt__quiz_key"] for row in waiting} | {key for _pk, key, _at in appeals}
    courses = {row["attempt__enrolment__course_key"] for row in waiting}
    links = links_by_key(keys | courses | set(marked))
    stems = _stems(row["question_version"] for row in waiting)
    return Queue(
        quizzes=_by_quiz(waiting, links, stems),
        appeals=tuple(
            WaitingAppeal(pk, links.get(key) or PageLink("", ""), at) for pk, key, at in appeals
        ),
        marked=tuple(
            PageLink(links[key].title, str(key), links[key].language)
            for key in marked
            if key in links
        ),
    )


def _open_appeals(marker: Marker) -> Iterable[tuple[int, UUID, datetime]]:
    rows = Appeal.objects.filter(state=AppealState.OPEN).exclude(
        attempt__enrolment__learner=marker.user
    )
    if marker.courses is not None:
        rows = rows.filter(attempt__enrolment__course_key__in=marker.courses)
    return rows.order_by("created_at", "pk").values_list("pk", "attempt__quiz_key", "created_at")


def _marked_quizzes(marker: Marker) -> Iterable[UUID]:
    return (
        items_of(marker)
        .order_by("attempt__quiz_key")
        .values_list("attempt__quiz_key", flat=True)
        .distinct()
    )


def _stems(version_ids: Iterable[int]) -> dict[int, str]:
    versions = QuestionVersion.objects.filter(pk__in=set(version_ids))
    return {version.pk: in_language(version.typed_content.common.stems) for version in versions}


def _by_quiz(
    rows: list[dict[str, Any]], links: dict[UUID, PageLink], stems: dict[int, str]
) -> tuple[WaitingQuiz, ...]:
    grouped: dict[tuple[UUID, UUID], list[WaitingQuestion]] = {}
    for row in rows:
        key = (row["attempt__enrolment__course_key"], row["attempt__quiz_key"])
        grouped.setdefault(key, []).append(
            WaitingQuestion(
                quiz_key=row["attempt__quiz_key"],
                version_id=row["question_version"],
                stem=stems.get(row["question_version"], ""),
                to_mark=row["to_mark"],
                to_settle=row["to_settle"],
                oldest=row["oldest"],
            )
        )
    return tuple(
        WaitingQuiz(
            quiz=links.get(quiz_key) or PageLink("", ""),
            course=links.get(course_key) or PageLink("", ""),
            quiz_key=quiz_key,
            questions=tuple(questions),
        )
        for (course_key, quiz_key), questions in grouped.items()
    )


@dataclass(frozen=True)
class ListedAnswer:
    """One answer in the list of a question; `number` stands for the learner's name."""

    pk: int
    number: int
    submitted_at: datetime
    is_mine_to_mark: bool
    is_to_settle: bool
    has_draft: bool
    is_marked: bool
    learner: str


@dataclass(frozen=True)
class AnswerList:
    """The answers to one question in one quiz: those that wait, then those that are marked."""

    waiting: tuple[ListedAnswer, ...]
    others: tuple[ListedAnswer, ...]
    total: int


def answers_to(question: AskedQuestion, marker: Marker, *, is_anonymous: bool) -> AnswerList:
    """Return the answers to a question, the oldest first; two queries."""
    rows = (
        items_of(marker)
        .filter(attempt__quiz_key=question.quiz_key, question_version=question.version)
        .annotate(
            mine=_flag(to_mark(marker)),
            settle=_flag(to_settle()),
            draft=Exists(
                ItemMark.objects.filter(item=OuterRef("pk"), is_draft=True, marker=marker.user)
            ),
            learner=F("attempt__enrolment__learner__full_name"),
        )
        .order_by("pk")
        .values_list(
            *("pk", "is_waiting", "attempt__submitted_at", "mine", "settle", "draft", "learner")
        )
    )
    found = [
        (
            is_waiting,
            ListedAnswer(
                pk=pk,
                number=number,
                submitted_at=at,
                is_mine_to_mark=bool(is_waiting and mine),
                is_to_settle=bool(is_waiting and settle),
                has_draft=draft,
                is_marked=not is_waiting,
                learner="" if is_anonymous else learner,
            ),
        )
        for number, (pk, is_waiting, at, mine, settle, draft, learner) in enumerate(rows, start=1)
    ]
    waiting = sorted(
        (answer for is_waiting, answer in found if is_waiting),
        key=lambda answer: (answer.submitted_at, answer.pk),
    )
    others = [answer for is_waiting, answer in found if not is_waiting]
    return AnswerList(tuple(waiting), tuple(others[-ANSWERS_SHOWN:]), len(found))


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def number_of(item: AttemptItem, marker: Marker) -> int:
    """Return the number by which an answer is called instead of the learner's name; one query."""
    return (
        items_of(marker)
        .filter(
            attempt__quiz_key=item.attempt.quiz_key,
            question_version=item.question_version_id,
            pk__lte=item.pk,
        )
        .count()
    )


def to_mark_ids(item: AttemptItem, marker: Marker) -> list[int]:
    """Return the answers to the same question that wait for this marker, the oldest first."""
    return list(
        waiting_items(marker)
        .filter(
            to_mark(marker),
            attempt__quiz_key=item.attempt.quiz_key,
            question_version=item.question_version_id,
        )
        .order_by("attempt__submitted_at", "pk")
        .values_list("pk", flat=True)
    )
