"""The rows of a dump of django-quiz-app, one after the other, with the line on which each begins."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from courses.formats.plaintext import one_line
from courses.formats.structures import FileRefused
from courses.question_types.exchange import Shape

CHILDREN = {
    "multichoice.mcquestion": Shape.SINGLE_CHOICE,
    "true_false.tf_question": Shape.TRUE_FALSE,
    "essay.essay_question": Shape.OPEN,
}
READ = {
    *CHILDREN,
    *("quiz.category", "quiz.subcategory", "quiz.quiz", "quiz.question", "quiz.sitting"),
    *("multichoice.answer", "auth.user"),
}
LONGEST_LABEL = 100
MOST_DIGITS = 18


@dataclass(frozen=True)
class Row:
    """An object of the dump with the line on which it begins."""

    label: str
    pk: int
    fields: Mapping[str, Any]
    line: int

    def text(self, name: str) -> str:
        """Return a field as text; empty for null."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int:
        """Return a field as a number; 0 for null or nonsense."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def flag(self, name: str) -> bool:
        """Say whether a field is true."""
        return self.fields.get(name) is True


def read_rows(text: str) -> Iterator[Row]:
    """Go through the objects of the list, each with its line.

    Raises:
        FileRefused: it is no JSON list of objects.
    """
    decoder = json.JSONDecoder()
    blank = re.compile(r"[ \t\n,]*")
    start = len(text) - len(text.lstrip())
    if not text[start:].startswith("["):
        raise FileRefused(_("The file is no JSON list, as dumpdata writes it."), 1)
    place, line, counted = start + 1, 1, 0
    while True:
        skipped = blank.match(text, place)
        place = skipped.end() if skipped else place
        line, counted = line + text.count("\n", counted, place), place
        if text[place : place + 1] == "]":
            return
        try:
            found, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise FileRefused(_("The JSON is damaged here."), line) from error
        yield _row(found, line)


def _row(found: Any, line: int) -> Row:
    if not isinstance(found, Mapping) or not isinstance(found.get("fields"), Mapping):
        raise FileRefused(_("This is no object as dumpdata writes them."), line)
    pk: Any = found.get("pk")
    is_number = isinstance(pk, int) and not isinstance(pk, bool)
    label = one_line(str(found.get("model")))[:LONGEST_LABEL].lower()
    if label in READ and not is_number:
        raise FileRefused(_("An object has no number (pk)."), line)
    return Row(label, int(pk) if is_number else 0, found["fields"], line)


def numbers_of(source: Any) -> list[int]:
    """Return the numbers of a list with commas; blanks between them mean nothing."""
    parts = [part.strip() for part in str(source or "").split(",")]
    return [int(part) for part in parts if is_number(part)]


def is_number(part: str) -> bool:
    """Say whether a text is a whole number that a database could hold."""
    return part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS
