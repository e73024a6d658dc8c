"""The body of a lesson: Markdown and `:::` blocks, as the blocks of `courses.blocks.LessonBody`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks as wagtail_blocks

from courses.blocks import DRAWINGS, MOST_TASK_MINUTES, LessonBody
from courses.curriculum.assets import beside
from courses.curriculum.plaintext import plain_text_problem
from courses.curriculum.problems import Problems
from courses.curriculum.richtext import Heading, Lines, Table, Text, read_parts, read_rich_text

_OPENING = re.compile(r":::\s*(\S*)\s*(.*?)\s*")
_OPTION = re.compile(r"([a-z_]+):(?:\s+(.*))?")
_MINUTES = re.compile(r"minutes:\s*([0-9]{1,3})", re.ASCII)
_DEFINITIONS = LessonBody().child_blocks
BRIEF = "+++ brief"


@dataclass(frozen=True)
class Block:
    """One block as it is stored, but for `references`: field by field, the key of a record."""

    kind: str
    line: int
    value: Any
    references: dict[str, str] = field(default_factory=dict)

    @property
    def shape(self) -> str:
        """What must be the same in both languages."""
        if self.kind == "heading":
            return f"heading {self.value['level']}"
        if self.kind == "table":
            return f"table of {len(self.value['table']['data'])} rows"
        if self.kind in ("checklist", "never"):
            return f"{self.kind} of {len(self.value['items'])}"
        if self.kind == "task":
            return f"task of {self.value['minutes']} minutes"
        fixed = self.value.get("name") if self.kind == "drawing" else self.references.get("term")
        return f"{self.kind} {fixed}" if fixed else self.kind


@dataclass(frozen=True)
class _Raw:
    """A `:::` block as its lines, or a run of Markdown, whose name is empty."""

    name: str
    argument: str
    line: int
    inside: Lines


def split_brief(source: Lines, problems: Problems) -> tuple[Lines, Lines | None]:
    """Return the full text and the brief one, if a line divides them."""
    places = [number for number, line in enumerate(source.lines) if line.strip() == BRIEF]
    for place in places[1:]:
        problems.add(source.path, source.first + place, f"`{BRIEF}` stands twice in this file")
    if not places:
        return source, None
    cut = places[0]
    rest = Lines(source.path, source.first + cut + 1, source.lines[cut + 1 :])
    return Lines(source.path, source.first, source.lines[:cut]), rest


def read_body(source: Lines, problems: Problems) -> tuple[Block, ...]:
    """Return the blocks of a lesson's text, noting every mistake at its line."""
    found: list[Block] = []
    caption = ""
    for raw in _split(source, problems):
        if raw.name:
            block = _READERS[raw.name](raw, problems)
            if block is not None:
                found.append(block)
            continue
        for part in read_parts(raw.inside, problems):
            if isinstance(part, Heading):
                caption = part.text
                value = {"text": part.text, "level": str(part.level)}
                found.append(Block("heading", part.line, value))
            elif isinstance(part, Text):
                found.append(Block("text", part.line, part.html))
            else:
                found.append(_table(part, caption, source.path, problems))
    for block in found:
        _check_lengths(_DEFINITIONS[block.kind], block.value, block, source.path, problems)
    return tuple(found)


def _split(source: Lines, problems: Problems) -> Iterator[_Raw]:
    start, opening = 0, None
    for number, line in enumerate(source.lines):
        if not line.startswith(":::"):
            if opening is None and line.startswith("+++"):
                message = f"`+++` stands only inside `::: think`, or as `{BRIEF}`"
                problems.add(source.path, source.first + number, message)
            continue
        if opening is None:
            yield _markdown(source, start, number)
            opening = number
        elif line.strip() == ":::":
            raw = _block(source, opening, number, problems)
            if raw is not None:
                yield raw
            opening = None
        else:
            message = (
                f"the block of line {source.first + opening} is still open: close it with `:::`"
            )
            problems.add(source.path, source.first + number, message)
            opening = number
        start = number + 1
    if opening is not None:
        problems.add(source.path, source.first + opening, "this block is never closed with `:::`")
    else:
        yield _markdown(source, start, len(source.lines))


def _markdown(source: Lines, start: int, end: int) -> _Raw:
    lines = ["" if line.startswith("+++") else line for line in source.lines[start:end]]
    first = source.first + start
    return _Raw("", "", first, Lines(source.path, first, lines))


def _block(source: Lines, opening: int, end: int, problems: Problems) -> _Raw | None:
    match = _OPENING.fullmatch(source.lines[opening])
    name = match[1] if match else ""
    line = source.first + opening
    if match is None or name not in _READERS:
        known = ", ".join(_READERS)
        problems.add(source.path, line, f"unknown block “{name}”; the blocks are: {known}")
        return None
    inside = Lines(source.path, line + 1, source.lines[opening + 1 : end])
    return _Raw(name, match[2], line, inside)


