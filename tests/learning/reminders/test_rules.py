"""When somebody is reminded of what, without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from courses.enums import ItemKind, Scale
from courses.promises import CoursePromise, PromisedItem, PromisedModule
from lms.learning.enums import ReminderKind
from lms.learning.progress import Progress
from lms.learning.quiet_hours import is_quiet, lima_date, next_morning
from lms.learning.reminders.rules import Reason, has_something_to_do, reason_today

TODAY = date(2026, 11, 26)
DEADLINE = date(2026, 12, 3)


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("begun", "active", "deadline", "kind"),
    [
        (before(2), None, None, None),
        (before(3), None, None, ReminderKind.NOT_STARTED),
        (TODAY + timedelta(days=1), None, None, None),  # the cohort has not begun
        (before(30), before(6), None, None),
        (before(30), before(7), None, ReminderKind.IDLE),
        (before(30), before(0), DEADLINE, ReminderKind.DEADLINE),
        (before(30), before(0), DEADLINE + timedelta(days=1), None),
        (before(30), None, before(-3), ReminderKind.DEADLINE),
        (before(30), before(9), before(-2), ReminderKind.LAST_DAYS),
        (before(30), before(0), TODAY, ReminderKind.LAST_DAYS),
        (before(30), before(9), before(1), None),  # it is over
        (before(1), None, before(-5), None),  # who begins now has just read the deadline
        (before(1), None, TODAY, None),
        (before(4), None, before(-2), ReminderKind.LAST_DAYS),
        (before(3), None, before(-4), ReminderKind.NOT_STARTED),  # begun within the last week
    ],
)
def test_reason_of_a_day(
    begun: date, active: date | None, deadline: date | None, kind: ReminderKind | None
) -> None:
    reason = reason_today(today=TODAY, begun_on=begun, active_on=active, deadline=deadline)
    about = {ReminderKind.NOT_STARTED: begun, ReminderKind.IDLE: active}
    expected = None if kind is None else Reason(kind, about.get(kind) or deadline or TODAY)
    assert reason == expected


def promise_of(*items: PromisedItem) -> CoursePromise:
    module = PromisedModule(key=uuid4(), titles={"es": "Uno"}, items=items)
    return CoursePromise(
        course_key=uuid4(),
        titles={"es": "Curso"},
        certificate_texts={},
        modules=(module,),
        validity_months=None,
        languages=("es",),
        scale=Scale.PERCENT,
        is_pilot=False,
    )


def item(kind: ItemKind, *requires: UUID) -> PromisedItem:
    return PromisedItem(key=uuid4(), kind=kind, titles={"es": "x"}, minutes=5, requires=requires)


def test_what_waits_for_others_is_nothing_to_do() -> None:
    quiz = item(ItemKind.QUIZ)
    locked = item(ItemKind.LESSON, quiz.key)
    practice = item(ItemKind.PRACTICE)
    promise = promise_of(quiz, locked, practice)

    def is_open(done: set[UUID], *, waiting: set[UUID], used_up: set[UUID]) -> bool:
        progress = Progress(done=frozenset(done))
        return has_something_to_do(promise, progress, waiting=waiting, used_up=used_up)

    assert is_open(set(), waiting=set(), used_up=set())
    assert not is_open(set(), waiting={quiz.key}, used_up=set())  # to be marked
    assert not is_open(set(), waiting=set(), used_up={quiz.key})
    assert is_open({quiz.key}, waiting=set(), used_up=set())  # the lesson behind it
    assert not is_open({quiz.key, locked.key}, waiting=set(), used_up=set())  # to be signed


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(12, 59, True), (13, 0, False), (23, 59, False), (0, 0, True), (5, 0, True)],
)
@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2026, 7, 1), date(2026, 1, 1)])
def test_night_of_lima_is_the_same_all_the_year_and_on_sundays(
    day: date, hour: int, minute: int, quiet: bool
) -> None:
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    assert is_quiet(moment) is quiet


def test_morning_is_eight_in_lima_of_the_same_or_the_next_day() -> None:
    evening = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)  # 19:00 of the 26th
    assert next_morning(evening) == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    early = datetime(2026, 11, 27, 12, 59, tzinfo=UTC)
    assert next_morning(early) == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    assert lima_date(evening) == date(2026, 11, 26)
