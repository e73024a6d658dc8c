"""The rule under which an attempt was begun, and how its marks become a result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from courses.enums import FeedbackTiming, QuizLayout

PLACES = Decimal("0.0001")
"""Marks and scores are stored with four decimals."""


@dataclass(frozen=True)
class AttemptRule:
    """What held when the attempt began; later changes of the quiz do not reach it.

    `pass_mark` is in per cent; `attempts` is None where there is no limit.
    """

    pass_mark: Decimal
    attempts: int | None
    layout: QuizLayout
    feedback: FeedbackTiming

    @property
    def is_on_one_page(self) -> bool:
        """Whether all questions stand on one page."""
        return self.layout == QuizLayout.ALL_ON_ONE_PAGE

    @property
    def is_feedback_after_each(self) -> bool:
        """Whether an answer that was checked shows its feedback at once."""
        return self.feedback == FeedbackTiming.AFTER_EACH

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain JSON values."""
        return {
            "pass_mark": str(self.pass_mark),
            "attempts": self.attempts,
            "layout": str(self.layout),
            "feedback": str(self.feedback),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AttemptRule":
        """Read a stored rule; raise KeyError or ValueError if it is not one."""
        return cls(
            pass_mark=Decimal(data["pass_mark"]),
            attempts=data["attempts"],
            layout=QuizLayout(data["layout"]),
            feedback=FeedbackTiming(data["feedback"]),
        )


@dataclass(frozen=True)
class MarkedItem:
    """What one question earned of the marks to be had."""

    mark: Decimal
    max_mark: Decimal


@dataclass(frozen=True)
class Score:
    """The result of an attempt: `per_cent` as it is stored, and whether it passed."""

    per_cent: Decimal
    is_passed: bool


def score_marks(items: Iterable[MarkedItem], *, pass_mark: Decimal) -> Score:
    """Return the share of the marks that was earned; raise ValueError if there were none to earn.

    The exact fraction is compared with the pass mark. Only then is it cut to four decimals, and
    never rounded up, so that the stored score and the verdict always agree: pass marks have two.
    """
    marked = list(items)
    most = sum((Fraction(item.max_mark) for item in marked), Fraction(0))
    if not most:
        raise ValueError("an attempt without marks to be had has no score")
    exact = sum((Fraction(item.mark) for item in marked), Fraction(0)) / most * 100
    per_cent = Decimal((exact * 10_000).__floor__()).scaleb(-4).quantize(PLACES)
    return Score(per_cent=per_cent, is_passed=exact >= Fraction(pass_mark))


def mark_of(fraction: Decimal, max_mark: Decimal) -> Decimal:
    """Return the mark for the earned fraction of a question, cut to the four decimals kept."""
    return (fraction * max_mark).quantize(PLACES, ROUND_FLOOR)
