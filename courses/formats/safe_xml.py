"""Reads XML from strangers: no document types, no entities, no depth without end; lines are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from courses.formats.plaintext import decode
from courses.formats.structures import FileRefused

MOST_DEPTH = 40
MOST_ELEMENTS = 2_000_000
DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


@dataclass
class Element:
    """An element with the line on which it begins; `text` is what stands right inside it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    line: int = 0
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def find(self, name: str) -> "Element | None":
        """Return the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator["Element"]:
        """Go through the children of this name."""
        return (child for child in self.children if child.name == name)

    def value(self, name: str, default: str = "") -> str:
        """Return the text of a child, or of its `<text>`, without outer blanks."""
        child = self.find(name)
        if child is None:
            return default
        inner = child.find("text")
        return (inner or child).text.strip()


class _Tree:
    """Builds the tree from what expat tells."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.root: Element | None = None
        self.count = 0
        self._open: list[tuple[Element, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if len(self._open) >= MOST_DEPTH or self.count > MOST_ELEMENTS:
            raise FileRefused(_("The XML is nested too deeply or too long."), line)
        element = Element(name=name.lower(), attributes=attributes, line=line)
        if self._open:
            self._open[-1][0].children.append(element)
        else:
            self.root = element
        self._open.append((element, []))

    def end(self, name: str) -> None:
        element, pieces = self._open.pop()
        element.text = "".join(pieces)

    def data(self, text: str) -> None:
        self._open[-1][1].append(text)

    def refuse(self, *found: Any) -> None:
        message = _("The XML declares a document type or entities; such files are refused.")
        raise FileRefused(message, self.parser.CurrentLineNumber)


def read_xml(data: bytes) -> tuple[Element, tuple[str, ...]]:
    """Return the root of an XML file, and what had to be guessed about its encoding.

    Raises:
        FileRefused: it is no well-formed XML, too big or deep, or declares a document type: with
            none there are no entities of its own, so neither bombs nor files from elsewhere.
    """
    declared = DECLARED.match(data[:200])
    text, notes = decode(data, declared=declared.group(1).decode() if declared else "")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    tree = _Tree(parser)
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.data
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.EntityDeclHandler = tree.refuse
    parser.ExternalEntityRefHandler = tree.refuse
    try:
        parser.Parse(text.lstrip("\ufeff"), True)
    except expat.ExpatError as error:
        message = _("The XML is not well formed: %s.") % expat.ErrorString(error.code)
        raise FileRefused(message, error.lineno) from error
    if tree.root is None:
        raise FileRefused(_("The file is empty."))
    return tree.root, notes
