from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from lms.learning.statistics import formulas
from lms.learning.statistics.flags import (
    FEWEST,
    FEWEST_FOR_OPTIONS,
    Flag,
    OptionCount,
    item_flags,
    quiz_flags,
)
from lms.learning.statistics.formulas import Groups, Moments


def moments(*values: int) -> Moments:
    return Moments(len(values), sum(values), sum(value**2 for value in values))


def test_variance_is_that_of_a_sample() -> None:
    assert formulas.variance(moments(2, 4, 4, 4, 5, 5, 7, 9)) == Fraction(32, 7)
    assert formulas.deviation(moments(20_000, 40_000)) == Decimal("1.4142")
    assert formulas.variance(moments(5)) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1, 2, 3), (2, 4, 6), Decimal(1)),
        ((1, 2, 3), (6, 4, 2), Decimal(-1)),
        ((0, 0, 1, 1), (0, 1, 0, 1), Decimal(0)),
        ((1, 2, 3, 4), (1, 3, 2, 5), Decimal("0.8315")),
        ((1, 1, 1), (1, 2, 3), None),
        ((), (), None),
    ],
)
def test_correlation_is_pearsons(
    first: tuple[int, ...], second: tuple[int, ...], expected: Decimal | None
) -> None:
    products = sum(x * y for x, y in zip(first, second, strict=True))

    assert formulas.correlation(moments(*first), moments(*second), products) == expected


def test_alpha_of_questions_that_say_the_same_is_one() -> None:
    slot = moments(0, 1, 0, 1)

    assert formulas.alpha([slot, slot], moments(0, 2, 0, 2)) == Decimal(1)


def test_alpha_of_a_worked_example() -> None:
    slots = [moments(1, 1, 0, 0), moments(1, 0, 1, 0), moments(1, 1, 1, 0)]
    # Variances 1/3, 1/3 and 1/4; totals 3, 2, 2, 0 with variance 19/12.
    assert formulas.alpha(slots, moments(3, 2, 2, 0)) == Decimal("0.6316")


@pytest.mark.parametrize("slots", [[], [(0, 1)], [(1, 1), (1, 1)]])
def test_alpha_is_unknown_where_it_has_no_meaning(slots: list[tuple[int, ...]]) -> None:
    assert formulas.alpha([moments(*slot) for slot in slots], moments(2, 2)) is None


def test_standard_error_follows_from_deviation_and_alpha() -> None:
    assert formulas.standard_error(Decimal(10), Decimal("0.75")) == Decimal(5)
    assert formulas.standard_error(Decimal(10), Decimal("-0.1")) is None
    assert formulas.standard_error(None, Decimal("0.75")) is None


@pytest.mark.parametrize(
    ("before", "after", "count", "expected"),
    [
        (400_000, 700_000, 1, Decimal("0.5")),
        (800_000, 1_200_000, 2, Decimal("0.3333")),
        (500_000, 400_000, 1, Decimal("-0.2")),
        (1_000_000, 1_000_000, 1, None),
        (0, 0, 0, None),
    ],
)
def test_hake_gain_is_the_part_of_what_was_missing(
    before: int, after: int, count: int, expected: Decimal | None
) -> None:
    assert formulas.hake_gain(before, after, count) == expected


@pytest.mark.parametrize(
    ("score", "step"), [(0, 0), (49_999, 0), (50_000, 1), (999_999, 19), (1_000_000, 20)]
)
def test_step_is_one_point_of_twenty(score: int, step: int) -> None:
    assert formulas.step_of(score) == step


def test_groups_take_whole_steps_from_both_ends() -> None:
    steps = [0] * 21
    steps[3], steps[8], steps[12], steps[18] = 20, 30, 30, 20

    found = formulas.groups(steps)

    assert found == Groups(lower=50, upper=50, highest_low_step=8, lowest_high_step=12)
    assert (found.lower_of(steps), found.upper_of(steps)) == (50, 50)


