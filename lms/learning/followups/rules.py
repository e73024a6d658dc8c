"""When something comes after a course: pure rules over one enrolment, without a query."""

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.learning.enums import FOLLOW_UP_INTERVALS, AfterInterval

DAYS: Mapping[AfterInterval, int] = {AfterInterval.WEEK: 7}
MONTHS: Mapping[AfterInterval, int] = {
    AfterInterval.MONTH: 1,
    AfterInterval.QUARTER: 3,
    AfterInterval.HALF_YEAR: 6,
}
INVITED_FOR = timedelta(days=30)
"""How long after the day an invitation is still sent; whoever was missed then is not bothered late."""
AGAIN_AFTER = timedelta(days=7)
POSTPONED_BY = timedelta(days=14)
AGAIN_FOR = timedelta(days=14)
OPEN_FOR = timedelta(days=90)
"""How long the questions on practice take answers: until the next ones come."""


class Offer(StrEnum):
    """What is offered after a course."""

    BOOSTER = "booster"
    PRACTICE = "practice"


def due_date(completed_on: date, interval: AfterInterval) -> date:
    """Return the day on which something is due; a month ends where the shorter one ends."""
    if interval in DAYS:
        return completed_on + timedelta(days=DAYS[interval])
    index = completed_on.month - 1 + MONTHS[interval]
    year, month = completed_on.year + index // 12, index % 12 + 1
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(completed_on.day, last))


def interval_on(
    completed_on: date,
    today: date,
    *,
    among: Collection[AfterInterval] = tuple(AfterInterval),
) -> AfterInterval | None:
    """Return the latest interval that has come by today; None before the first."""
    come = [one for one in among if due_date(completed_on, one) <= today]
    return come[-1] if come else None


def next_interval(completed_on: date, today: date) -> AfterInterval | None:
    """Return the interval that comes next; None after the last."""
    return next((one for one in AfterInterval if due_date(completed_on, one) > today), None)


@dataclass(frozen=True)
class Offered:
    """What was offered already: when it is to be said again, and whether nothing more is to be said."""

    again_date: date
    is_settled: bool


@dataclass(frozen=True)
class Due:
    """Something that is to be said to a learner today, for the first time or again."""

    offer: Offer
    interval: AfterInterval
    is_again: bool


@dataclass(frozen=True)
class Standing:
    """What decides about one enrolment that was completed.

    `wants` is what its learner may be offered at all: that she agreed, or did not say no.
    """

    completed_on: date
    wants: frozenset[Offer]
    offered: Mapping[tuple[Offer, AfterInterval], Offered] = field(default_factory=dict)


def due_today(standing: Standing, today: date) -> list[Due]:
    """Return what is to be said today: of each offer the newest one, first once, and then once again.

    Whatever was not said within its time is never made up for.
    """
    found = []
    for offer in Offer:
        among = FOLLOW_UP_INTERVALS if offer == Offer.PRACTICE else tuple(AfterInterval)
        interval = interval_on(standing.completed_on, today, among=among)
        if interval is None or offer not in standing.wants:
            continue
        before = standing.offered.get((offer, interval))
        if before is None:
            if today <= due_date(standing.completed_on, interval) + INVITED_FOR:
                found.append(Due(offer, interval, is_again=False))
        elif not before.is_settled and before.again_date <= today <= before.again_date + AGAIN_FOR:
            found.append(Due(offer, interval, is_again=True))
    return found
