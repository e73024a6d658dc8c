"""Charts of reports as numbers: lying bars with their labels; the table beside says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.desks.reports.sections import Bar

WIDTH, LABEL, LONGEST = 470, 205, 200
SLOT, THICK = 34, 20
LONGEST_LABEL = 29


@dataclass(frozen=True)
class DrawnBar:
    """One bar: its label stands at the left, its words behind its end; None is kept back."""

    y: int
    middle: int
    width: int | None
    words_x: int
    label: str
    words: str
    is_hollow: bool


@dataclass(frozen=True)
class BarChart:
    """All bars, in the units of the drawing."""

    bars: Sequence[DrawnBar]
    height: int
    width: int = WIDTH
    left: int = LABEL
    thick: int = THICK


def bar_chart(bars: Sequence[Bar]) -> BarChart:
    """Return the bars one below the other, the longest LONGEST wide."""
    drawn = []
    for number, bar in enumerate(bars):
        y = 6 + number * SLOT
        width = None if bar.part is None else max(round(bar.part * LONGEST), 1)
        drawn.append(
            DrawnBar(
                y=y,
                middle=y + THICK // 2 + 5,
                width=width,
                words_x=LABEL + (width or 0) + 8,
                label=_short(bar.label),
                words=bar.words,
                is_hollow=bar.is_hollow,
            )
        )
    return BarChart(drawn, height=12 + len(bars) * SLOT)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