def _plain(text: str, path: str, line: int, problems: Problems) -> str:
    trouble = plain_text_problem(text)
    if trouble:
        problems.add(path, line, f"this line {trouble}")
    return " ".join(text.split())


def _title(raw: _Raw, problems: Problems, what: str = "a title") -> str:
    if not raw.argument:
        problems.add(raw.inside.path, raw.line, f"`::: {raw.name}` needs {what} on its first line")
    return _plain(raw.argument, raw.inside.path, raw.line, problems)


def _file(raw: _Raw, problems: Problems) -> str:
    """Return the path of a file that stands beside the text."""
    name = _title(raw, problems, "the name of a file")
    return beside(raw.inside.path, name)


def _no_title(raw: _Raw, problems: Problems) -> None:
    if raw.argument:
        problems.add(raw.inside.path, raw.line, f"`::: {raw.name}` takes no title")


def _rich(raw: _Raw, inside: Lines, problems: Problems, what: str = "text") -> str:
    found = read_rich_text(inside, problems)
    if not found:
        problems.add(raw.inside.path, raw.line, f"`::: {raw.name}` has no {what}")
    return found


def _options(raw: _Raw, known: tuple[str, ...], problems: Problems) -> dict[str, str]:
    """Return the lines `name: value`; a line without a name goes on with the one before."""
    found: dict[str, str] = {}
    path, last = raw.inside.path, ""
    for number, line in enumerate(raw.inside.lines, raw.inside.first):
        match = _OPTION.fullmatch(line.strip())
        if match and match[1] in found:
            problems.add(path, number, f"`{match[1]}` is given twice")
        elif match and match[1] in known:
            last = match[1]
            found[last] = match[2] or ""
        elif match and not line.startswith(" "):
            problems.add(
                path, number, f"unknown `{match[1]}`; the lines here are: {', '.join(known)}"
            )
        elif line.strip() and not last:
            problems.add(path, number, f"expected one of the lines: {', '.join(known)}")
        elif line.strip():
            found[last] = f"{found[last]} {line.strip()}".strip()
    return {name: _plain(value, path, raw.line, problems) for name, value in found.items()}


def _required(raw: _Raw, options: dict[str, str], name: str, problems: Problems) -> str:
    if not options.get(name):
        problems.add(raw.inside.path, raw.line, f"`::: {raw.name}` needs a line `{name}: …`")
    return options.get(name, "")


def _idea(raw: _Raw, problems: Problems) -> Block:
    _no_title(raw, problems)
    return Block("idea", raw.line, _rich(raw, raw.inside, problems))


def _drawing(raw: _Raw, problems: Problems) -> Block:
    names = [name for name, _label in DRAWINGS]
    if raw.argument not in names:
        message = f"there is no drawing “{raw.argument}”; the drawings are: {', '.join(names)}"
        problems.add(raw.inside.path, raw.line, message)
    options = _options(raw, ("alt", "caption"), problems)
    alt = _required(raw, options, "alt", problems)
    value = {"name": raw.argument, "alt": alt, "caption": options.get("caption", "")}
    return Block("drawing", raw.line, value)


def _image(raw: _Raw, problems: Problems) -> Block:
    path = _file(raw, problems)
    options = _options(raw, ("alt", "decorative", "caption", "credit"), problems)
    is_decorative = options.get("decorative") == "true"
    if options.get("decorative", "true") != "true":
        problems.add(raw.inside.path, raw.line, "`decorative` can only be `true`")
    if is_decorative == bool(options.get("alt")):
        message = "`::: image` needs either `alt: …` or `decorative: true`"
        problems.add(raw.inside.path, raw.line, message)
    value = {
        "alt": options.get("alt", ""),
        "is_decorative": is_decorative,
        "caption": options.get("caption", ""),
        "credit": options.get("credit", ""),
    }
    return Block("image", raw.line, value, {"image": path})


def _table(part: Table, caption: str, path: str, problems: Problems) -> Block:
    if not caption:
        message = "a table needs a caption: put it in `::: table The caption`, or below a heading"
        problems.add(path, part.line, message)
    table = {
        "data": [list(row) for row in part.rows],
        "cell": [],
        "mergeCells": [],
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "table_header_choice": "row",
        "table_caption": "",
    }
    return Block("table", part.line, {"caption": caption, "table": table})


def _captioned_table(raw: _Raw, problems: Problems) -> Block | None:
    caption = _title(raw, problems, "a caption")
    parts = read_parts(raw.inside, problems)
    if len(parts) == 1 and isinstance(parts[0], Table):
        return _table(parts[0], caption, raw.inside.path, problems)
    problems.add(raw.inside.path, raw.line, "`::: table` holds one table and nothing else")
    return None


def _items(raw: _Raw, problems: Problems) -> Iterator[tuple[int, str]]:
    items: list[tuple[int, str]] = []
    for number, line in enumerate(raw.inside.lines, raw.inside.first):
        if line.startswith("- ") and line[2:].strip():
            items.append((number, line[2:].strip()))
        elif line.startswith("  ") and line.strip() and items:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
        elif line.strip():
            problems.add(raw.inside.path, number, "expected an item: `- text`")
    if not items:
        problems.add(raw.inside.path, raw.line, f"`::: {raw.name}` has no items")
    for number, text in items:
        yield number, _plain(text, raw.inside.path, number, problems)


