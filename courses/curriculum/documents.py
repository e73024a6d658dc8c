"""A text file of the curriculum: a header between two lines `---`, then Markdown."""

from dataclasses import dataclass
from pathlib import Path

from courses.curriculum.fields import Fields, read_yaml
from courses.curriculum.problems import Problems
from courses.curriculum.richtext import Lines
from courses.curriculum.textfiles import read_text_file


@dataclass(frozen=True)
class Source:
    """The folder that is read, and where mistakes are noted."""

    folder: Path
    problems: Problems

    def has(self, path: str) -> bool:
        """Return whether a file exists."""
        return (self.folder / path).is_file()


@dataclass(frozen=True)
class Document:
    """The header and the text of one file."""

    path: str
    header: Fields
    body: Lines


def read_document(source: Source, path: str) -> Document | None:
    """Return a file's header and text, or None after noting why it has none."""
    file = read_text_file(source.folder, path, source.problems)
    if file is None:
        return None
    lines = file.lines
    if lines[0].rstrip() != "---":
        source.problems.add(path, 1, "must begin with a header between two lines `---`")
        return None
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)
    if end is None:
        source.problems.add(path, 1, "the header is never closed with a line `---`")
        return None
    node = read_yaml(path, lines[1:end], 2, source.problems)
    if node is None:
        return None
    header = Fields(node, path, 1, source.problems)
    return Document(path, header, Lines(path, end + 2, lines[end + 1 :]))


def read_fields(source: Source, path: str) -> Fields | None:
    """Return the fields of a YAML file, or None after noting why it has none."""
    file = read_text_file(source.folder, path, source.problems)
    node = read_yaml(path, file.lines, 1, source.problems) if file else None
    return Fields(node, path, 1, source.problems) if node else None


def read_records(source: Source, path: str) -> list[Fields]:
    """Return the records of a YAML file that is a list."""
    file = read_text_file(source.folder, path, source.problems)
    node = read_yaml(path, file.lines, 1, source.problems) if file else None
    if node is None:
        return []
    if not isinstance(node.value, list):
        source.problems.add(path, node.line, "must be a list of records, each beginning with `- `")
        return []
    return [Fields(item, path, item.line, source.problems) for item in node.value]