@pytest.mark.parametrize("step", [0, 10, 20])
def test_there_are_no_groups_where_everybody_has_the_same(step: int) -> None:
    steps = [0] * 21
    steps[step] = 40

    assert formulas.groups(steps) is None
    assert formulas.groups([0] * 21) is None


GROUPS = Groups(lower=27, upper=27, highest_low_step=5, lowest_high_step=15)
RIGHT = OptionCount("A", is_right=True, count=60, lower=10, upper=20)
WRONG = OptionCount("B", is_right=False, count=40, lower=17, upper=7)


def flags_of(**changes: Any) -> list[Flag]:
    facts: dict[str, Any] = {
        "count": 100,
        "answered": 100,
        "not_reached": 0,
        "facility": Decimal("0.6"),
        "discrimination": Decimal("0.4"),
        "options": [RIGHT, WRONG],
        "groups": GROUPS,
        "is_before_teaching": False,
    }
    return item_flags(**{**facts, **changes})


def options(right: int, wrong: int) -> list[OptionCount]:
    return [
        OptionCount("A", is_right=True, count=60, upper=right),
        OptionCount("B", is_right=False, count=40, upper=wrong),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        (
            {"options": options(7, 20)},
            ["Most who did well chose “B”: check the key."],
        ),
        (
            {"options": options(8, 12)},
            ["Of those who did well, more chose “B” than the right answer: check the key."],
        ),
        ({"options": options(12, 12)}, []),
        (
            {"discrimination": Decimal("-0.1")},
            [
                "Those who did well in the rest got it right less often than the others: "
                "check the key and the wording."
            ],
        ),
        (
            {"discrimination": Decimal("0.19")},
            ["It hardly tells those who know from those who do not."],
        ),
        (
            {"facility": Decimal("0.96"), "discrimination": Decimal("0.1")},
            ["Nearly everybody gets it right: it tells little."],
        ),
        (
            {"facility": Decimal("0.19")},
            ["Very few get it right: check the question, and the lesson that prepares it."],
        ),
        ({"facility": Decimal("0.19"), "is_before_teaching": True}, []),
        (
            {"not_reached": 11},
            ["11 of 100 did not get this far: check the time and the length."],
        ),
        ({"not_reached": 10}, []),
        (
            {"options": [RIGHT, OptionCount("C", is_right=False, count=0)]},
            ["Nobody chose: “C”."],
        ),
    ],
)
def test_flags_say_in_words_what_the_figures_mean(
    changes: dict[str, Any], expected: list[str]
) -> None:
    with translation.override("en"):
        assert [flag.text for flag in flags_of(**changes)] == expected


def test_nothing_is_flagged_under_ten_results() -> None:
    odd: dict[str, Any] = {"discrimination": Decimal("-0.5"), "options": options(0, 27)}

    assert flags_of(**odd, count=FEWEST - 1) == []
    assert len(flags_of(**odd, count=FEWEST)) == 2


def test_right_answer_that_nobody_gave_is_not_called_unused() -> None:
    accepted = [RIGHT, OptionCount("C", is_right=True, count=0)]

    assert flags_of(options=accepted) == []


def test_option_that_nobody_chose_says_nothing_among_few() -> None:
    unused = [RIGHT, OptionCount("C", is_right=False, count=0)]

    assert flags_of(options=unused, answered=FEWEST_FOR_OPTIONS - 1) == []


@pytest.mark.parametrize(
    ("count", "alpha", "places", "flagged"),
    [
        (100, "0.68", 20, 1),
        (100, "0.69", 20, 0),
        (100, "0.35", 5, 1),
        (100, "0.36", 5, 0),
        (9, "0.01", 20, 0),
        (100, None, 20, 0),
    ],
)
def test_reliability_is_judged_by_the_number_of_questions(
    count: int, alpha: str | None, places: int, flagged: int
) -> None:
    value = None if alpha is None else Decimal(alpha)

    assert len(quiz_flags(count=count, alpha=value, places=places)) == flagged
