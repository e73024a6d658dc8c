"""Reading of YAML with the line of every value, one typed field at a time.

The text is only composed into nodes by the safe loader: no object is ever built from a tag.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml
from django.utils import timezone

from courses.curriculum.plaintext import plain_text_problem
from courses.curriculum.problems import Problems

_NULL = "tag:yaml.org,2002:null"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PARTIAL_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(\.\d\d?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_SIGNED = re.compile(r"-?\d{1,9}", re.ASCII)
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
"""Names of files, folders and keys: they become addresses."""


@dataclass(frozen=True)
class Node:
    """A value of YAML with its line: a text, None, a list of nodes, or nodes by their name."""

    value: Any
    line: int


class _Loader(yaml.SafeLoader):
    """Composes without aliases, which could point to themselves or grow without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        loader: Any = self
        if loader.check_event(yaml.events.AliasEvent):
            mark = loader.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "aliases are not used here", mark)
        return super().compose_node(parent, index)


_FAST: Any = getattr(yaml, "CSafeLoader", None)
"""The composer in C, ten times as fast; PyYAML may have been built without it."""

MOST_BRACKETS = 2_000


def _compose(text: str) -> Any:
    """Return the root node of a text.

    Python's composer reads what the one in C must not: what may hold an alias, which needs an
    anchor, and what is nested deeply, which would end the process. It also words every mistake.
    """
    is_plain = (
        "&" not in text
        and text.count("[") + text.count("{") < MOST_BRACKETS
        and not any(deep in text for deep in ("- - - ", "? ? ", " " * 200))
    )
    if is_plain and _FAST is not None:
        try:
            return yaml.compose(text, Loader=_FAST)
        except yaml.MarkedYAMLError:
            pass
    return yaml.compose(text, Loader=_Loader)


def read_yaml(path: str, lines: Sequence[str], first_line: int, problems: Problems) -> Node | None:
    """Return the nodes of a YAML text that begins at a line, or None after noting what is wrong."""
    try:
        node = _compose("\n".join(lines))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problems.add(path, line, f"is not valid YAML: {error.problem or error.context}")
        return None
    except RecursionError:
        problems.add(path, first_line, "is not valid YAML: nested too deeply")
        return None
    if node is None:
        return Node(None, first_line)
    return _typed(node, path, first_line, problems)


def _typed(node: Any, path: str, first_line: int, problems: Problems) -> Node:
    line = first_line + node.start_mark.line
    if isinstance(node, yaml.SequenceNode):
        return Node([_typed(item, path, first_line, problems) for item in node.value], line)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Node] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
            value = _typed(value_node, path, first_line, problems)
            name_line = first_line + name_node.start_mark.line
            if not name:
                problems.add(path, name_line, "the name of a field must be a word")
            elif name in found:
                problems.add(path, name_line, f"the field `{name}` is given twice")
            else:
                found[name] = Node(value.value, name_line)
        return Node(found, line)
    return Node(None if node.tag == _NULL else str(node.value).strip(), line)