def _checklist(raw: _Raw, problems: Problems) -> Block:
    title = _title(raw, problems)
    return Block(
        "checklist",
        raw.line,
        {"title": title, "items": [text for _number, text in _items(raw, problems)]},
    )


def _never(raw: _Raw, problems: Problems) -> Block:
    title = _title(raw, problems)
    items = []
    for _number, text in _items(raw, problems):
        what, _bar, why = text.partition("|")
        items.append({"text": what.strip(), "why": why.strip()})
    return Block("never", raw.line, {"title": title, "items": items})


def _titled(raw: _Raw, problems: Problems) -> Block:
    value = {"title": _title(raw, problems), "text": _rich(raw, raw.inside, problems)}
    return Block(raw.name, raw.line, value)


def _task(raw: _Raw, problems: Problems) -> Block:
    """Return a task: its first line says how many minutes it takes."""
    title = _title(raw, problems)
    lines = list(raw.inside.lines)
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    match = _MINUTES.fullmatch(lines[first].strip()) if lines else None
    if match is None or not 1 <= int(match[1]) <= MOST_TASK_MINUTES:
        message = f"`::: task` begins with a line `minutes: …`, from 1 to {MOST_TASK_MINUTES}"
        problems.add(raw.inside.path, raw.line, message)
        return Block("task", raw.line, {"title": title, "minutes": 1, "text": ""})
    lines[first] = ""
    inside = Lines(raw.inside.path, raw.inside.first, lines)
    text = _rich(raw, inside, problems)
    return Block("task", raw.line, {"title": title, "minutes": int(match[1]), "text": text})


def _term(raw: _Raw, problems: Problems) -> Block:
    key = _title(raw, problems, "the key of a glossary term")
    if any(line.strip() for line in raw.inside.lines):
        problems.add(raw.inside.path, raw.line, "`::: term` holds nothing but its key")
    return Block("term", raw.line, {}, {"term": key})


def _quote(raw: _Raw, problems: Problems) -> Block:
    _no_title(raw, problems)
    lines = list(raw.inside.lines)
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    source = ""
    if lines and lines[first].startswith("source:"):
        text = lines[first].removeprefix("source:").strip()
        source = _plain(text, raw.inside.path, raw.inside.first + first, problems)
        lines[first] = ""
    if not source:
        problems.add(raw.inside.path, raw.line, "`::: quote` begins with a line `source: …`")
    inside = Lines(raw.inside.path, raw.inside.first, lines)
    return Block("quote", raw.line, {"text": _rich(raw, inside, problems), "source": source})


def _think(raw: _Raw, problems: Problems) -> Block:
    _no_title(raw, problems)
    lines = raw.inside.lines
    cuts = [number for number, line in enumerate(lines) if line.strip() == "+++"]
    if len(cuts) != 1:
        message = "`::: think` has a question, one line `+++`, and what we would answer"
        problems.add(raw.inside.path, raw.line, message)
    cut = cuts[0] if cuts else len(lines)
    question = Lines(raw.inside.path, raw.inside.first, lines[:cut])
    answer = Lines(raw.inside.path, raw.inside.first + cut + 1, lines[cut + 1 :])
    value = {
        "question": _rich(raw, question, problems, "question"),
        "answer": _rich(raw, answer, problems, "answer"),
    }
    return Block("think", raw.line, value)


def _download(raw: _Raw, problems: Problems) -> Block:
    path = _file(raw, problems)
    options = _options(raw, ("title",), problems)
    value = {"title": _required(raw, options, "title", problems)}
    return Block("download", raw.line, value, {"document": path})


_READERS = {
    "idea": _idea,
    "drawing": _drawing,
    "image": _image,
    "table": _captioned_table,
    "checklist": _checklist,
    "never": _never,
    "accordion": _titled,
    "term": _term,
    "quote": _quote,
    "situation": _titled,
    "think": _think,
    "task": _task,
    "download": _download,
}


def _check_lengths(
    definition: Any, value: Any, block: Block, path: str, problems: Problems
) -> None:
    """Note each text that is longer than its block takes."""
    if isinstance(definition, wagtail_blocks.StructBlock):
        for name, child in definition.child_blocks.items():
            if name in value:
                _check_lengths(child, value[name], block, path, problems)
    elif isinstance(definition, wagtail_blocks.ListBlock):
        for item in value:
            _check_lengths(definition.child_block, item, block, path, problems)
    elif isinstance(definition, wagtail_blocks.FieldBlock) and isinstance(value, str):
        longest = getattr(definition.field, "max_length", None)
        if longest is not None and len(value) > longest:
            message = (
                f"a text of `{block.kind}` has {len(value)} characters; {longest} are the most"
            )
            problems.add(path, block.line, message)
