"""The rubric of an open question as markers use it, and the points that chosen levels give."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from courses.models import QuestionVersion
from courses.question_types.open import OpenContent, rubric_fraction
from courses.texts import in_language
from lms.learning.attempts.rules import mark_of


@dataclass(frozen=True)
class RubricLevel:
    """One level of a criterion; `points` are the marks that it gives in this attempt."""

    id: str
    title: str
    description: str
    points: Decimal


@dataclass(frozen=True)
class RubricCriterion:
    """One criterion with its levels, in the reader's language."""

    id: str
    title: str
    levels: tuple[RubricLevel, ...]

    @property
    def field_name(self) -> str:
        """The name of its field in the form."""
        return f"criterion-{self.id}"


def rubric_of(version: QuestionVersion, max_mark: Decimal) -> tuple[RubricCriterion, ...]:
    """Return the criteria of a question in the reader's language; empty where there is no rubric."""
    content = version.typed_content
    if not isinstance(content, OpenContent):
        return ()
    whole = sum((criterion.weight for criterion in content.criteria), Decimal(0)) or Decimal(1)
    return tuple(
        RubricCriterion(
            id=criterion.id,
            title=in_language(criterion.titles),
            levels=tuple(
                RubricLevel(
                    level.id,
                    in_language(level.titles),
                    in_language(level.descriptions),
                    mark_of(criterion.weight * level.fraction / whole, max_mark),
                )
                for level in criterion.levels
            ),
        )
        for criterion in content.criteria
    )


def model_answer_of(version: QuestionVersion) -> str:
    """Return what a good answer says, in the reader's language: the model, else the explanation."""
    content = version.typed_content
    model = in_language(content.model_answers) if isinstance(content, OpenContent) else ""
    return model or in_language(content.common.explanations)


def rubric_fraction_of(version: QuestionVersion, levels: Mapping[str, str]) -> Decimal:
    """Return the fraction of the marks of these levels; raise InvalidAnswer if one is missing."""
    return rubric_fraction(version.typed_content, levels)
