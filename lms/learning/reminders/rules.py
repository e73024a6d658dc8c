"""When somebody is reminded of what: pure rules over one enrolment, without a query."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from courses.enums import ItemKind
from courses.promises import CoursePromise
from lms.learning.enums import ReminderChoice, ReminderKind
from lms.learning.progress import Progress

NOT_STARTED_DAYS = 3
IDLE_DAYS = 7
DEADLINE_DAYS = 7
LAST_DAYS = 2
MOST_A_WEEK: Mapping[str, int] = {
    ReminderChoice.USUAL: 2,
    ReminderChoice.FEW: 1,
    ReminderChoice.NONE: 0,
}
URGENCY = (
    ReminderKind.LAST_DAYS,
    ReminderKind.DEADLINE,
    ReminderKind.NOT_STARTED,
    ReminderKind.IDLE,
)
"""Of several reasons on one day, the first is given."""


@dataclass(frozen=True)
class Reason:
    """Why somebody is reminded, and the day from which it is reckoned."""

    kind: ReminderKind
    for_date: date


def reason_today(
    *, today: date, begun_on: date, active_on: date | None, deadline: date | None
) -> Reason | None:
    """Return why somebody with something left to do is reminded today, or None.

    Args:
        today: the day in Lima.
        begun_on: when she was enrolled, or when her cohort began if that was later.
        active_on: when she last did anything; None if she has done nothing.
        deadline: the last day of the enrolment, if it has one.
    """
    if begun_on > today or (deadline is not None and deadline < today):
        return None
    if deadline is not None:
        for days, kind in (
            (LAST_DAYS, ReminderKind.LAST_DAYS),
            (DEADLINE_DAYS, ReminderKind.DEADLINE),
        ):
            first = deadline - timedelta(days=days)
            if begun_on < first <= today:  # whoever begins in these very days has just been told
                return Reason(kind, deadline)
    if active_on is None:
        is_due = today - begun_on >= timedelta(days=NOT_STARTED_DAYS)
        return Reason(ReminderKind.NOT_STARTED, begun_on) if is_due else None
    is_due = today - active_on >= timedelta(days=IDLE_DAYS)
    return Reason(ReminderKind.IDLE, active_on) if is_due else None


def has_something_to_do(
    promise: CoursePromise, progress: Progress, *, waiting: Set[UUID], used_up: Set[UUID]
) -> bool:
    """Say whether the learner herself can do something now.

    What waits for others is not hers to do: a practice that a trainer signs, a quiz that was handed
    in and waits to be marked, one whose attempts are used up, and whatever stands behind them.
    """
    return any(
        item.key not in progress.done
        and item.kind != ItemKind.PRACTICE
        and item.key not in waiting
        and item.key not in used_up
        and not progress.missing_before(promise, item.key)
        for item in promise.asked_items()
    )
