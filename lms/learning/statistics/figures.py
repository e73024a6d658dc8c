"""The figures of a quiz and of its questions, worked out from stored sums; nothing is read here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from courses.models.serving import active_language
from courses.question_types import question_type
from courses.texts import in_language, read_texts
from lms.learning.models import AnswerStatistic, ItemStatistic, QuizStatistic, SlotStatistic
from lms.learning.statistics import formulas
from lms.learning.statistics.flags import FEWEST, Flag, OptionCount, item_flags, quiz_flags
from lms.learning.statistics.formulas import Groups, Moments


@dataclass(frozen=True)
class VersionWords:
    """A version of a question as far as the statistics name it."""

    version_id: int
    number: int
    question_id: int
    question_key: str
    kind: str
    content: dict[str, Any]

    @property
    def stem(self) -> str:
        """The question in the active language."""
        return in_language(read_texts(self.content.get("stems"))) or self.question_key

    @property
    def kind_label(self) -> str:
        """The name of its type."""
        return str(question_type(self.kind).label)

    def answer_text(self, given: Mapping[str, Any] | None) -> str:
        """Return an answer in words."""
        kind = question_type(self.kind)
        return kind.answer_text(kind.read(self.content), given, language=active_language())

    @property
    def has_typed_words(self) -> bool:
        """Whether it was answered in words of one's own."""
        kind = question_type(self.kind)
        return kind.has_typed_words(kind.read(self.content))

    def labelled(self, counts: Mapping[str, int]) -> list[tuple[str, int]]:
        """Return the words of each answer with its count: options in their order, then the rest.

        For surveys, where no answer is right; options that nobody chose count nought.
        """
        kind = question_type(self.kind)
        content = kind.read(self.content)
        offered = kind.option_ids(content)
        keys = list(offered) if set(counts) <= set(offered) else []
        keys += sorted(set(counts) - set(keys), key=lambda key: (-counts[key], key))
        return [
            (kind.tally_label(content, key, language=active_language()), counts.get(key, 0))
            for key in keys
        ]


@dataclass(frozen=True)
class ItemFigures:
    """One version of a question in one quiz; shares between 0 and 1, times in seconds."""

    words: VersionWords
    row: ItemStatistic
    answers: Sequence[AnswerStatistic]
    is_before_teaching: bool = False

    @property
    def has_enough(self) -> bool:
        """Whether there are enough results to say something."""
        return self.row.count >= FEWEST

    @property
    def facility(self) -> Decimal | None:
        """The mean part of the marks that was earned."""
        return formulas.mean(self.row.sum_fraction, self.row.count)

    @cached_property
    def discrimination(self) -> Decimal | None:
        """The corrected item-rest correlation."""
        row = self.row
        return formulas.correlation(
            Moments(row.count, row.sum_mark, row.sum_mark_squared),
            Moments(row.count, row.sum_rest, row.sum_rest_squared),
            row.sum_mark_rest,
        )

    @property
    def seconds(self) -> Decimal | None:
        """The mean time from the first look to the last change of the answer."""
        return formulas.mean(self.row.sum_seconds, self.row.timed, unit=1)

    @property
    def not_answered(self) -> int:
        """How many reached it and left it empty."""
        return self.row.count - self.row.answered - self.row.not_reached

    @cached_property
    def groups(self) -> Groups | None:
        """The lower and the upper group of those who had this question."""
        return formulas.groups(self.row.steps) if self.row.steps else None

    @cached_property
    def options(self) -> list[OptionCount]:
        """What was answered, the right ones marked; options that nobody chose stand there too."""
        kind = question_type(self.words.kind)
        content = kind.read(self.words.content)
        right = kind.right_keys(content)
        counted = {row.answer_key: row for row in self.answers}
        offered = kind.option_ids(content)
        keys = list(offered if right and right <= set(offered) else sorted(right))
        most_first = sorted(counted.values(), key=lambda row: (-row.count, row.answer_key))
        keys += [row.answer_key for row in most_first if row.answer_key not in set(keys)]
        return [self._option(key, kind, content, right, counted.get(key)) for key in keys]

    def _option(
        self, key: str, kind: Any, content: Any, right: frozenset[str], row: AnswerStatistic | None
    ) -> OptionCount:
        steps = row.steps if row else [0] * formulas.STEPS
        return OptionCount(
            label=kind.tally_label(content, key, language=active_language()),
            is_right=key in right,
            count=row.count if row else 0,
            lower=self.groups.lower_of(steps) if self.groups else 0,
            upper=self.groups.upper_of(steps) if self.groups else 0,
        )

    @cached_property
    def flags(self) -> list[Flag]:
        """The remarks on it, in words."""
        if not self.has_enough:
            return []
        return item_flags(
            count=self.row.count,
            answered=self.row.answered,
            not_reached=self.row.not_reached,
            facility=self.facility,
            discrimination=self.discrimination,
            options=self.options,
            groups=self.groups,
            is_before_teaching=self.is_before_teaching,
        )


