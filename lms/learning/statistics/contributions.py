"""What one attempt adds to the sums: read from its questions and responses, nothing written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from courses.models import QuestionVersion
from courses.question_types import QuestionType, question_type
from lms.learning.attempts.rules import AttemptRule
from lms.learning.models import Attempt, AttemptItem
from lms.learning.statistics.formulas import UNITS

LONGEST_ANSWER = timedelta(minutes=30)
"""Whoever took longer for one question had walked away; such times are left out of the mean."""

MOST_LETTERS = 120
"""As many as the key of an answer may have."""


@dataclass(frozen=True)
class ItemGiven:
    """One question of an attempt; marks and fraction in ten-thousandths."""

    slot: int
    version_id: int
    mark: int
    fraction: int
    is_dropped: bool
    is_answered: bool
    is_not_reached: bool
    seconds: int | None
    answer_keys: tuple[str, ...]


@dataclass(frozen=True)
class Contribution:
    """One attempt; `score` in ten-thousandths of a per cent, None in a survey."""

    attempt_id: int
    enrolment_id: int
    score: int | None
    is_passed: bool
    items: tuple[ItemGiven, ...]

    @property
    def total(self) -> int:
        """The sum of the marks that count, in ten-thousandths."""
        return sum(item.mark for item in self.items if not item.is_dropped)


@dataclass
class Versions:
    """The typed contents of versions of questions, each read once."""

    known: dict[int, tuple[QuestionType[Any], Any]] = field(default_factory=dict)

    def read(self, version_ids: Iterable[int]) -> None:
        """Read those that are not known yet, in one query."""
        wanted = set(version_ids) - self.known.keys()
        if not wanted:
            return
        for version in QuestionVersion.objects.filter(pk__in=wanted):
            self.known[version.pk] = (question_type(version.kind), version.typed_content)

    def takes_answer(self, version_id: int) -> bool:
        """Say whether the question is one, and no text between questions."""
        return self.known[version_id][0].takes_answer

    def keys(self, version_id: int, given: Any) -> tuple[str, ...]:
        """Return the keys under which an answer is counted, each once."""
        kind, content = self.known[version_id]
        return tuple(dict.fromkeys(key[:MOST_LETTERS] for key in kind.tallied(content, given)))


def in_units(value: Decimal | None) -> int:
    """Return a mark or a per cent in ten-thousandths; both are kept with four decimals."""
    return int((value or Decimal(0)) * UNITS)


def contributions_of(attempts: Iterable[Attempt], versions: Versions) -> Iterator[Contribution]:
    """Yield what each attempt adds, in the order of their ids; two queries for all of them."""
    by_id = {attempt.pk: attempt for attempt in attempts}
    rows = list(
        AttemptItem.objects.filter(attempt_id__in=by_id)
        .order_by("attempt_id", "position")
        .values_list(
            "attempt_id",
            "slot",
            "question_version_id",
            "mark",
            "max_mark",
            "is_dropped",
            "shown_at",
            "response__given",
            "response__saved_at",
        )
    )
    versions.read({row[2] for row in rows})
    found = {attempt_id: list(group) for attempt_id, group in groupby(rows, lambda row: row[0])}
    for attempt_id in sorted(by_id):
        attempt = by_id[attempt_id]
        yield Contribution(
            attempt_id=attempt_id,
            enrolment_id=attempt.enrolment_id,
            score=None if attempt.score is None else in_units(attempt.score),
            is_passed=attempt.is_passed is True,
            items=_items(found.get(attempt_id, []), attempt, versions),
        )


def _items(rows: list[Any], attempt: Attempt, versions: Versions) -> tuple[ItemGiven, ...]:
    asked = [row for row in rows if versions.takes_answer(row[2])]
    is_on_one_page = AttemptRule.from_json(attempt.rule).is_on_one_page
    answered = [number for number, row in enumerate(asked) if row[7] is not None]
    last = max(answered, default=-1)
    items = []
    for number, row in enumerate(asked):
        _attempt, slot, version_id, mark, max_mark, is_dropped, shown_at, given, saved_at = row
        was_seen = shown_at is not None and not is_on_one_page
        items.append(
            ItemGiven(
                slot=slot,
                version_id=version_id,
                mark=in_units(mark),
                fraction=_fraction(in_units(mark), in_units(max_mark)),
                is_dropped=is_dropped,
                is_answered=given is not None,
                is_not_reached=number > last and not was_seen,
                seconds=_seconds(shown_at, saved_at) if was_seen and given is not None else None,
                answer_keys=versions.keys(version_id, given) if given is not None else (),
            )
        )
    return tuple(items)


def _fraction(mark: int, max_mark: int) -> int:
    """Return the part of the marks that was earned, in ten-thousandths, half to even."""
    if mark in (0, max_mark):  # nearly always; fractions are slow
        return UNITS if mark else 0
    return round(Fraction(mark * UNITS, max_mark))


def _seconds(shown_at: datetime, saved_at: datetime) -> int | None:
    taken = saved_at - shown_at
    return int(taken.total_seconds()) if timedelta(0) <= taken <= LONGEST_ANSWER else None
