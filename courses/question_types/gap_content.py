"""What a text with gaps holds: its gaps, how they are read, and what must be mended in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.accepted import (
    AcceptedNumber,
    AcceptedText,
    accepted_problems,
    first_number,
    first_text,
    read_accepted_numbers,
    read_accepted_texts,
    sample_numbers,
    sample_texts,
)
from courses.question_types.base import Problem
from courses.question_types.common import Common, text_problems
from courses.question_types.decimals import read_exact
from courses.question_types.exchange import Shape
from courses.question_types.number import typed_number
from courses.question_types.typed import TextRule
from courses.texts import in_language

MOST_WEIGHT = 100
GAP_ID = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)
MARK = re.compile(r"\[\[([a-z0-9-]{1,40})\]\]", re.ASCII)


class GapKind(StrEnum):
    """How a gap is filled."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"


SHAPES = {
    GapKind.CHOICE: Shape.SINGLE_CHOICE,
    GapKind.TEXT: Shape.SHORT_ANSWER,
    GapKind.NUMBER: Shape.NUMBER,
}


@dataclass(frozen=True)
class Gap:
    """One gap; `texts` are its options or accepted words, `numbers` its accepted numbers."""

    id: str
    kind: GapKind
    weight: Decimal = Decimal(1)
    texts: tuple[AcceptedText, ...] = ()
    numbers: tuple[AcceptedNumber, ...] = ()

    @property
    def answers(self) -> tuple[AcceptedText | AcceptedNumber, ...]:
        """What it accepts or offers."""
        return self.numbers if self.kind == GapKind.NUMBER else self.texts

    def option(self, option_id: str) -> AcceptedText | None:
        """Return the option with this id."""
        return next((option for option in self.texts if option.id == option_id), None)


@dataclass(frozen=True)
class GapsContent:
    """A text with gaps; the rule says what makes a difference in those that take words."""

    common: Common
    gaps: tuple[Gap, ...] = ()
    rule: TextRule = field(default_factory=TextRule)

    def gap(self, gap_id: str) -> Gap | None:
        """Return the gap with this id."""
        return next((gap for gap in self.gaps if gap.id == gap_id), None)

    def accepted(self, gap: Gap, value: str) -> AcceptedText | AcceptedNumber | None:
        """Return the option that was chosen, or the first accepted answer that was typed."""
        if gap.kind == GapKind.CHOICE:
            return gap.option(value)
        if gap.kind == GapKind.TEXT:
            return first_text(gap.texts, value, self.rule) if value else None
        number = typed_number(value)
        return None if number is None else first_number(gap.numbers, number)


def read_gap(item: Mapping[str, Any], place: str, problems: list[Problem]) -> Gap:
    """Check and type one gap, adding every problem."""
    gap_id = str(item.get("id") or "")
    if gap_id and not GAP_ID.fullmatch(gap_id):
        message = _("A gap is named with small letters, figures and hyphens, at most 40.")
        problems.append(Problem(f"{place}.id", message))
    weight = read_exact(item.get("weight", "1"))
    if weight is None or not 0 < weight <= MOST_WEIGHT:
        message = _("The weight of a gap lies above 0 and is at most %d.") % MOST_WEIGHT
        problems.append(Problem(f"{place}.weight", message))
        weight = Decimal(1)
    kind = str(item.get("kind") or "")
    if kind not in list(GapKind):
        problems.append(Problem(f"{place}.kind", _("Choose how the gap is filled.")))
        return Gap(id=gap_id, kind=GapKind.TEXT, weight=weight)
    answers, where = item.get("answers"), f"{place}.answers"
    is_number = kind == GapKind.NUMBER
    return Gap(
        id=gap_id,
        kind=GapKind(kind),
        weight=weight,
        texts=() if is_number else read_accepted_texts(answers, where, problems),
        numbers=read_accepted_numbers(answers, where, problems) if is_number else (),
    )


def mark_problems(content: GapsContent, code: str) -> list[Problem]:
    """Return a problem for each mark that is missing, repeated or belongs to no gap."""
    marks = MARK.findall(content.common.stems.get(code, ""))
    place, problems = f"stems.{code}", []
    for gap in content.gaps:
        if marks.count(gap.id) != 1:
            message = _("The gap [[%(gap)s]] must stand once in the text in “%(language)s”.")
            problems.append(Problem(place, message % {"gap": gap.id, "language": code}))
    for mark in dict.fromkeys(marks):
        if content.gap(mark) is None:
            message = _("The text in “%(language)s” marks a gap [[%(gap)s]] that is not defined.")
            problems.append(Problem(place, message % {"gap": mark, "language": code}))
    return problems


def gap_problems(gap: Gap, place: str, common: Common) -> list[Problem]:
    """Return what must be mended in the answers of a gap before it is published."""
    problems: list[Problem] = []
    if not (common.is_opinion and (gap.kind == GapKind.CHOICE or not gap.answers)):
        problems = accepted_problems(gap.answers, place, common.languages)
    if gap.kind != GapKind.CHOICE:
        return problems
    if len(gap.texts) < 2:
        problems.append(Problem(place, _("A gap needs at least two options to choose from.")))
    for number, option in enumerate(gap.texts):
        if common.is_opinion or any(text.strip() for text in option.texts.values()):
            problems += text_problems(option.texts, f"{place}.{number}.texts", common.languages)
    return problems


def pieces_of(content: GapsContent, language: str) -> Iterator[tuple[str, str, int]]:
    """Yield the text before each gap with the gap's id and number; at last the text behind all.

    A mark that is repeated or of no gap (in a draft) stays text.
    """
    text = in_language(content.common.stems, language)
    place, seen = 0, set()
    for match in MARK.finditer(text):
        if content.gap(match[1]) is None or match[1] in seen:
            continue
        seen.add(match[1])
        yield text[place : match.start()], match[1], len(seen)
        place = match.end()
    yield text[place:], "", 0


def numbers_of(content: GapsContent, language: str) -> dict[str, int]:
    """Return the number of each gap: its place in the text; those that are not in it come last."""
    found = {gap_id: number for _text, gap_id, number in pieces_of(content, language) if gap_id}
    for gap in content.gaps:
        found.setdefault(gap.id, len(found) + 1)
    return found


def samples_of(gap: Gap) -> list[str]:
    """Return what may stand in a gap, from wrong to right; never empty."""
    if gap.kind == GapKind.NUMBER:
        return sample_numbers(gap.numbers)
    if gap.kind == GapKind.TEXT:
        return sample_texts(gap.texts)
    return [option.id for option in sorted(gap.texts, key=lambda one: one.fraction)] or [""]