class Fields:
    """The fields of one header or record; every question asked of it notes what is wrong."""

    def __init__(self, node: Node | None, path: str, line: int, problems: Problems) -> None:
        self.path = path
        self.line = node.line if node is not None else line
        self.problems = problems
        self._asked: set[str] = set()
        self._nodes: Mapping[str, Node] = {}
        if node is None:
            return
        if isinstance(node.value, dict):
            self._nodes = node.value
        elif node.value is not None:
            self.note("expected fields of the form `name: value`")
        else:
            self.note("is empty")

    def note(self, message: str, name: str = "") -> None:
        """Note a mistake at a field, or at the whole record."""
        self.problems.add(self.path, self.line_of(name), message)

    def line_of(self, name: str) -> int:
        """Return the line of a field, else that of the record."""
        node = self._nodes.get(name)
        return node.line if node else self.line

    def has(self, name: str) -> bool:
        """Return whether a field is given, and count it as known."""
        self._asked.add(name)
        return name in self._nodes

    def _scalar(self, name: str, is_required: bool) -> str:
        self._asked.add(name)
        node = self._nodes.get(name)
        if node is None or node.value in (None, ""):
            if is_required:
                self.note(
                    f"the field `{name}` is missing" if node is None else f"`{name}` is empty", name
                )
            return ""
        if not isinstance(node.value, str):
            self.note(f"`{name}` must be one value, not a list or fields", name)
            return ""
        return node.value

    def text(self, name: str, *, longest: int | None = None, is_required: bool = True) -> str:
        """Return a plain text on one line."""
        value = " ".join(self._scalar(name, is_required).split())
        if longest is not None and len(value) > longest:
            self.note(f"`{name}` has {len(value)} characters; {longest} are the most", name)
        trouble = plain_text_problem(value)
        if trouble:
            self.note(f"`{name}` {trouble}", name)
        return value

    def paragraphs(self, name: str, *, longest: int | None = None, is_required: bool = True) -> str:
        """Return a plain text of several paragraphs: an empty line divides them."""
        value = "\n\n".join(
            " ".join(part.split())
            for part in re.split(r"\n[ \t]*\n", self._scalar(name, is_required))
            if part.strip()
        )
        if longest is not None and len(value) > longest:
            self.note(f"`{name}` has {len(value)} characters; {longest} are the most", name)
        trouble = plain_text_problem(value)
        if trouble:
            self.note(f"`{name}` {trouble}", name)
        return value

    def names(self) -> list[str]:
        """Return the names of all fields, for records whose names are chosen by the author."""
        self._asked.update(self._nodes)
        return list(self._nodes)

    def key(self, name: str, *, longest: int = 60) -> str:
        """Return a short name of small letters, digits and hyphens."""
        value = self.text(name, longest=longest)
        if value and not KEY.fullmatch(value):
            self.note(f"`{name}` takes small letters, digits and hyphens only: “{value}”", name)
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number between two others."""
        value = self._scalar(name, is_required=True)
        if not value:
            return low
        if not _WHOLE.fullmatch(value) or not low <= int(value) <= high:
            self.note(f"`{name}` must be a whole number from {low} to {high}, not “{value}”", name)
            return low
        return int(value)

    def signed(self, name: str, low: int, high: int) -> int:
        """Return a whole number between two others, which may lie below zero."""
        value = self._scalar(name, is_required=True)
        if not value:
            return 0
        if not _SIGNED.fullmatch(value) or not low <= int(value) <= high:
            self.note(f"`{name}` must be a whole number from {low} to {high}, not “{value}”", name)
            return 0
        return int(value)

    def whole_or_null(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number, or None where the file says null."""
        if self.has(name) and self._nodes[name].value is None:
            return None
        return self.whole(name, low, high)

    def number(self, name: str, low: int, high: int) -> Decimal:
        """Return a number between two others, with up to two decimals."""
        value = self._scalar(name, is_required=True)
        if not value:
            return Decimal(low)
        if not _NUMBER.fullmatch(value) or not low <= Decimal(value) <= high:
            message = f"`{name}` must be a number from {low} to {high}, with a point before up to "
            self.note(f"{message}two decimals, not “{value}”", name)
            return Decimal(low)
        return Decimal(value)

    def moment(self, name: str) -> datetime | None:
        """Return a moment in the site's time zone, written YYYY-MM-DD HH:MM."""
        value = self._scalar(name, is_required=True)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None:
            self.note(f"`{name}` must be a moment (YYYY-MM-DD HH:MM), not “{value}”", name)
            return None
        return timezone.make_aware(found)

    def truth(self, name: str) -> bool:
        """Return `true` or `false`."""
        return self.choice(name, ("true", "false")) == "true"

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return one of the choices."""
        value = self._scalar(name, is_required=True)
        if value and value not in choices:
            self.note(f"`{name}` must be one of {', '.join(choices)}, not “{value}”", name)
            return choices[0]
        return value or choices[0]

    def day(self, name: str, *, is_nullable: bool = False) -> date | None:
        """Return a date, written YYYY-MM-DD."""
        if is_nullable and self.has(name) and self._nodes[name].value is None:
            return None
        value = self._scalar(name, is_required=True)
        found = _day(value)
        if value and found is None:
            self.note(f"`{name}` must be a date (YYYY-MM-DD), not “{value}”", name)
        return found

    def partial_date(self, name: str) -> str:
        """Return a day, a month or a year as it is written."""
        value = self._scalar(name, is_required=True)
        whole = value + "-01-01"[: 10 - len(value)] if len(value) == 4 else value
        whole = f"{whole}-01" if len(whole) == 7 else whole
        if value and (not _PARTIAL_DATE.fullmatch(value) or _day(whole) is None):
            self.note(f"`{name}` must be YYYY-MM-DD, YYYY-MM or YYYY, not “{value}”", name)
        return value

    def nodes(self, name: str, *, is_required: bool = True) -> list[Node]:
        """Return the nodes of a list."""
        self._asked.add(name)
        node = self._nodes.get(name)
        if node is None or node.value is None:
            if is_required:
                self.note(f"the list `{name}` is missing", name)
            return []
        if not isinstance(node.value, list):
            self.note(f"`{name}` must be a list", name)
            return []
        return node.value

    def texts(self, name: str, *, is_required: bool = True) -> list[tuple[str, int]]:
        """Return the plain texts of a list, with their lines."""
        found = []
        for node in self.nodes(name, is_required=is_required):
            if not isinstance(node.value, str) or not node.value:
                self.problems.add(self.path, node.line, f"each item of `{name}` must be one text")
                continue
            trouble = plain_text_problem(node.value)
            if trouble:
                self.problems.add(self.path, node.line, f"an item of `{name}` {trouble}")
            found.append((" ".join(node.value.split()), node.line))
        return found

    def records(self, name: str, *, is_required: bool = True) -> list["Fields"]:
        """Return the records of a list."""
        nodes = self.nodes(name, is_required=is_required)
        return [Fields(node, self.path, node.line, self.problems) for node in nodes]

    def record(self, name: str) -> "Fields":
        """Return the fields below a field."""
        self._asked.add(name)
        node = self._nodes.get(name)
        if node is None:
            self.note(f"the field `{name}` is missing")
        return Fields(node, self.path, self.line_of(name), self.problems)

    def finish(self, *, elsewhere: Iterable[str] = ()) -> None:
        """Note every field that nobody asked for; `elsewhere` names those of the source language only."""
        for name in self._nodes:
            if name in self._asked:
                continue
            if name in elsewhere:
                self.note(f"`{name}` is the same in both languages: only the first has it", name)
            else:
                known = ", ".join(sorted(self._asked))
                self.note(f"unknown field `{name}`; the fields here are: {known}", name)


def _day(value: str) -> date | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
