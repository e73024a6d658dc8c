"""Rubrics: criteria with levels, how they are read, checked, written into forms and out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.base import Problem
from courses.question_types.common import read_parts, text_problems
from courses.question_types.decimals import read_fraction
from courses.question_types.exchange import ExchangedCriterion, ExchangedLevel
from courses.question_types.form_blocks import (
    BilingualBlock,
    BilingualLineBlock,
    PercentBlock,
    kept_children,
    list_to_form,
    percent_of,
    plain_number,
    texts_from_form,
)
from courses.texts import Texts, read_texts

MOST_CRITERIA = 10
MOST_LEVELS = 8
NEARLY_WHOLE = Decimal("0.0005")
"""How far the weights may be from 1 together, so that three thirds can be written."""


@dataclass(frozen=True)
class Level:
    """One level of a criterion; `fraction` of the criterion's marks, 0 to 1."""

    id: str
    titles: Texts
    descriptions: Texts
    fraction: Decimal


@dataclass(frozen=True)
class Criterion:
    """What an answer is judged by; the weights add up to 1 over the rubric."""

    id: str
    titles: Texts
    weight: Decimal
    levels: tuple[Level, ...] = ()

    def level(self, level_id: str) -> Level | None:
        """Return the level with this id."""
        return next((level for level in self.levels if level.id == level_id), None)


# -- stored content --------------------------------------------------------------------------------


def read_criteria(data: Any, problems: list[Problem]) -> tuple[Criterion, ...]:
    """Check and type a rubric, adding every problem."""
    criteria = []
    for number, item in enumerate(read_parts(data, "criteria", MOST_CRITERIA, problems)):
        place = f"criteria.{number}"
        criteria.append(
            Criterion(
                id=str(item.get("id") or ""),
                titles=read_texts(item.get("titles")),
                weight=read_fraction(item.get("weight", "0"), f"{place}.weight", problems),
                levels=tuple(
                    Level(
                        id=str(level.get("id") or ""),
                        titles=read_texts(level.get("titles")),
                        descriptions=read_texts(level.get("descriptions")),
                        fraction=read_fraction(
                            level.get("fraction", "0"), f"{place}.levels.{n}.fraction", problems
                        ),
                    )
                    for n, level in enumerate(
                        read_parts(item.get("levels"), f"{place}.levels", MOST_LEVELS, problems)
                    )
                ),
            )
        )
    return tuple(criteria)


