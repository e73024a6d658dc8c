"""The types of question, found by their name."""

from typing import Any

from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.gaps import Gaps
from courses.question_types.hotspots import Hotspots
from courses.question_types.matching import Matching
from courses.question_types.multiple_choice import MultipleChoice
from courses.question_types.number import Number
from courses.question_types.open import Open
from courses.question_types.ordering import Ordering
from courses.question_types.short_answer import ShortAnswer
from courses.question_types.single_choice import SingleChoice
from courses.question_types.text import Text
from courses.question_types.true_false import TrueFalse

__all__ = [
    "InvalidAnswer",
    "InvalidContent",
    "Posted",
    "Problem",
    "QuestionType",
    "question_type",
    "question_types",
]

_TYPES: tuple[QuestionType[Any], ...] = (
    SingleChoice(),
    MultipleChoice(),
    TrueFalse(),
    Matching(),
    Ordering(),
    Hotspots(),
    ShortAnswer(),
    Number(),
    Gaps(),
    Open(),
    Text(),
)
_REGISTRY: dict[str, QuestionType[Any]] = {kind.name: kind for kind in _TYPES}


def question_type(name: str) -> QuestionType[Any]:
    """Return the type with this name; raise KeyError if there is none."""
    return _REGISTRY[name]


def question_types() -> list[QuestionType[Any]]:
    """Return every type in the order in which a trainer chooses among them."""
    return list(_REGISTRY.values())
