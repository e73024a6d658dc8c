"""Markdown to the few elements of rich text that Wagtail stores, read token by token.

Nothing of the source passes unread: every text is escaped, every element is one of ours, and what
has no place in a lesson (HTML, code, images, other headings) is noted with its line.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.curriculum.plaintext import term_problem
from courses.curriculum.problems import Problems


class _Markdown(MarkdownIt):
    """Takes every address for a link, so that a bad one is reported and not shown as text."""

    def validateLink(self, url: str) -> bool:
        return True


_PARSER = _Markdown("commonmark", {"html": True}).enable("table")
_MARKS = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>"}
_REFUSED = {
    "html_block": "HTML is not taken",
    "html_inline": "HTML is not taken",
    "fence": "code is not taken",
    "code_block": "code is not taken (a line that begins with four spaces is code)",
    "code_inline": "code is not taken",
    "blockquote_open": "use `::: quote` for a quotation, with its source",
    "hr": "a line across the page is not taken; use a heading",
    "image": "use `::: image` for a picture",
}
_CELL_EDGE = re.compile(r"(?<!\\)\|")
HEADINGS = ("h2", "h3")


@dataclass(frozen=True)
class Lines:
    """Some lines of a file, with the number of the first."""

    path: str
    first: int
    lines: Sequence[str]


@dataclass(frozen=True)
class Text:
    """Paragraphs and lists as HTML."""

    line: int
    html: str


@dataclass(frozen=True)
class Heading:
    """A heading as plain text."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Table:
    """The rows of a table, the header first, each cell as HTML."""

    line: int
    rows: tuple[tuple[str, ...], ...]


Part = Text | Heading | Table


class _Reader:
    """Walks over the tokens of one run of lines."""

    def __init__(self, source: Lines, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.tokens = _PARSER.parse("\n".join(source.lines))
        self.line = source.first

    def note(self, message: str) -> None:
        self.problems.add(self.source.path, self.line, message)

    def parts(self) -> Iterator[Part]:
        """Yield the parts of the text in their order."""
        position = 0
        while position < len(self.tokens):
            token = self.tokens[position]
            if token.map:
                self.line = self.source.first + token.map[0]
            end = self._end_of(position)
            line, inside = self.line, self.tokens[position : end + 1]
            if token.type == "heading_open":
                yield from self._heading(inside)
            elif token.type == "table_open":
                yield Table(line, self._rows(inside))
            elif token.type in ("paragraph_open", "bullet_list_open", "ordered_list_open"):
                yield Text(line, self._flow(inside))
            else:
                self.note(_REFUSED.get(token.type, f"{token.type} is not taken"))
            position = end + 1

    def _end_of(self, position: int) -> int:
        depth = 0
        for index in range(position, len(self.tokens)):
            depth += self.tokens[index].nesting
            if depth == 0:
                return index
        return len(self.tokens) - 1

    def _heading(self, tokens: list[Token]) -> Iterator[Heading]:
        tag = tokens[0].tag
        if tag not in HEADINGS or tokens[0].markup in ("=", "-"):
            self.note("headings are written `## heading` or `### smaller heading`")
            return
        if any(child.type != "text" for child in tokens[1].children or ()):
            self.note("a heading is plain text")
        self._check_terms(tokens[1].content)
        yield Heading(self.line, int(tag[1]), tokens[1].content)

    def _rows(self, tokens: list[Token]) -> tuple[tuple[str, ...], ...]:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                self.line = self.source.first + (token.map or [0])[0]
                rows.append([])
                self._check_width(token, len(rows[0]) if len(rows) > 1 else None)
            elif token.type == "inline":
                rows[-1].append(self._inline(token.children or []))
        return tuple(map(tuple, rows))

    def _check_width(self, token: Token, width: int | None) -> None:
        row = self.source.lines[(token.map or [0])[0]].strip().removeprefix("|")
        cells = len(_CELL_EDGE.split(re.sub(r"(?<!\\)\|$", "", row)))
        if width is not None and cells != width:
            self.note(f"this row has {cells} cells, the header {width}")

    def _flow(self, tokens: list[Token]) -> str:
        out: list[str] = []
        depth = 0
        for token in tokens:
            if token.map:
                self.line = self.source.first + token.map[0]
            if token.type == "inline":
                if depth and out[-1] not in ("<li>", "<ul>", "<ol>"):
                    out.append("<br/>")
                out.append(self._inline(token.children or []))
            elif token.type in ("paragraph_open", "paragraph_close"):
                out.append("" if depth else ("<p>" if token.nesting > 0 else "</p>"))
                out = [piece for piece in out if piece]
            elif token.tag in ("ul", "ol", "li"):
                if token.tag == "ol" and token.nesting > 0 and token.attrGet("start"):
                    self.note("a numbered list begins at 1")
                depth += token.nesting
                out.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
            else:
                self.note(_REFUSED.get(token.type, f"{token.type} is not taken in a list"))
        return "".join(out)

    def _inline(self, children: list[Token]) -> str:
        out = []
        for token in children:
            if token.type == "text":
                self._check_terms(token.content)
                out.append(html.escape(token.content, quote=False))
            elif token.type in _MARKS:
                out.append(_MARKS[token.type])
            elif token.type == "softbreak":
                self.line += 1
                out.append(" ")
            elif token.type == "hardbreak":
                self.line += 1
                out.append("<br/>")
            elif token.type == "link_open":
                out.append(f'<a href="{html.escape(self._address(token))}">')
            elif token.type == "link_close":
                out.append("</a>")
            else:
                self.note(_REFUSED.get(token.type, f"{token.type} is not taken"))
        return "".join(out)

    def _check_terms(self, text: str) -> None:
        trouble = term_problem(text)
        if trouble:
            self.note(f"this line {trouble}")

    def _address(self, token: Token) -> str:
        address = str(token.attrGet("href") or "")
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme != "https" or not parts.hostname:
            self.note(f"a link begins with https:// and names a site, not “{address}”")
            return ""
        return address


def read_parts(source: Lines, problems: Problems) -> list[Part]:
    """Return the texts, headings and tables of some Markdown; texts that touch are joined."""
    found: list[Part] = []
    for part in _Reader(source, problems).parts():
        last = found[-1] if found else None
        if isinstance(part, Text) and isinstance(last, Text):
            found[-1] = Text(last.line, last.html + part.html)
        else:
            found.append(part)
    return found


def read_rich_text(source: Lines, problems: Problems, *, with_headings: bool = False) -> str:
    """Return Markdown as the HTML of one rich text field."""
    out = []
    for part in read_parts(source, problems):
        if isinstance(part, Text):
            out.append(part.html)
        elif isinstance(part, Heading) and with_headings:
            out.append(f"<h{part.level}>{html.escape(part.text, quote=False)}</h{part.level}>")
        else:
            problems.add(source.path, part.line, "only paragraphs and lists are taken here")
    return "".join(out)
