"""The rule under which an attempt was begun, and how its marks become a result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

from courses.enums import (
    UNCOUNTED_MODES,
    AttemptCounting,
    FeedbackTiming,
    QuizLayout,
    QuizMode,
)
from courses.texts import Texts, in_language, read_texts

PLACES = Decimal("0.0001")
"""Marks and scores are stored with four decimals."""


@dataclass(frozen=True)
class SectionRule:
    """A section as it stood when the attempt began; `pass_mark` in per cent, None for none."""

    number: int
    titles: Texts
    pass_mark: Decimal | None

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self.titles)


@dataclass(frozen=True)
class AttemptRule:
    """What held when the attempt began; later changes of the quiz do not reach it.

    `pass_mark` is in per cent and None where nothing counts; `attempts` is None where there is no
    limit. Only the closing date is read anew, because what one learner is shown may help another.
    """

    pass_mark: Decimal | None
    attempts: int | None
    layout: QuizLayout
    feedback: FeedbackTiming
    mode: QuizMode = QuizMode.GRADED
    counting: AttemptCounting = AttemptCounting.BEST
    time_limit_minutes: int | None = None
    closes_at: datetime | None = None
    is_anonymous: bool = False
    sections: tuple[SectionRule, ...] = ()

    @property
    def is_on_one_page(self) -> bool:
        """Whether all questions stand on one page; never in an exam, always in a secret survey."""
        if self.mode == QuizMode.EXAM:
            return False
        return self.is_anonymous or self.layout == QuizLayout.ALL_ON_ONE_PAGE

    @property
    def is_feedback_after_each(self) -> bool:
        """Whether an answer that was checked shows its feedback at once; never in an exam."""
        return self.feedback == FeedbackTiming.AFTER_EACH and self.mode not in {
            QuizMode.EXAM,
            QuizMode.SURVEY,
        }

    @property
    def is_counted(self) -> bool:
        """Whether its marks count for anything."""
        return self.mode not in UNCOUNTED_MODES

    @property
    def is_survey(self) -> bool:
        """Whether there are no right answers."""
        return self.mode == QuizMode.SURVEY

    @property
    def has_hints(self) -> bool:
        """Whether hints may be read."""
        return self.mode != QuizMode.EXAM

    @property
    def waits_for_closing(self) -> bool:
        """Whether the result itself is held back until the quiz has closed for everybody."""
        return self.mode == QuizMode.EXAM or self.feedback == FeedbackTiming.AFTER_CLOSING

    def due_at(self, started_at: datetime, extra_minutes: int) -> datetime | None:
        """Return when the time is over: the limit or the closing, and then the extra minutes."""
        ends = [self.closes_at] if self.closes_at else []
        if self.time_limit_minutes is not None:
            ends.append(started_at + timedelta(minutes=self.time_limit_minutes))
        return min(ends) + timedelta(minutes=extra_minutes) if ends else None

    def to_json(self) -> dict[str, Any]:
        """Return the rule as plain JSON values."""
        return {
            "pass_mark": None if self.pass_mark is None else str(self.pass_mark),
            "attempts": self.attempts,
            "layout": str(self.layout),
            "feedback": str(self.feedback),
            "mode": str(self.mode),
            "counting": str(self.counting),
            "time_limit_minutes": self.time_limit_minutes,
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "is_anonymous": self.is_anonymous,
            "sections": [
                {
                    "number": section.number,
                    "titles": dict(section.titles),
                    "pass_mark": None if section.pass_mark is None else str(section.pass_mark),
                }
                for section in self.sections
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AttemptRule":
        """Read a stored rule; raise KeyError or ValueError if it is not one.

        Attempts of the first release name neither mode nor time; they were of a quiz that counts.
        """
        closes_at = data.get("closes_at")
        return cls(
            pass_mark=_decimal(data["pass_mark"]),
            attempts=data["attempts"],
            layout=QuizLayout(data["layout"]),
            feedback=FeedbackTiming(data["feedback"]),
            mode=QuizMode(data.get("mode", QuizMode.GRADED)),
            counting=AttemptCounting(data.get("counting", AttemptCounting.BEST)),
            time_limit_minutes=data.get("time_limit_minutes"),
            closes_at=datetime.fromisoformat(closes_at) if closes_at else None,
            is_anonymous=bool(data.get("is_anonymous", False)),
            sections=tuple(
                SectionRule(
                    number=int(section["number"]),
                    titles=read_texts(section["titles"]),
                    pass_mark=_decimal(section["pass_mark"]),
                )
                for section in data.get("sections", ())
            ),
        )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


class Revealed(IntEnum):
    """How much of an attempt that was handed in its learner may see now."""

    NOTHING = 0
    VERDICT = 1
    MARKS = 2
    ALL = 3


def revealed(rule: AttemptRule, *, has_result: bool, is_closed: bool) -> Revealed:
    """Return what the learner may see of an attempt that takes no more answers.

    Args:
        rule: that of the attempt.
        has_result: whether it was marked.
        is_closed: whether the quiz has closed for everybody.
    """
    if not has_result:
        return Revealed.NOTHING
    if rule.feedback == FeedbackTiming.NONE:
        return Revealed.VERDICT
    if rule.feedback == FeedbackTiming.MARKS_ONLY:
        return Revealed.MARKS
    if rule.waits_for_closing and not is_closed:
        return Revealed.MARKS
    return Revealed.ALL


@dataclass(frozen=True)
class ItemResult:
    """What one question earned of the marks to be had.

    `is_dropped` leaves it out of the result: it was dropped, or has no marks by its nature. An
    error in a critical one fails the quiz.
    """

    position: int
    mark: Decimal
    max_mark: Decimal
    section: int | None = None
    is_dropped: bool = False
    is_critical: bool = False


@dataclass(frozen=True)
class SectionResult:
    """What one section earned: in per cent, and whether its own pass mark was reached."""

    number: int
    titles: Texts
    per_cent: Decimal
    pass_mark: Decimal | None
    is_passed: bool

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self.titles)

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain JSON values."""
        return {
            "number": self.number,
            "titles": dict(self.titles),
            "per_cent": str(self.per_cent),
            "pass_mark": None if self.pass_mark is None else str(self.pass_mark),
            "is_passed": self.is_passed,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SectionResult":
        """Read a stored result; raise KeyError if it is not one."""
        return cls(
            number=int(data["number"]),
            titles=read_texts(data["titles"]),
            per_cent=Decimal(data["per_cent"]),
            pass_mark=_decimal(data["pass_mark"]),
            is_passed=bool(data["is_passed"]),
        )


@dataclass(frozen=True)
class Result:
    """The result of an attempt; `per_cent` and `is_passed` are None where there is nothing to say.

    `safety_errors` holds the positions of the critical questions that were not wholly right.
    """

    per_cent: Decimal | None
    is_passed: bool | None
    sections: tuple[SectionResult, ...] = ()
    safety_errors: tuple[int, ...] = ()


def result_of(items: Sequence[ItemResult], rule: AttemptRule) -> Result:
    """Return the result: the share of the marks that was earned, the sections, the rules of safety.

    The exact fraction is compared with the pass mark. Only then is it cut to four decimals, and
    never rounded up, so that the stored score and the verdict always agree: pass marks have two.
    An attempt passes if the whole and every section reach their marks and no rule of safety was
    broken. Where every question was dropped, everybody earned everything there was.
    """
    counted = [item for item in items if not item.is_dropped]
    if rule.mode == QuizMode.SURVEY:
        return Result(per_cent=None, is_passed=None)
    exact = _share(counted)
    sections = tuple(
        _section_result(section, [item for item in counted if item.section == section.number])
        for section in rule.sections
        if any(item.section == section.number for item in items)
    )
    errors = tuple(
        item.position for item in counted if item.is_critical and item.mark < item.max_mark
    )
    is_passed: bool | None = None
    if rule.is_counted:
        reaches = exact >= Fraction(rule.pass_mark or 0)
        is_passed = reaches and not errors and all(section.is_passed for section in sections)
    return Result(_per_cent(exact), is_passed, sections, errors)


def _share(items: Iterable[ItemResult]) -> Fraction:
    marked = list(items)
    most = sum((Fraction(item.max_mark) for item in marked), Fraction(0))
    if not most:
        return Fraction(100)
    return sum((Fraction(item.mark) for item in marked), Fraction(0)) / most * 100


def _section_result(section: SectionRule, items: Sequence[ItemResult]) -> SectionResult:
    exact = _share(items)
    is_passed = section.pass_mark is None or exact >= Fraction(section.pass_mark)
    return SectionResult(
        section.number, section.titles, _per_cent(exact), section.pass_mark, is_passed
    )


def _per_cent(exact: Fraction) -> Decimal:
    return Decimal((exact * 10_000).__floor__()).scaleb(-4).quantize(PLACES)


def mark_of(fraction: Decimal, max_mark: Decimal) -> Decimal:
    """Return the mark for the earned fraction of a question, cut to the four decimals kept."""
    return (fraction * max_mark).quantize(PLACES, ROUND_FLOOR)
