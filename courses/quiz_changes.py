"""What a change to a quiz that people have begun will do, and what it will not do.

Pure but for `use_of`: `courses` knows no learner, so whoever keeps attempts counts them through
Wagtail's hook `count_quiz_attempts`, which takes the keys of the quiz's pages.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from courses.marks import as_number
from courses.models import Quiz, QuizPage

COUNT_HOOK = "count_quiz_attempts"


@dataclass(frozen=True)
class QuizUse:
    """How many attempts at a quiz are under way, and how many were handed in or ran out."""

    in_progress: int = 0
    finished: int = 0

    def __bool__(self) -> bool:
        return bool(self.in_progress or self.finished)

    def __add__(self, other: "QuizUse") -> "QuizUse":
        return QuizUse(self.in_progress + other.in_progress, self.finished + other.finished)


def use_of(quiz: Quiz) -> QuizUse:
    """Return how far a quiz is in use, on all pages on which it stands."""
    if quiz.pk is None:
        return QuizUse()
    keys = set(QuizPage.objects.filter(quiz=quiz).values_list("translation_key", flat=True))
    counts: list[QuizUse] = [count(keys) for count in hooks.get_hooks(COUNT_HOOK)] if keys else []
    return sum(counts, QuizUse())


@dataclass(frozen=True)
class QuizState:
    """The rules of a quiz with its rows, as they are or as they would be."""

    quiz: Quiz
    sources: Sequence[Any] = ()
    sections: Sequence[Any] = ()

    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return what the sources say, in their order."""
        return tuple(
            (
                source.question_id,
                source.category_id,
                source.count,
                source.tag_id,
                source.difficulty,
                source.level,
                source.marks,
                source.section,
            )
            for source in self.sources
        )

    def parts(self) -> tuple[tuple[Any, ...], ...]:
        """Return what the sections say, by their number."""
        found = [(one.number, one.title_es, one.title_en, one.pass_mark) for one in self.sections]
        return tuple(sorted(found, key=lambda row: row[0]))


@dataclass(frozen=True)
class Consequence:
    """One change, with what it does and what it leaves alone; all in words."""

    field: str
    name: str
    before: str
    after: str
    effect: str


PROMISED = gettext_lazy(
    "No result changes. Whoever is enrolled keeps what the release of the course promised; the new "
    "value holds for those who enrol after the next release."
)
NEW_ATTEMPTS = gettext_lazy(
    "Attempts under way keep what they began with, and no result changes. New attempts get it."
)
NEXT_START = gettext_lazy(
    "No result changes. It holds at once for everybody's next attempt; attempts under way go on."
)
TIMES = gettext_lazy(
    "No result changes. Nobody begins outside the new times. Attempts under way keep the end with "
    "which they began; one without an end is handed in after the closing. What waits for the closing, results of an exam and feedback, waits for the "
    "new date."
)
MARKING = gettext_lazy(
    "Marks that were given stay. It holds at once for every answer that waits for its mark."
)
ANONYMITY = gettext_lazy(
    "It holds for sheets begun from now on. Those handed in stay as they are: with their name if "
    "they had one, and without a way back if they had none."
)
COMPARISON = gettext_lazy("No result changes: only the comparison of both, from now on.")
QUESTIONS = gettext_lazy(
    "Attempts under way and results keep their questions and marks. New attempts get the new ones, "
    "so that their results compare less well with the earlier ones."
)
SECTIONS = gettext_lazy(
    "Attempts under way and results keep their sections. New attempts get the new ones."
)

EFFECTS: dict[str, Any] = {
    "mode": PROMISED,
    "pass_mark": PROMISED,
    "weight": PROMISED,
    "attempts": PROMISED,
    "counting": PROMISED,
    "wait_minutes": NEXT_START,
    "opens_at": TIMES,
    "closes_at": TIMES,
    "time_limit_minutes": NEW_ATTEMPTS,
    "layout": NEW_ATTEMPTS,
    "feedback": NEW_ATTEMPTS,
    "is_question_order_shuffled": NEW_ATTEMPTS,
    "is_option_order_shuffled": NEW_ATTEMPTS,
    "compared_with": COMPARISON,
    "is_anonymous": ANONYMITY,
    "is_marked_anonymously": MARKING,
    "needs_second_marker": MARKING,
    "marking_difference": MARKING,
}
"""What a change of each setting does; the names that only trainers see do nothing."""


def describe_change(old: QuizState, new: QuizState) -> tuple[Consequence, ...]:
    """Return what changes between two states of a quiz, with the consequence of each change."""
    found = []
    for name, effect in EFFECTS.items():
        before, after = getattr(old.quiz, name), getattr(new.quiz, name)
        if before != after:
            label = str(Quiz._meta.get_field(name).verbose_name)
            words = (_in_words(old.quiz, name), _in_words(new.quiz, name))
            found.append(Consequence(name, label, *words, str(effect)))
    rows: list[tuple[str, str, Any, Callable[[QuizState], tuple[Any, ...]]]] = [
        ("sections", _("sections"), SECTIONS, QuizState.parts),
        ("sources", _("questions"), QUESTIONS, QuizState.rows),
    ]
    for field, label, effect, read in rows:
        before, after = read(old), read(new)
        if before != after:
            counts = (_count(before), _count(after))
            found.append(Consequence(field, label, *counts, str(effect)))
    return tuple(found)


def _count(rows: Sequence[Any]) -> str:
    return number_format(len(rows))


def _in_words(quiz: Quiz, name: str) -> str:
    display: Callable[[], Any] | None = getattr(quiz, f"get_{name}_display", None)
    if display is not None:
        return str(display())
    value = getattr(quiz, name)
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return as_number(value)
    if name in ("opens_at", "closes_at"):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return str(value)


def token_of(texts: Iterable[str]) -> str:
    """Return what stands for having read exactly these texts, in this order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]