@dataclass(frozen=True)
class QuizFigures:
    """One quiz; results in per cent."""

    row: QuizStatistic
    slots: Sequence[SlotStatistic] = ()
    items: Sequence[ItemFigures] = field(default=())

    @property
    def count(self) -> int:
        """How many learners' first results stand in the sums."""
        return self.row.count

    @property
    def has_enough(self) -> bool:
        """Whether there are enough results to say something."""
        return self.count >= FEWEST

    @property
    def pass_rate(self) -> Decimal | None:
        """The part of the learners that passed at the first try, between 0 and 1."""
        return formulas.mean(self.row.passed, self.count, unit=1)

    @property
    def mean(self) -> Decimal | None:
        """The mean result."""
        return formulas.mean(self.row.sum_score, self.count)

    @cached_property
    def deviation(self) -> Decimal | None:
        """The standard deviation of the results."""
        row = self.row
        return formulas.deviation(Moments(row.count, row.sum_score, row.sum_score_squared))

    @cached_property
    def alpha(self) -> Decimal | None:
        """Cronbach's alpha over the places of the quiz."""
        row = self.row
        return formulas.alpha(
            [Moments(slot.count, slot.sum_mark, slot.sum_mark_squared) for slot in self.slots],
            Moments(row.count, row.sum_marks, row.sum_marks_squared),
        )

    @property
    def places(self) -> int:
        """How many places have marks."""
        return sum(1 for slot in self.slots if slot.count)

    @property
    def is_approximate(self) -> bool:
        """Whether alpha is only near: some attempts lacked a place, or had it dropped."""
        return any(0 < slot.count < self.count for slot in self.slots)

    @property
    def standard_error(self) -> Decimal | None:
        """The standard error of measurement of a result."""
        return formulas.standard_error(self.deviation, self.alpha)

    @property
    def gain(self) -> Decimal | None:
        """Hake's normalised gain from the pre-test to this post-test."""
        row = self.row
        return formulas.hake_gain(row.paired_sum_before, row.paired_sum_after, row.paired_count)

    @property
    def mean_before(self) -> Decimal | None:
        """The mean result in the pre-test of those who did both."""
        return formulas.mean(self.row.paired_sum_before, self.row.paired_count)

    @property
    def mean_after(self) -> Decimal | None:
        """The mean result in the post-test of those who did both."""
        return formulas.mean(self.row.paired_sum_after, self.row.paired_count)

    @cached_property
    def flags(self) -> list[Flag]:
        """The remarks on the whole, in words."""
        return quiz_flags(count=self.count, alpha=self.alpha, places=self.places)

    @property
    def flagged(self) -> int:
        """How many versions of questions have a remark."""
        return sum(1 for item in self.items if item.flags)

    @property
    def updated_at(self) -> datetime | None:
        """When the sums were last changed."""
        return self.row.updated_at
