"""A line over quarters as numbers: where each point stands. Templates draw it, with a table beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.learning.followups.quarters import Quarter

WIDTH, HEIGHT = 340, 190
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 14, 28


@dataclass(frozen=True)
class Point:
    """One figure, in the units of the drawing."""

    x: int
    y: int
    value: Decimal


@dataclass(frozen=True)
class Mark:
    """A quarter below the drawing."""

    x: int
    label: str


@dataclass(frozen=True)
class LineChart:
    """A line that breaks where a figure is missing; `most` is the value of its highest line."""

    points: tuple[Point, ...]
    segments: tuple[str, ...]
    marks: tuple[Mark, ...]
    most: int
    middle: Decimal | int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM
    middle_y: int = TOP + (HEIGHT - BOTTOM - TOP) // 2


def line_chart(figures: Sequence[tuple[Quarter, Decimal | int | None]]) -> LineChart:
    """Return the chart of these figures, the oldest first; it begins at zero."""
    most = _round_top(max((value for _one, value in figures if value is not None), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(figures) - 1, 1)
    room = HEIGHT - BOTTOM - TOP
    points: list[Point] = []
    segments: list[str] = []
    current: list[str] = []
    for number, (_quarter, value) in enumerate(figures):
        if value is None:
            current = _close(segments, current)
            continue
        x = LEFT + round(number * step)
        y = HEIGHT - BOTTOM - round(Decimal(value) * room / most)
        points.append(Point(x, y, Decimal(value)))
        current.append(f"{x},{y}")
    _close(segments, current)
    half = Decimal(most) / 2
    return LineChart(
        points=tuple(points),
        segments=tuple(segments),
        marks=tuple(
            Mark(LEFT + round(number * step), quarter.short)
            for number, (quarter, _value) in enumerate(figures)
            if number % 2 == (len(figures) - 1) % 2
        ),
        most=most,
        middle=int(half) if half == int(half) else half.normalize(),
    )


def _close(segments: list[str], current: list[str]) -> list[str]:
    if len(current) > 1:
        segments.append(" ".join(current))
    return []


def _round_top(most: Decimal | int) -> int:
    """Return the next round figure."""
    size = 1
    while True:
        for step in (1, 2, 4, 6, 8):
            if most <= step * size and step * size > 1:
                return step * size
        size *= 10
