"""Scores are exact, and the verdict never disagrees with the score that is shown."""

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.enums import FeedbackTiming, QuizLayout, Scale
from courses.marks import on_scale
from courses.question_types import question_type
from courses.question_types.multiple_choice import equal_weights
from lms.learning.attempts.rules import AttemptRule, MarkedItem, mark_of, score_marks

FOUR_PLACES = st.decimals(min_value=0, max_value=1, places=4)
PASS_MARKS = st.decimals(min_value=0, max_value=100, places=2)
ITEMS = st.lists(
    st.tuples(FOUR_PLACES, st.integers(min_value=1, max_value=9)).map(
        lambda pair: MarkedItem(mark=mark_of(pair[0], Decimal(pair[1])), max_mark=Decimal(pair[1]))
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(ITEMS, PASS_MARKS)
def test_score_lies_between_0_and_100(items, pass_mark):
    assert 0 <= score_marks(items, pass_mark=pass_mark).per_cent <= 100


@settings(deadline=None)
@given(ITEMS, PASS_MARKS)
def test_verdict_agrees_with_the_stored_score(items, pass_mark):
    score = score_marks(items, pass_mark=pass_mark)
    assert score.is_passed == (score.per_cent >= pass_mark)


@settings(deadline=None)
@given(ITEMS, PASS_MARKS, st.randoms(use_true_random=False))
def test_score_does_not_depend_on_the_order(items, pass_mark, chance):
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert score_marks(shuffled, pass_mark=pass_mark) == score_marks(items, pass_mark=pass_mark)


@settings(deadline=None)
@given(ITEMS, PASS_MARKS, st.data())
def test_a_better_answer_never_lowers_the_score(items, pass_mark, data):
    place = data.draw(st.integers(0, len(items) - 1))
    old = items[place]
    mark = data.draw(st.decimals(min_value=old.mark, max_value=old.max_mark, places=4))
    better = [*items[:place], MarkedItem(mark, old.max_mark), *items[place + 1 :]]
    before, after = (score_marks(marked, pass_mark=pass_mark) for marked in (items, better))
    assert after.per_cent >= before.per_cent
    assert after.is_passed >= before.is_passed


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=60))
def test_all_right_is_exactly_100(count):
    items = [MarkedItem(Decimal(1), Decimal(1))] * count
    score = score_marks(items, pass_mark=Decimal(100))
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
    item = MarkedItem(mark_of(fraction, Decimal(1)), Decimal(1))
    assert score_marks([item] * 3, pass_mark=Decimal(100)).is_passed


def test_two_thirds_pass_below_and_fail_above_the_exact_fraction():
    items = [MarkedItem(Decimal(mark), Decimal(1)) for mark in (1, 1, 0)]
    assert score_marks(items, pass_mark=Decimal("66.66")).is_passed
    assert not score_marks(items, pass_mark=Decimal("66.67")).is_passed
    assert score_marks(items, pass_mark=Decimal(0)).per_cent == Decimal("66.6666")


def test_score_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no score"):
        score_marks([], pass_mark=Decimal(70))


def test_rule_reads_what_it_wrote():
    rule = AttemptRule(
        pass_mark=Decimal("66.67"),
        attempts=None,
        layout=QuizLayout.ALL_ON_ONE_PAGE,
        feedback=FeedbackTiming.AFTER_EACH,
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
