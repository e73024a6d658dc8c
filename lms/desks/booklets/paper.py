"""A quiz on paper: the same questions for everybody in the room, and the key for the trainer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.models import Quiz
from courses.question_types import question_type
from courses.texts import in_language
from lms.learning.attempts.draws import DrawnQuestion, draw_questions

SEED = "booklet"
"""One for all: whoever prints again gets the same sheet, until the bank changes."""


@dataclass(frozen=True)
class PaperLine:
    """Something to choose, to match or to put in order, under its letter."""

    letter: str
    text: str


@dataclass(frozen=True)
class PaperQuestion:
    """A question as it is printed; `right` and what follows stand on the trainer's sheet only.

    `lines` are chosen from or matched; `items` are what they are matched to, or put in order. Where
    there are neither, people write. A text between questions has no number.
    """

    number: int | None
    stem: str
    lines: tuple[PaperLine, ...]
    items: tuple[PaperLine, ...]
    is_multiple: bool
    is_ordered: bool
    right: str
    explanation: str

    @property
    def takes_words(self) -> bool:
        """Whether the answer is written in words."""
        return self.number is not None and not self.lines and not self.items


def paper_questions(quiz: Quiz, language: str) -> tuple[PaperQuestion, ...]:
    """Return the questions of a quiz for paper, drawn by its own rule with a seed of their own."""
    found = []
    number = 0
    for drawn in draw_questions(quiz, seed=f"{SEED} {quiz.pk}", seen=Counter()):
        number += drawn.takes_answer
        found.append(_question(drawn, number if drawn.takes_answer else None, language))
    return tuple(found)


def _question(drawn: DrawnQuestion, number: int | None, language: str) -> PaperQuestion:
    kind, content = question_type(drawn.version.kind), drawn.version.typed_content
    view = kind.learner_view(
        content, language=language, order=drawn.option_order, given=None, is_revealed=False
    )
    lines = _lettered(view.get("options") or view.get("choices") or ())
    items = tuple(
        PaperLine(str(place), str(row["text"]))
        for place, row in enumerate(view.get("items", ()), 1)
    )
    return PaperQuestion(
        number=number,
        stem=str(view.get("stem") or in_language(content.common.stems, language)),
        lines=lines,
        items=items,
        is_multiple=bool(view.get("is_multiple")),
        is_ordered=kind.is_order_the_key,
        right=_right(drawn, view, lines, language),
        explanation=in_language(content.common.explanations, language),
    )


def _lettered(rows: Any) -> tuple[PaperLine, ...]:
    return tuple(
        PaperLine(chr(ord("a") + place), str(row["text"])) for place, row in enumerate(rows)
    )


def _right(
    drawn: DrawnQuestion, view: Mapping[str, Any], lines: tuple[PaperLine, ...], language: str
) -> str:
    """Return the right answer: its letters where there are options, else in words."""
    kind, content = question_type(drawn.version.kind), drawn.version.typed_content
    best = next(
        (one for one in reversed(kind.sample_answers(content)) if kind.mark(content, one) == 1),
        None,
    )
    if best is None or content.common.is_opinion:
        return ""
    rows = view.get("options") or ()
    letters = [
        line.letter for line, row in zip(lines, rows, strict=False) if row["id"] in _chosen(best)
    ]
    words = kind.answer_text(content, best, language=language)
    return f"{', '.join(letters)}) {words}" if letters else words


def _chosen(answer: Mapping[str, Any]) -> frozenset[str]:
    chosen = answer.get("chosen", ())
    return frozenset([chosen] if isinstance(chosen, str) else chosen)