def write_criteria(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    """Return a rubric as plain JSON values."""
    return [
        {
            "id": criterion.id,
            "titles": dict(criterion.titles),
            "weight": plain_number(criterion.weight),
            "levels": [_write_level(level) for level in criterion.levels],
        }
        for criterion in criteria
    ]


def _write_level(level: Level) -> dict[str, Any]:
    return {
        "id": level.id,
        "titles": dict(level.titles),
        "descriptions": dict(level.descriptions),
        "fraction": plain_number(level.fraction),
    }


def rubric_problems(criteria: Sequence[Criterion], codes: Sequence[str]) -> list[Problem]:
    """Return what must be mended in a rubric before anybody can mark with it."""
    if not criteria:
        return [Problem("criteria", _("An open answer needs a rubric."))]
    problems = []
    whole = sum((criterion.weight for criterion in criteria), Decimal(0))
    if abs(whole - 1) > NEARLY_WHOLE:
        message = _("The weights of the criteria must add up to 100 %.")
        problems.append(Problem("criteria", message))
    for number, criterion in enumerate(criteria):
        problems += _criterion_problems(criterion, f"criteria.{number}", codes)
    return problems


def _criterion_problems(criterion: Criterion, place: str, codes: Sequence[str]) -> list[Problem]:
    problems = text_problems(criterion.titles, f"{place}.titles", codes)
    if not criterion.weight:
        problems.append(Problem(f"{place}.weight", _("A criterion has a weight above 0 %.")))
    if len(criterion.levels) < 2:
        return [*problems, Problem(f"{place}.levels", _("A criterion needs at least two levels."))]
    if not any(level.fraction == 1 for level in criterion.levels):
        message = _("The best level must be worth the whole criterion.")
        problems.append(Problem(f"{place}.levels", message))
    for number, level in enumerate(criterion.levels):
        problems += text_problems(level.titles, f"{place}.levels.{number}.titles", codes)
        if any(text.strip() for text in level.descriptions.values()):
            here = f"{place}.levels.{number}.descriptions"
            problems += text_problems(level.descriptions, here, codes)
    return problems


# -- the trainer's form ----------------------------------------------------------------------------


class LevelBlock(blocks.StructBlock):
    """One level of a criterion."""

    titles = BilingualLineBlock(label=gettext_lazy("Level"))
    percent = PercentBlock(label=gettext_lazy("Part of the criterion, in per cent"))
    descriptions = BilingualBlock(label=gettext_lazy("What an answer of this level shows"))

    class Meta:
        label = gettext_lazy("Level")
        label_format = "{titles}"


BEGIN_WITH = (Decimal(0), Decimal(50), Decimal(100))
"""The levels that the form of a new criterion begins with, in per cent; empty ones are dropped."""


class CriterionBlock(blocks.StructBlock):
    """One criterion of a rubric."""

    titles = BilingualLineBlock(
        label=gettext_lazy("Criterion"),
        help_text=gettext_lazy("Learners see it before they write."),
    )
    percent = PercentBlock(
        help_text=gettext_lazy("All criteria together make 100 per cent."),
    )
    levels = blocks.ListBlock(
        LevelBlock(),
        label=gettext_lazy("Levels"),
        default=[{"percent": percent} for percent in BEGIN_WITH],
        max_num=MOST_LEVELS,
        collapsed=False,
    )

    class Meta:
        label = gettext_lazy("Criterion")
        label_format = "{titles}"


def criteria_block() -> blocks.ListBlock:
    """Return the form's list of criteria."""
    return blocks.ListBlock(
        CriterionBlock(), label=gettext_lazy("Rubric"), max_num=MOST_CRITERIA, collapsed=False
    )


def criteria_to_form(criteria: Any) -> list[dict[str, Any]]:
    """Return a stored rubric as raw values."""
    return list_to_form(
        [
            {
                **criterion,
                "percent": percent_of(criterion["weight"]),
                "levels": list_to_form(
                    [
                        {**level, "percent": percent_of(level["fraction"])}
                        for level in criterion["levels"]
                    ]
                ),
            }
            for criterion in criteria or []
        ]
    )


def criteria_from_form(value: Any) -> list[dict[str, Any]]:
    """Return the form's rubric as content."""
    return [
        {
            "id": str(child.id),
            "titles": texts_from_form(child.value["titles"]),
            "weight": _fraction_text(child.value["percent"], Decimal(0)),
            "levels": [
                {
                    "id": str(level.id),
                    "titles": texts_from_form(level.value["titles"]),
                    "descriptions": texts_from_form(level.value["descriptions"]),
                    "fraction": _fraction_text(level.value["percent"], Decimal(1)),
                }
                for level in kept_children(child.value["levels"], _is_empty_level)
            ],
        }
        for child in kept_children(value, _is_empty_criterion)
    ]


def _fraction_text(percent: Decimal | None, otherwise: Decimal) -> str:
    return plain_number(otherwise if percent is None else percent / 100)


def _is_empty_level(value: Mapping[str, Any]) -> bool:
    texts = (*value["titles"].values(), *value["descriptions"].values())
    return not any((text or "").strip() for text in texts)


def _is_empty_criterion(value: Mapping[str, Any]) -> bool:
    has_title = any((text or "").strip() for text in value["titles"].values())
    return not has_title and not kept_children(value["levels"], _is_empty_level)


# -- files -----------------------------------------------------------------------------------------


def criteria_to_exchange(criteria: Sequence[Criterion]) -> tuple[ExchangedCriterion, ...]:
    """Return a rubric as files know it."""
    return tuple(
        ExchangedCriterion(
            titles=criterion.titles,
            weight=criterion.weight,
            levels=tuple(
                ExchangedLevel(
                    titles=level.titles,
                    fraction=level.fraction,
                    descriptions=level.descriptions,
                )
                for level in criterion.levels
            ),
        )
        for criterion in criteria
    )


def criteria_from_exchange(criteria: Sequence[ExchangedCriterion]) -> list[dict[str, Any]]:
    """Return the rubric of a file as content, with the ids `c1`, `l1`…"""
    return [
        {
            "id": f"c{number}",
            "titles": dict(criterion.titles),
            "weight": plain_number(criterion.weight),
            "levels": [
                {
                    "id": f"l{place}",
                    "titles": dict(level.titles),
                    "descriptions": dict(level.descriptions),
                    "fraction": plain_number(level.fraction),
                }
                for place, level in enumerate(criterion.levels, start=1)
            ],
        }
        for number, criterion in enumerate(criteria, start=1)
    ]
