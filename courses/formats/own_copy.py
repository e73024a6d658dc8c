"""Our own copy of a question inside a Moodle XML file: what Moodle's elements cannot say.

Moodle ignores the element `<amparo>`. It holds the whole question as JSON and a digest of what
Moodle's own elements say; somebody who edits those by hand is believed, and the copy is not.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from courses.formats.plaintext import plain
from courses.question_types.exchange import (
    ExchangedAnswer,
    ExchangedCriterion,
    ExchangedGap,
    ExchangedLevel,
    ExchangedQuestion,
    Shape,
)
from courses.texts import read_texts

TEXTS = (
    *("stems", "model_answers", "explanations", "hints", "figure_alts"),
    *("feedback_right", "feedback_partly", "feedback_wrong"),
)


class UnreadableCopy(Exception):
    """The copy is none of ours."""


def digest_of(question: ExchangedQuestion) -> str:
    """Return a digest of what Moodle's elements said; category and line are not part of it."""
    data = to_json(replace(question, category=""))
    if question.figure is not None:
        data["figure"] = hashlib.sha256(question.figure.data).hexdigest()
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def to_json(question: ExchangedQuestion) -> dict[str, Any]:
    """Return a question as plain JSON values, without the bytes of its picture."""
    return {
        "shape": str(question.shape),
        **{name: dict(getattr(question, name)) for name in TEXTS},
        "answers": [_answer(answer) for answer in question.answers],
        "gaps": [
            {
                "id": gap.id,
                "shape": str(gap.shape),
                "weight": str(gap.weight),
                "answers": [_answer(answer) for answer in gap.answers],
            }
            for gap in question.gaps
        ],
        "criteria": [
            {
                "titles": dict(criterion.titles),
                "weight": str(criterion.weight),
                "levels": [
                    {
                        "titles": dict(level.titles),
                        "fraction": str(level.fraction),
                        "descriptions": dict(level.descriptions),
                    }
                    for level in criterion.levels
                ],
            }
            for criterion in question.criteria
        ],
        "most_words": question.most_words,
        "name": question.name,
        "key": question.key,
        "tags": list(question.tags),
        "extra": dict(question.extra),
    }


def _answer(answer: ExchangedAnswer) -> dict[str, Any]:
    return {
        "texts": dict(answer.texts),
        "fraction": str(answer.fraction),
        "feedback": dict(answer.feedback),
        "match": dict(answer.match),
        "tolerance": None if answer.tolerance is None else str(answer.tolerance),
        "place": answer.place,
    }


def read_copy(text: str) -> ExchangedQuestion:
    """Return the question of a copy, without its picture; raise UnreadableCopy."""
    try:
        return _question(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise UnreadableCopy from error


def _question(data: Mapping[str, Any]) -> ExchangedQuestion:
    return ExchangedQuestion(
        shape=Shape(data["shape"]),
        **{name: _texts(data[name]) for name in TEXTS},
        answers=tuple(_read_answer(answer) for answer in data["answers"]),
        gaps=tuple(
            ExchangedGap(
                id=str(gap["id"]),
                shape=Shape(gap["shape"]),
                answers=tuple(_read_answer(answer) for answer in gap["answers"]),
                weight=_decimal(gap["weight"]),
            )
            for gap in data["gaps"]
        ),
        criteria=tuple(
            ExchangedCriterion(
                titles=_texts(criterion["titles"]),
                weight=_decimal(criterion["weight"]),
                levels=tuple(
                    ExchangedLevel(
                        titles=_texts(level["titles"]),
                        fraction=_decimal(level["fraction"]),
                        descriptions=_texts(level["descriptions"]),
                    )
                    for level in criterion["levels"]
                ),
            )
            for criterion in data["criteria"]
        ),
        most_words=int(data["most_words"]),
        name=str(data["name"]),
        key=str(data["key"]),
        tags=tuple(str(tag) for tag in data["tags"]),
        extra={str(name): plain(str(value)) for name, value in data["extra"].items()},
    )


def _texts(data: Any) -> dict[str, str]:
    return {code: plain(text) for code, text in read_texts(data).items() if plain(text)}


def _decimal(value: Any) -> Decimal:
    found = Decimal(str(value))
    if not found.is_finite():
        raise ValueError(value)
    return found


def _read_answer(data: Mapping[str, Any]) -> ExchangedAnswer:
    tolerance = data["tolerance"]
    return ExchangedAnswer(
        texts=_texts(data["texts"]),
        fraction=_decimal(data["fraction"]),
        feedback=_texts(data["feedback"]),
        match=_texts(data["match"]),
        tolerance=None if tolerance is None else _decimal(tolerance),
        place=str(data["place"]),
    )
