"""What a type of question makes of the list in its file: options, pairs, steps, gaps, a rubric."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courses.curriculum.problems import Problems
from courses.question_types.gap_content import GapKind
from courses.question_types.hotspots import SIDES
from courses.question_types.multiple_choice import equal_weights

_PER_CENT = re.compile(r"(-?\d{1,3}(?:\.\d{1,3})?)\s*%", re.ASCII)
_AREA = re.compile(r"(x?)\s*" + ",".join([r"\s*(\d{1,3}(?:\.\d{1,2})?)\s*"] * 4), re.ASCII)
_NUMBER = re.compile(r"(-?\d{1,12}(?:\.\d{1,6})?)(?:\s*\+-\s*(\d{1,12}(?:\.\d{1,6})?))?", re.ASCII)
_GAP = re.compile(r"(choice|text|number)(?:\s+(\d{1,3}(?:\.\d{1,3})?))?", re.ASCII)
ARROW = "=>"
NESTED_KINDS = ("gaps", "open")
"""The types whose lines have a list of their own below them: answers of a gap, levels."""
PATTERN_KINDS = ("short_answer", "gaps")
"""The types whose answers may hold `*` for any letters."""


@dataclass
class Entry:
    """One line of the list, `- [mark] id: text`, with the feedback and the list below it."""

    id: str
    mark: str
    line: int
    text: str
    feedback: str = ""
    below: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True)
class EntryList:
    """The same list in every language, by its code; the first is the source language's."""

    kind: str
    path: str
    by_language: Mapping[str, Sequence[Entry]]
    problems: Problems

    @property
    def first(self) -> Sequence[Entry]:
        """The list in the source language."""
        return next(iter(self.by_language.values()))

    def note(self, entry: Entry, message: str) -> None:
        """Note a mistake at the line of an entry."""
        self.problems.add(self.path, entry.line, message)

    def texts(self, entry: Entry, part: Callable[[Entry], str]) -> dict[str, str]:
        """Return a part of an entry in every language that has it."""
        found = {}
        for code, entries in self.by_language.items():
            twin = next((one for one in entries if one.id == entry.id), None)
            if twin is not None:
                found[code] = part(twin)
        return found

    def common(self, entry: Entry) -> dict[str, Any]:
        """Return what every entry has."""
        return {
            "id": entry.id,
            "texts": self.texts(entry, lambda one: one.text),
            "feedback": self.texts(entry, lambda one: one.feedback),
        }

    def below(self, entry: Entry) -> "EntryList":
        """Return the lists below an entry; its own kind no longer says what they hold."""
        twins = {
            code: next((one.below for one in entries if one.id == entry.id), [])
            for code, entries in self.by_language.items()
        }
        return EntryList("", self.path, twins, self.problems)


def _options(found: EntryList) -> dict[str, Any]:
    weights = _weights(found)
    return {
        "options": [
            {**found.common(entry), "weight": str(weight)}
            for entry, weight in zip(found.first, weights, strict=True)
        ]
    }


def _weights(found: EntryList) -> list[Decimal]:
    """Return the weight of each entry, from its mark: `x`, nothing, or a per cent."""
    has_per_cent = any(_PER_CENT.fullmatch(entry.mark) for entry in found.first)
    is_multiple = found.kind == "multiple_choice"
    if is_multiple and not has_per_cent:
        weights = equal_weights([entry.mark == "x" for entry in found.first])
    else:
        weights = [Decimal(entry.mark == "x") for entry in found.first]
    for number, entry in enumerate(found.first):
        match = _PER_CENT.fullmatch(entry.mark)
        if match:
            weights[number] = Decimal(match[1]) / 100
        elif entry.mark not in ("x", ""):
            message = f"`[{entry.mark}]` is no mark: write `[x]`, `[ ]`, `[50%]` or `[-25%]`"
            found.note(entry, message)
        elif entry.mark == "x" and has_per_cent and is_multiple:
            found.note(entry, "write per cent for every right option, or for none")
    return weights


def _pairs(found: EntryList) -> dict[str, Any]:
    pairs: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for entry in found.first:
        if entry.mark not in ("x", ""):
            found.note(entry, f"`[{entry.mark}]` is no mark: a pair has `[x]`, a distractor `[ ]`")
        elif entry.mark == "x":
            pairs.append(
                {
                    **found.common(entry),
                    "texts": found.texts(entry, lambda one: one.text.partition(ARROW)[0].strip()),
                    "matches": found.texts(entry, lambda one: one.text.partition(ARROW)[2].strip()),
                }
            )
        else:
            others.append({"id": entry.id, "texts": found.texts(entry, lambda one: one.text)})
    for entries in found.by_language.values():
        for entry in entries:
            if (ARROW in entry.text) != (entry.mark == "x"):
                message = "a pair is written `- [x] a: item => its half`, a distractor without `=>`"
                found.note(entry, message)
    return {"pairs": pairs, "distractors": others}


