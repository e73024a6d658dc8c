"""The sums of one quiz in memory: read, added to, written back. The caller holds the lock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from lms.learning.models import AnswerStatistic, ItemStatistic, QuizStatistic, SlotStatistic
from lms.learning.statistics.contributions import Contribution, ItemGiven
from lms.learning.statistics.formulas import STEPS, step_of

QUIZ_SUMS = (
    "count",
    "passed",
    "sum_score",
    "sum_score_squared",
    "sum_marks",
    "sum_marks_squared",
    "histogram",
    "paired_count",
    "paired_sum_before",
    "paired_sum_after",
)
SLOT_SUMS = ("count", "sum_mark", "sum_mark_squared")
ITEM_SUMS = (
    "count",
    "answered",
    "not_reached",
    "sum_fraction",
    "sum_mark",
    "sum_mark_squared",
    "sum_rest",
    "sum_rest_squared",
    "sum_mark_rest",
    "timed",
    "sum_seconds",
    "steps",
)
ANSWER_SUMS = ("count", "steps")
WRITTEN_AT_ONCE = 500

RowT = TypeVar("RowT", SlotStatistic, ItemStatistic, AnswerStatistic)


def no_steps() -> list[int]:
    """Return a list of steps in which nobody is counted."""
    return [0] * STEPS


@dataclass
class Sums:
    """All that is kept of one quiz, or the part of it that one attempt touches."""

    quiz: QuizStatistic
    slots: dict[int, SlotStatistic] = field(default_factory=dict)
    items: dict[int, ItemStatistic] = field(default_factory=dict)
    answers: dict[tuple[int, str], AnswerStatistic] = field(default_factory=dict)

    @classmethod
    def empty(cls, quiz_key: UUID) -> "Sums":
        """Return sums over nobody."""
        return cls(QuizStatistic(quiz_key=quiz_key, histogram=no_steps()))

    @classmethod
    def touched_by(cls, quiz: QuizStatistic, given: Contribution) -> "Sums":
        """Return the stored sums that this attempt will change, in three queries."""
        key, versions = quiz.quiz_key, [item.version_id for item in given.items]
        keys = {answer for item in given.items for answer in item.answer_keys}
        answers = AnswerStatistic.objects.filter(
            quiz_key=key, question_version__in=versions, answer_key__in=keys
        )
        return cls(
            quiz=quiz,
            slots={row.slot: row for row in SlotStatistic.objects.filter(quiz_key=key)},
            items={
                row.question_version_id: row
                for row in ItemStatistic.objects.filter(quiz_key=key, question_version__in=versions)
            },
            answers={(row.question_version_id, row.answer_key): row for row in answers},
        )

    def add(self, given: Contribution) -> None:
        """Add one attempt."""
        quiz, total = self.quiz, given.total
        step = None if given.score is None else step_of(given.score)
        quiz.count += 1
        quiz.passed += given.is_passed
        quiz.sum_marks += total
        quiz.sum_marks_squared += total**2
        if given.score is not None:
            quiz.sum_score += given.score
            quiz.sum_score_squared += given.score**2
        quiz.histogram = _with(quiz.histogram, step)
        for item in given.items:
            self._add_item(item, total, step)

    def add_pair(self, before: int, after: int) -> None:
        """Add a learner who did the pre-test and this post-test."""
        self.quiz.paired_count += 1
        self.quiz.paired_sum_before += before
        self.quiz.paired_sum_after += after

    def _add_item(self, item: ItemGiven, total: int, step: int | None) -> None:
        if not item.is_dropped:
            slot = self._slot(item.slot)
            slot.count += 1
            slot.sum_mark += item.mark
            slot.sum_mark_squared += item.mark**2
        row = self._item(item.version_id)
        rest = total if item.is_dropped else total - item.mark
        row.count += 1
        row.answered += item.is_answered
        row.not_reached += item.is_not_reached
        row.sum_fraction += item.fraction
        row.sum_mark += item.mark
        row.sum_mark_squared += item.mark**2
        row.sum_rest += rest
        row.sum_rest_squared += rest**2
        row.sum_mark_rest += item.mark * rest
        if item.seconds is not None:
            row.timed += 1
            row.sum_seconds += item.seconds
        row.steps = _with(row.steps, step)
        for answer_key in item.answer_keys:
            answer = self._answer(item.version_id, answer_key)
            answer.count += 1
            answer.steps = _with(answer.steps, step)

    def _slot(self, number: int) -> SlotStatistic:
        if number not in self.slots:
            self.slots[number] = SlotStatistic(quiz_key=self.quiz.quiz_key, slot=number)
        return self.slots[number]

    def _item(self, version_id: int) -> ItemStatistic:
        if version_id not in self.items:
            self.items[version_id] = ItemStatistic(
                quiz_key=self.quiz.quiz_key, question_version_id=version_id, steps=no_steps()
            )
        return self.items[version_id]

    def _answer(self, version_id: int, answer_key: str) -> AnswerStatistic:
        place = (version_id, answer_key)
        if place not in self.answers:
            self.answers[place] = AnswerStatistic(
                quiz_key=self.quiz.quiz_key,
                question_version_id=version_id,
                answer_key=answer_key,
                steps=no_steps(),
            )
        return self.answers[place]

    def save(self, *, now: datetime) -> None:
        """Write the rows over those that are stored; one statement for each kind of row."""
        self.save_quiz(now=now)
        _upsert(SlotStatistic, self.slots.values(), ["slot"], SLOT_SUMS)
        _upsert(ItemStatistic, self.items.values(), ["question_version"], ITEM_SUMS)
        places = ["question_version", "answer_key"]
        _upsert(AnswerStatistic, self.answers.values(), places, ANSWER_SUMS)

    def save_quiz(self, *, now: datetime) -> None:
        """Write the row of the quiz alone."""
        self.quiz.updated_at = now
        self.quiz.save(update_fields=[*QUIZ_SUMS, "paired_quiz_id", "updated_at"])

    def replace(self, stored: QuizStatistic, *, now: datetime) -> None:
        """Write these sums, built from the first attempt on, in place of the stored ones."""
        for kind in (SlotStatistic, ItemStatistic, AnswerStatistic):
            kind.objects.filter(quiz_key=stored.quiz_key).delete()
        for name in (*QUIZ_SUMS, "paired_quiz_id"):
            setattr(stored, name, getattr(self.quiz, name))
        self.quiz = stored
        self.save(now=now)


def _with(steps: list[int], step: int | None) -> list[int]:
    """Count one more in this step; the list is the row's own."""
    if step is not None:
        steps[step] += 1
    return steps


def _upsert(kind: type[RowT], rows: Iterable[RowT], place: list[str], sums: Iterable[str]) -> None:
    fresh = list(rows)
    for row in fresh:
        row.pk = None
    kind.objects.bulk_create(
        fresh,
        batch_size=WRITTEN_AT_ONCE,
        update_conflicts=True,
        unique_fields=["quiz_key", *place],
        update_fields=list(sums),
    )
