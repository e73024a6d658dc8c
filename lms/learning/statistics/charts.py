"""Charts as numbers: where each bar stands. Templates draw them as SVG, with a table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from courses.enums import Scale
from courses.marks import on_scale
from lms.learning.statistics.flags import OptionCount
from lms.learning.statistics.formulas import STEPS

WIDTH, HEIGHT = 640, 320
LEFT, BOTTOM, TOP = 36, 34, 14
LONGEST_BAR = 300


@dataclass(frozen=True)
class Bar:
    """One bar, in the units of the drawing; `label` stands below it, `words` in the table."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    words: str
    count: int
    is_passing: bool = True


@dataclass(frozen=True)
class Line:
    """A line across the drawing at a round count."""

    y: int
    label: int


@dataclass(frozen=True)
class Distribution:
    """How many learners reached each step of the result; `pass_x` is where passing begins."""

    bars: Sequence[Bar]
    lines: Sequence[Line]
    pass_x: int | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def distribution(
    histogram: Sequence[int], *, scale: str, pass_mark: Decimal | None
) -> Distribution:
    """Return the chart of the results, in steps of 5 per cent, which is one point of 20.

    `pass_mark` in per cent, None where nothing counts.
    """
    steps = list(histogram) or [0] * STEPS
    most = _round_top(max(steps))
    room = HEIGHT - BOTTOM - TOP
    slot = (WIDTH - LEFT) // STEPS
    bars = []
    for step, count in enumerate(steps):
        height = round(count * room / most)
        x = LEFT + step * slot
        bars.append(
            Bar(
                x=x + 2,
                y=HEIGHT - BOTTOM - height,
                width=slot - 4,
                height=height,
                middle=x + slot // 2,
                label=str(step if scale == Scale.VIGESIMAL else step * 5) if step % 2 == 0 else "",
                words=_step_words(step, scale),
                count=count,
                is_passing=pass_mark is None or step * 5 >= pass_mark,
            )
        )
    lines = [
        Line(y=HEIGHT - BOTTOM - round(value * room / most), label=value)
        for value in (most // 2, most)
        if value
    ]
    pass_x = None if pass_mark is None else LEFT + round(pass_mark * slot / 5)
    return Distribution(bars=bars, lines=lines, pass_x=pass_x)


def _step_words(step: int, scale: str) -> str:
    low = on_scale(Decimal(step * 5), scale)
    if step == STEPS - 1:
        return low
    high = on_scale(Decimal(step * 5 + 5) - Decimal("0.05"), scale)
    return f"{low} \N{EN DASH} {high}"


def _round_top(most: int) -> int:
    """Return the next even count of which the half is a round number too."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if most <= step * size:
                return step * size
        size *= 10


@dataclass(frozen=True)
class Pair:
    """The two bars of one option: what part of the lower and of the upper group chose it."""

    letter: str
    y: int
    lower: int
    upper: int
    is_right: bool


@dataclass(frozen=True)
class GroupChart:
    """The bars of all options of a question."""

    pairs: Sequence[Pair]
    height: int
    width: int = LONGEST_BAR + 60


def group_chart(options: Sequence[OptionCount], *, lower: int, upper: int) -> GroupChart:
    """Return the bars of a question's options; `lower` and `upper` are the sizes of the groups."""
    pairs = [
        Pair(
            letter=letter_of(number),
            y=6 + number * 40,
            lower=round(option.lower * LONGEST_BAR / lower) if lower else 0,
            upper=round(option.upper * LONGEST_BAR / upper) if upper else 0,
            is_right=option.is_right,
        )
        for number, option in enumerate(options)
    ]
    return GroupChart(pairs=pairs, height=12 + len(pairs) * 40)


def letter_of(number: int) -> str:
    """Return A, B … Z, AA, AB … for an option's number from 0 on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
