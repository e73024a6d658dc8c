"""When something comes after a course: the calendar, and what is said how often."""

from datetime import date, timedelta

import pytest

from lms.learning.enums import AfterInterval
from lms.learning.followups.drawing import Known, choose
from lms.learning.followups.rules import (
    Due,
    Offer,
    Offered,
    Standing,
    due_date,
    due_today,
    interval_on,
)

BOTH = frozenset(Offer)
DONE_ON = date(2026, 11, 30)
WEEK, MONTH, QUARTER, HALF = AfterInterval


@pytest.mark.parametrize(
    ("interval", "day"),
    [
        (WEEK, date(2026, 12, 7)),
        (MONTH, date(2026, 12, 30)),
        (QUARTER, date(2027, 2, 28)),
        (HALF, date(2027, 5, 30)),
    ],
)
def test_a_month_ends_where_the_shorter_one_ends(interval: AfterInterval, day: date) -> None:
    assert due_date(DONE_ON, interval) == day
    assert interval_on(DONE_ON, day) == interval
    assert interval_on(DONE_ON, day - timedelta(days=1)) != interval


def test_boosters_come_four_times_and_questions_on_practice_twice() -> None:
    standing = Standing(DONE_ON, BOTH)
    said = [due_today(standing, due_date(DONE_ON, one)) for one in AfterInterval]

    assert said == [
        [Due(Offer.BOOSTER, WEEK, is_again=False)],
        [Due(Offer.BOOSTER, MONTH, is_again=False)],
        [Due(Offer.BOOSTER, QUARTER, is_again=False), Due(Offer.PRACTICE, QUARTER, is_again=False)],
        [Due(Offer.BOOSTER, HALF, is_again=False), Due(Offer.PRACTICE, HALF, is_again=False)],
    ]


def test_what_was_missed_is_never_made_up_for() -> None:
    standing = Standing(DONE_ON, BOTH)

    assert due_today(standing, date(2026, 12, 6)) == []
    assert due_today(standing, date(2027, 3, 31)) == []
    assert due_today(standing, date(2030, 1, 1)) == []


def test_it_is_said_again_once_and_not_to_whoever_settled_it() -> None:
    key, again = (Offer.BOOSTER, WEEK), date(2026, 12, 14)
    waiting = Standing(DONE_ON, BOTH, {key: Offered(again, is_settled=False)})
    settled = Standing(DONE_ON, BOTH, {key: Offered(again, is_settled=True)})

    assert due_today(waiting, again - timedelta(days=1)) == []
    assert due_today(waiting, again) == [Due(Offer.BOOSTER, WEEK, is_again=True)]
    assert due_today(waiting, again + timedelta(days=15)) == []
    assert due_today(settled, again) == []


def test_nothing_is_said_to_whoever_does_not_want_it() -> None:
    only_boosters = Standing(DONE_ON, frozenset({Offer.BOOSTER}))

    assert due_today(Standing(DONE_ON, frozenset()), date(2026, 12, 7)) == []
    assert due_today(only_boosters, date(2027, 2, 28)) == [
        Due(Offer.BOOSTER, QUARTER, is_again=False)
    ]


def test_what_was_wrong_or_never_seen_comes_first_and_a_rule_of_safety_before_all() -> None:
    right = [Known(pk, is_critical=False, was_right=True) for pk in range(1, 21)]
    wrong = [Known(pk, is_critical=False, was_right=False) for pk in (31, 32)]
    unseen = [Known(pk, is_critical=False, was_right=None) for pk in (41, 42, 43)]
    critical = [Known(51, is_critical=True, was_right=False), Known(52, True, True)]

    chosen = choose([*right, *unseen, *critical, *wrong], before=(), seed="a")

    assert len(chosen) == 10
    assert chosen[:2] == [51, 52]
    assert {31, 32, 41, 42, 43} < set(chosen)


def test_the_same_ten_never_come_twice_in_a_row() -> None:
    pool = [Known(pk, is_critical=False, was_right=False) for pk in range(10)]
    others = [Known(pk, is_critical=False, was_right=True) for pk in range(10, 15)]
    first = choose([*pool, *others], before=(), seed="a")
    again = choose([*pool, *others], before=first, seed="b")

    assert set(first) == set(range(10))
    assert len(again) == 10
    assert len(set(again) - set(first)) == 3
    assert choose(pool, before=first, seed="c") != []
