"""Scores are exact, and the verdict never disagrees with the score that is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enums import AttemptCounting, FeedbackTiming, QuizLayout, QuizMode, Scale
from courses.marks import on_scale
from courses.question_types import question_type
from courses.question_types.multiple_choice import equal_weights
from lms.learning.attempts.rules import (
    AttemptRule,
    ItemResult,
    Revealed,
    SectionResult,
    SectionRule,
    mark_of,
    result_of,
    revealed,
)

START = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def ruled(pass_mark: Decimal | None) -> AttemptRule:
    """Return a rule with this pass mark."""
    return AttemptRule(
        pass_mark=pass_mark,
        attempts=None,
        layout=QuizLayout.ONE_PER_PAGE,
        feedback=FeedbackTiming.AT_END,
    )


FOUR_PLACES = st.decimals(min_value=0, max_value=1, places=4)
PASS_MARKS = st.decimals(min_value=0, max_value=100, places=2)
ITEMS = st.lists(
    st.tuples(FOUR_PLACES, st.integers(min_value=1, max_value=9)).map(
        lambda pair: ItemResult(1, mark_of(pair[0], Decimal(pair[1])), Decimal(pair[1]))
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(ITEMS, PASS_MARKS)
def test_score_lies_between_0_and_100(items, pass_mark):
    assert 0 <= result_of(items, ruled(pass_mark)).per_cent <= 100


@settings(deadline=None)
@given(ITEMS, PASS_MARKS)
def test_verdict_agrees_with_the_stored_score(items, pass_mark):
    score = result_of(items, ruled(pass_mark))
    assert score.is_passed == (score.per_cent >= pass_mark)


@settings(deadline=None)
@given(ITEMS, PASS_MARKS, st.randoms(use_true_random=False))
def test_score_does_not_depend_on_the_order(items, pass_mark, chance):
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert result_of(shuffled, ruled(pass_mark)) == result_of(items, ruled(pass_mark))


@settings(deadline=None)
@given(ITEMS, PASS_MARKS, st.data())
def test_a_better_answer_never_lowers_the_score(items, pass_mark, data):
    place = data.draw(st.integers(0, len(items) - 1))
    old = items[place]
    mark = data.draw(st.decimals(min_value=old.mark, max_value=old.max_mark, places=4))
    better = [*items[:place], ItemResult(1, mark, old.max_mark), *items[place + 1 :]]
    before, after = (result_of(marked, ruled(pass_mark)) for marked in (items, better))
    assert after.per_cent >= before.per_cent
    assert after.is_passed >= before.is_passed


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=60))
def test_all_right_is_exactly_100(count):
    items = [ItemResult(1, Decimal(1), Decimal(1))] * count
    score = result_of(items, ruled(Decimal(100)))
    assert (score.per_cent, score.is_passed) == (Decimal(100), True)


@pytest.mark.parametrize("right", [3, 6, 7])
def test_exact_thirds_sixths_and_sevenths_pass_at_100(right):
    weights = equal_weights([True] * right + [False])
    kind = question_type("multiple_choice")
    content = kind.read(
        {
            "stems": {"es": "¿Cuáles?"},
            "options": [
                {"id": str(number), "texts": {"es": "x"}, "feedback": {}, "weight": str(weight)}
                for number, weight in enumerate(weights)
            ],
        }
    )
    fraction = kind.mark(content, {"chosen": [str(number) for number in range(right)]})
    item = ItemResult(1, mark_of(fraction, Decimal(1)), Decimal(1))
    assert result_of([item] * 3, ruled(Decimal(100))).is_passed


def test_two_thirds_pass_below_and_fail_above_the_exact_fraction():
    items = [ItemResult(1, Decimal(mark), Decimal(1)) for mark in (1, 1, 0)]
    assert result_of(items, ruled(Decimal("66.66"))).is_passed
    assert not result_of(items, ruled(Decimal("66.67"))).is_passed
    assert result_of(items, ruled(Decimal(0))).per_cent == Decimal("66.6666")


def test_where_every_question_was_dropped_everybody_has_everything():
    result = result_of([ItemResult(1, Decimal(0), Decimal(1), is_dropped=True)], ruled(Decimal(70)))
    assert (result.per_cent, result.is_passed) == (Decimal(100), True)


def test_dropped_question_counts_neither_way():
    items = [
        ItemResult(1, Decimal(1), Decimal(1)),
        ItemResult(2, Decimal(0), Decimal(3), is_dropped=True),
    ]
    assert result_of(items, ruled(Decimal(70))).per_cent == Decimal(100)


def test_error_in_a_critical_question_fails_whatever_the_score():
    items = [ItemResult(n, Decimal(1), Decimal(1)) for n in range(1, 20)]
    error = ItemResult(20, Decimal("0.9"), Decimal(1), is_critical=True)
    result = result_of([*items, error], ruled(Decimal(10)))
    assert (result.per_cent, result.is_passed) == (Decimal("99.5"), False)
    assert result.safety_errors == (20,)


def test_critical_question_that_is_right_or_dropped_fails_nobody():
    right = ItemResult(1, Decimal(1), Decimal(1), is_critical=True)
    dropped = ItemResult(2, Decimal(0), Decimal(1), is_critical=True, is_dropped=True)
    result = result_of([right, dropped], ruled(Decimal(100)))
    assert (result.is_passed, result.safety_errors) == (True, ())


def sections(*pass_marks):
    return tuple(
        SectionRule(number, {"es": f"Parte {number}"}, mark)
        for number, mark in enumerate(pass_marks, start=1)
    )


def test_every_section_must_reach_its_own_mark():
    items = [
        ItemResult(1, Decimal(9), Decimal(9), section=1),
        ItemResult(2, Decimal(0), Decimal(1), section=2),
    ]
    rule = replace(ruled(Decimal(70)), sections=sections(None, Decimal(50)))
    result = result_of(items, rule)
    assert result.per_cent == Decimal(90)
    assert not result.is_passed
    assert [(one.number, one.per_cent, one.is_passed) for one in result.sections] == [
        (1, Decimal(100), True),
        (2, Decimal(0), False),
    ]
    assert [SectionResult.from_json(one.to_json()) for one in result.sections] == list(
        result.sections
    )


def test_where_nothing_counts_there_is_a_score_and_no_verdict():
    rule = replace(ruled(None), mode=QuizMode.DIAGNOSIS)
    result = result_of([ItemResult(1, Decimal(1), Decimal(4))], rule)
    assert (result.per_cent, result.is_passed) == (Decimal(25), None)


def test_survey_has_neither_score_nor_verdict():
    rule = replace(ruled(None), mode=QuizMode.SURVEY)
    result = result_of([ItemResult(1, Decimal(0), Decimal(1), is_dropped=True)], rule)
    assert (result.per_cent, result.is_passed) == (None, None)


@pytest.mark.parametrize(
    ("limit", "closes", "extra", "minutes"),
    [(30, None, 0, 30), (30, 20, 0, 20), (None, 20, 0, 20), (30, 20, 15, 35), (30, None, 15, 45)],
)
def test_time_ends_by_limit_or_closing_and_the_extra_minutes_follow(limit, closes, extra, minutes):
    rule = replace(
        ruled(Decimal(70)),
        time_limit_minutes=limit,
        closes_at=START + timedelta(minutes=closes) if closes else None,
    )
    assert rule.due_at(START, extra) == START + timedelta(minutes=minutes)


def test_without_limit_and_closing_time_never_ends():
    assert ruled(Decimal(70)).due_at(START, 15) is None


@pytest.mark.parametrize(
    ("mode", "feedback", "is_closed", "seen"),
    [
        (QuizMode.GRADED, FeedbackTiming.AT_END, False, Revealed.ALL),
        (QuizMode.GRADED, FeedbackTiming.AFTER_EACH, False, Revealed.ALL),
        (QuizMode.GRADED, FeedbackTiming.AFTER_CLOSING, False, Revealed.MARKS),
        (QuizMode.GRADED, FeedbackTiming.AFTER_CLOSING, True, Revealed.ALL),
        (QuizMode.GRADED, FeedbackTiming.MARKS_ONLY, True, Revealed.MARKS),
        (QuizMode.GRADED, FeedbackTiming.NONE, True, Revealed.VERDICT),
        (QuizMode.EXAM, FeedbackTiming.AT_END, False, Revealed.MARKS),
        (QuizMode.EXAM, FeedbackTiming.AT_END, True, Revealed.ALL),
        (QuizMode.EXAM, FeedbackTiming.NONE, True, Revealed.VERDICT),
    ],
)
def test_what_is_seen_after_handing_in(mode, feedback, is_closed, seen):
    rule = replace(ruled(Decimal(70)), mode=mode, feedback=feedback)
    assert revealed(rule, has_result=True, is_closed=is_closed) == seen
    assert revealed(rule, has_result=False, is_closed=is_closed) == Revealed.NOTHING


def test_rule_of_the_first_release_is_read_as_one_that_counts():
    old = {"pass_mark": "70", "attempts": 3, "layout": "one_per_page", "feedback": "at_end"}
    rule = AttemptRule.from_json(old)
    assert (rule.mode, rule.counting, rule.sections) == (QuizMode.GRADED, AttemptCounting.BEST, ())


def test_rule_reads_what_it_wrote():
    rule = AttemptRule(
        pass_mark=Decimal("66.67"),
        attempts=None,
        layout=QuizLayout.ALL_ON_ONE_PAGE,
        feedback=FeedbackTiming.AFTER_EACH,
        mode=QuizMode.EXAM,
        counting=AttemptCounting.LAST,
        time_limit_minutes=40,
        closes_at=START,
        is_anonymous=True,
        sections=sections(None, Decimal("55.5")),
    )
    assert AttemptRule.from_json(rule.to_json()) == rule


@pytest.mark.parametrize(
    ("language", "scale", "per_cent", "shown"),
    [
        ("es", Scale.VIGESIMAL, "72.5", "14,5"),
        ("en", Scale.VIGESIMAL, "72.5", "14.5"),
        ("es", Scale.VIGESIMAL, "70.0000", "14"),
        ("es", Scale.VIGESIMAL, "100", "20"),
        ("es", Scale.VIGESIMAL, "50", "10"),
        ("es", Scale.VIGESIMAL, "0.0000", "0"),
        ("es", Scale.VIGESIMAL, "69.9999", "13,99"),
        ("es", Scale.PERCENT, "66.6666", "66,66\N{NO-BREAK SPACE}%"),
        ("en", Scale.PERCENT, "70", "70\N{NO-BREAK SPACE}%"),
    ],
)
def test_marks_are_shown_on_the_scale_and_never_rounded_up(language, scale, per_cent, shown):
    with override(language):
        assert on_scale(Decimal(per_cent), scale) == shown
