"""Sources: of the list, shared by a question and its lesson, and historical where repealed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from courses.curriculum.quality.scope import Scope
from courses.curriculum.structures import QuestionSpec
from courses.enums import SourceState
from courses.reading_aids.readability import words_of
from lms.core.accents import without_accents

LONG_WORD = 5
ENOUGH_WORDS = 2
"""So many long words in common make two worded sources the same."""

HISTORICAL = re.compile(
    r"histori|derogad|reemplaz|sustituid|anterior|dejo de regir|ya no rige|antes de|hasta 20\d\d"
    r"|repeal|replaced|superseded|former|previous|no longer|until 20\d\d"
)
"""Words (without accents) that say of a norm that it is a matter of the past."""

_PRACTICE = re.compile(
    r"buenas? practicas?|practica de proteccion|practica clinica|practica profesional"
)
_OWN = re.compile(r"de este curso|del curso|nuestr[oa]s?\b|elaboracion propia")
"""Words by which a source that nobody can look up says honestly what it is."""

_NUMBERS = re.compile(
    r"\b(?:Ley|Law|Act)(?:\s+(?:N\.?[º°]|No\.?))?\s+(?P<law>\d{5})\b"
    r"|\b(?P<code>\d{3,4}-\d{4}(?:-[A-Z]{2,}|/CJ-116|-SUNAFIL)(?:/[A-Z]+)?)"
    r"|\b(?:Decreto Legislativo|Legislative Decree|DL)(?:\s+(?:N\.?[º°]|No\.?))?\s+(?P<dl>\d{3,4})\b"
)
_DIGITS = re.compile(r"\d+(?:-\d+)*")


def says_past(text: str) -> bool:
    """Return whether words say that something is a matter of the past."""
    return bool(HISTORICAL.search(without_accents(text).casefold()))


def check_grounds(scope: Scope) -> None:
    """Look at all that is cited."""
    _check_records(scope)
    _check_repealed(scope)
    for question in scope.curriculum.questions.values():
        if not question.content.get("is_opinion"):
            _check_question(scope, question)
    _check_numbers(scope)


def _check_records(scope: Scope) -> None:
    """A lesson, a question and an ending rest on a source of the list, or say why they do not."""
    opinions = {
        question.path
        for question in scope.curriculum.questions.values()
        if question.content.get("is_opinion")
    }
    for path, sources in scope.cited():
        if path not in opinions and not any(map(_is_ground, sources)):
            message = "no source here is one of the list, or said to be good practice or our own"
            scope.note_field(path, "sources", message)


def _is_ground(source: Mapping[str, Any]) -> bool:
    return bool(source.get("record")) or _is_practice(source) or _is_own(source)


def _is_practice(source: Mapping[str, Any]) -> bool:
    return bool(_PRACTICE.search(without_accents(source["label"])))


def _is_own(source: Mapping[str, Any]) -> bool:
    return bool(_OWN.search(without_accents(source["label"])))


def _check_repealed(scope: Scope) -> None:
    """What is no longer in force is cited only with words that say so."""
    repealed = {
        spec.key
        for spec in scope.curriculum.source_records
        if spec.values["state"] == SourceState.REPEALED
    }
    seen: dict[tuple[str, str], int] = {}
    for path, sources in scope.cited():
        for source in sources:
            key = source.get("record", "")
            if key not in repealed:
                continue
            number = seen[path, key] = seen.get((path, key), -1) + 1
            lines = scope.files[path].value_lines("record", key)
            line = lines[number] if number < len(lines) else 1
            if not says_past(f"{source.get('place', '')} {source['label']}"):
                message = f"`{key}` is repealed: say in `place` or `label` that it is historical"
                scope.note(path, line, message)


def _check_question(scope: Scope, question: QuestionSpec) -> None:
    """The lesson in which the answer is grounded rests on a source that the question rests on."""
    name = question.content["lesson"]
    lessons = [
        page
        for page in scope.curriculum.of_kind("lesson")
        if page.address.partition("/")[2] == name
    ]
    cited = question.content["sources"]
    for lesson in lessons:
        grounds = [block.value for block in lesson.shared_streams["sources"]]
        if any(_is_own(one) or _stands_in(one, grounds) for one in cited):
            return
    if lessons:
        message = f"`{name}` and this question share no source"
        scope.note(question.path, question.lesson_line, message)


def _stands_in(source: Mapping[str, Any], grounds: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a lesson names the same record, or the same thing in much the same words."""
    if source.get("record"):
        return any(ground.get("record") == source["record"] for ground in grounds)
    words = _weighty(source["label"])
    worded = [_weighty(ground["label"]) for ground in grounds if not ground.get("record")]
    return any(len(words & others) >= ENOUGH_WORDS for others in worded)


def _weighty(label: str) -> set[str]:
    """Return the long words of a label, without the remark in brackets."""
    text = re.sub(r"\([^)]*\)", " ", without_accents(label))
    return {word for word in words_of(text) if len(word) >= LONG_WORD}


def _check_numbers(scope: Scope) -> None:
    """A norm that a text names by its number is one of the list."""
    known: set[str] = set()
    for spec in scope.curriculum.source_records:
        names = ("number", "title_es", "title_en", "summary_es", "summary_en")
        for name in names:
            known |= {_plain(one) for one in _DIGITS.findall(spec.values[name])}
    for file in scope.files.texts():
        if file.path == "sources.yaml":
            continue
        for match in _NUMBERS.finditer(file.text):
            number = match["law"] or match["code"] or match["dl"]
            digits = _DIGITS.match(number)
            if digits is not None and _plain(digits[0]) not in known:
                message = f"“{match[0]}” is no norm of the list of sources"
                scope.note(file.path, file.line_at(match.start()), message)


def _plain(number: str) -> str:
    """Return a number without the zeros in front of it, which people write or leave out."""
    return number.lstrip("0")