def _steps(found: EntryList) -> dict[str, Any]:
    for number, entry in enumerate(found.first, start=1):
        if entry.mark != str(number):
            found.note(entry, f"the steps stand in their right order: this one has `[{number}]`")
    return {"steps": [found.common(entry) for entry in found.first]}


def _spots(found: EntryList) -> dict[str, Any]:
    spots = []
    for entry in found.first:
        match = _AREA.fullmatch(entry.mark)
        if match is None:
            message = "a spot is written `- [x 10,20,15,12.5] a: text`: left, top, width, height"
            found.note(entry, message)
            continue
        area = dict(zip(SIDES, match.groups()[1:], strict=True))
        spots.append({**found.common(entry), "is_right": match[1] == "x", **area})
    return {"spots": spots}


def _answers(found: EntryList) -> dict[str, Any]:
    return {
        "answers": [
            {**found.common(entry), "fraction": str(weight)}
            for entry, weight in zip(found.first, _weights(found), strict=True)
        ]
    }


def _numbers(found: EntryList) -> dict[str, Any]:
    answers = []
    for entry, weight in zip(found.first, _weights(found), strict=True):
        match = _NUMBER.fullmatch(entry.text)
        if match is None:
            found.note(entry, "a number is written `- [x] a: 12.5` or `- [x] a: 12.5 +- 0.5`")
            continue
        if set(found.texts(entry, lambda one: one.text).values()) != {entry.text}:
            found.note(entry, "a number is the same in every language")
        answers.append(
            {
                "id": entry.id,
                "value": match[1],
                "tolerance": match[2] or "0",
                "fraction": str(weight),
                "feedback": found.texts(entry, lambda one: one.feedback),
            }
        )
    return {"answers": answers}


def _gaps(found: EntryList) -> dict[str, Any]:
    gaps = []
    for entry in found.first:
        match = _GAP.fullmatch(entry.mark)
        if match is None:
            message = "a gap is written `- [choice] a:`, with `choice`, `text` or `number`"
            found.note(entry, message)
            continue
        if any(found.texts(entry, lambda one: one.text + one.feedback).values()):
            found.note(entry, "what a gap takes stands below it: `  - [x] a: text`")
        build = _numbers if match[1] == GapKind.NUMBER else _answers
        gaps.append(
            {
                "id": entry.id,
                "kind": match[1],
                "weight": match[2] or "1",
                **build(found.below(entry)),
            }
        )
    return {"gaps": gaps}


def _rubric(found: EntryList) -> dict[str, Any]:
    criteria = []
    for entry, weight in zip(found.first, _weights(found), strict=True):
        if any(found.texts(entry, lambda one: one.feedback).values()):
            found.note(entry, "what a level shows stands below the level, not the criterion")
        levels = found.below(entry)
        criteria.append(
            {
                "id": entry.id,
                "titles": found.texts(entry, lambda one: one.text),
                "weight": str(weight),
                "levels": [
                    {
                        "id": level.id,
                        "titles": levels.texts(level, lambda one: one.text),
                        "descriptions": levels.texts(level, lambda one: one.feedback),
                        "fraction": str(fraction),
                    }
                    for level, fraction in zip(levels.first, _weights(levels), strict=True)
                ],
            }
        )
    return {"criteria": criteria}


def _nothing(found: EntryList) -> dict[str, Any]:
    for entry in found.first:
        found.note(entry, "a text asks nothing: it has no list")
    return {}


_BUILDERS: Mapping[str, Callable[[EntryList], dict[str, Any]]] = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _options,
    "matching": _pairs,
    "ordering": _steps,
    "hotspots": _spots,
    "short_answer": _answers,
    "number": _numbers,
    "gaps": _gaps,
    "open": _rubric,
    "text": _nothing,
}
FILED_KINDS = tuple(_BUILDERS)
"""The types that these files can hold: all of them."""


def own_content(found: EntryList) -> dict[str, Any]:
    """Return what only this type has, from the list in its file; note every mistake."""
    return _BUILDERS[found.kind](found)


def entry_at(entries: Sequence[Entry], place: Sequence[str]) -> Entry | None:
    """Return the line that a problem's place (`pairs.2.texts.es`) is about."""
    if len(place) < 2 or not place[1].isdigit():
        return None
    marks = {"pairs": ("x",), "distractors": ("",)}.get(place[0])
    counted = [entry for entry in entries if marks is None or entry.mark in marks]
    number = int(place[1])
    if number >= len(counted):
        return None
    return entry_at(counted[number].below, place[2:]) or counted[number]
