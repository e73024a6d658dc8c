"""The file of a case: scenes, choices, facts, gauges and endings, with both languages side by side."""

from collections.abc import Callable
from typing import Any

from courses.case_checks import case_problems
from courses.case_drawings import CASE_DRAWINGS
from courses.case_graph import MOST_CHOICES, MOST_GAUGES, MOST_SCENES, read_case
from courses.curriculum.citations import read_sources
from courses.curriculum.documents import Source, read_fields
from courses.curriculum.fields import Fields
from courses.curriculum.structures import CaseSpec
from courses.enums import EndingKind
from courses.question_types.base import InvalidContent
from courses.texts import languages

_LONGEST_TITLE = 160
_LONGEST_TEXT = 4000
_LOW, _HIGH = -1000, 1000
_DRAWINGS = [name for name, _label in CASE_DRAWINGS]


def read_case_file(source: Source, path: str) -> CaseSpec | None:
    """Return a case after its own rules have checked it, or None after noting why it is none."""
    fields = read_fields(source, path)
    if fields is None:
        return None
    before = len(source.problems)
    key = fields.key("key")
    if key and f"{key}.yaml" != path.rpartition("/")[2]:
        fields.note(f"`key` and the name of the file differ: “{key}”", "key")
    name = fields.text("name", longest=120)
    reader = _CaseReader()
    content = reader.read(fields)
    if len(source.problems) == before:
        _check(content, reader.lines, source, path)
    return CaseSpec(path, key, name, content)


def _check(content: dict[str, Any], lines: dict[str, int], source: Source, path: str) -> None:
    try:
        found = case_problems(read_case(content))
    except InvalidContent as error:
        found = list(error.problems)
    for problem in found:
        source.problems.add(path, _line_of(problem.place, lines), problem.message)


def _line_of(place: str, lines: dict[str, int]) -> int:
    """Return the line of a place in the graph, or of the nearest thing around it."""
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 1)


class _CaseReader:
    """Reads the fields of a case into plain content, and remembers the line of every place."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}

    def read(self, fields: Fields) -> dict[str, Any]:
        """Return the content as `write_case` writes it."""
        content = {
            "titles": self._texts(fields, "titles", "", longest=_LONGEST_TITLE),
            "facts": self._list(fields, "facts", "", self._fact, is_required=False),
            "gauges": self._list(fields, "gauges", "", self._gauge, MOST_GAUGES, is_required=False),
            "scenes": self._list(fields, "scenes", "", self._scene, MOST_SCENES),
            "debrief_questions": self._list(fields, "debrief_questions", "", self._pair),
            "facilitator_notes": self._texts(fields, "facilitator_notes", ""),
        }
        fields.finish()
        return content

    def _mark(self, fields: Fields, name: str, place: str) -> str:
        here = f"{place}.{name}" if place else name
        self.lines[here] = fields.line_of(name)
        return here

    def _list(
        self,
        fields: Fields,
        name: str,
        place: str,
        read: Callable[[Fields, str], dict[str, Any]],
        most: int = MOST_SCENES,
        *,
        is_required: bool = True,
    ) -> list[dict[str, Any]]:
        here = self._mark(fields, name, place)
        records = fields.records(name, is_required=is_required)
        if len(records) > most:
            fields.note(f"`{name}` takes at most {most} entries", name)
        found = []
        for number, record in enumerate(records):
            self.lines[f"{here}.{number}"] = record.line
            found.append(read(record, f"{here}.{number}"))
            record.finish()
        return found

    def _texts(
        self,
        fields: Fields,
        name: str,
        place: str,
        *,
        is_required: bool = True,
        longest: int = _LONGEST_TEXT,
    ) -> dict[str, str]:
        here = self._mark(fields, name, place)
        if not is_required and not fields.has(name):
            return {}
        record = fields.record(name)
        texts = self._pair(record, here, longest=longest)
        record.finish()
        return texts

    def _pair(self, record: Fields, place: str, *, longest: int = _LONGEST_TEXT) -> dict[str, str]:
        for code in languages():
            self.lines[f"{place}.{code}"] = record.line_of(code)
        return {code: record.paragraphs(code, longest=longest) for code in languages()}

    def _fact(self, record: Fields, place: str) -> dict[str, Any]:
        return {"id": record.key("id", longest=40), "texts": self._texts(record, "texts", place)}

    def _gauge(self, record: Fields, place: str) -> dict[str, Any]:
        return {
            "id": record.key("id", longest=40),
            "titles": self._texts(record, "titles", place, longest=_LONGEST_TITLE),
            **{name: record.signed(name, _LOW, _HIGH) for name in ("start", "least", "most")},
            "words": self._list(record, "words", place, self._word, 9),
        }

    def _word(self, record: Fields, place: str) -> dict[str, Any]:
        return {
            "at_least": record.signed("at_least", _LOW, _HIGH),
            "texts": self._texts(record, "texts", place),
        }

    def _scene(self, record: Fields, place: str) -> dict[str, Any]:
        drawing = record.choice("drawing", _DRAWINGS) if record.has("drawing") else ""
        scene: dict[str, Any] = {
            "id": record.key("id", longest=40),
            "titles": self._texts(record, "titles", place, longest=_LONGEST_TITLE),
            "texts": self._texts(record, "texts", place),
            "drawing": drawing,
            "drawing_alts": self._texts(record, "drawing_alts", place, is_required=bool(drawing)),
            "present": self._texts(record, "present", place, is_required=False),
            "known": self._texts(record, "known", place, is_required=False),
            "choices": [],
            "ending": None,
        }
        if record.has("choices"):
            scene["choices"] = self._list(record, "choices", place, self._choice, MOST_CHOICES)
        if record.has("ending"):
            here = self._mark(record, "ending", place)
            ending = record.record("ending")
            scene["ending"] = self._ending(ending, here)
            ending.finish()
        return scene

    def _ending(self, record: Fields, place: str) -> dict[str, Any]:
        self._mark(record, "sources", place)
        return {
            "kind": record.choice("kind", EndingKind.values),
            "debriefs": self._texts(record, "debriefs", place),
            "sources": read_sources(record),
        }

    def _choice(self, record: Fields, place: str) -> dict[str, Any]:
        self._mark(record, "target", place)
        return {
            "id": record.key("id", longest=40),
            "texts": self._texts(record, "texts", place),
            "consequences": self._texts(record, "consequences", place),
            "feedback": self._texts(record, "feedback", place, is_required=False),
            "target": record.key("target", longest=40),
            "moves": self._numbers(record, "moves", place),
            "unlocks": self._keys(record, "unlocks", place),
            "condition": self._condition(record, place),
        }

    def _condition(self, record: Fields, place: str) -> dict[str, Any]:
        here = self._mark(record, "condition", place)
        if not record.has("condition"):
            return {}
        condition = record.record("condition")
        found = {
            "facts": self._keys(condition, "facts", here),
            "at_least": self._numbers(condition, "at_least", here),
            "at_most": self._numbers(condition, "at_most", here),
        }
        condition.finish()
        return found

    def _numbers(self, record: Fields, name: str, place: str) -> dict[str, int]:
        self._mark(record, name, place)
        if not record.has(name):
            return {}
        numbers = record.record(name)
        return {one: numbers.signed(one, _LOW, _HIGH) for one in numbers.names()}

    def _keys(self, record: Fields, name: str, place: str) -> list[str]:
        self._mark(record, name, place)
        return [text for text, _line in record.texts(name, is_required=False)]
