"""The files as they are written: where a field, an option or a word stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from courses.curriculum.textfiles import MOST_BYTES

_ADDRESS = re.compile(r"https?://\S+")
_ASIDE = ("README.md", "LICENSE.md")


@dataclass(frozen=True)
class Written:
    """One file: its lines, and its words in one row with every run of blanks as a single one."""

    path: str
    lines: tuple[str, ...]

    @cached_property
    def _row(self) -> tuple[str, tuple[int, ...]]:
        words, starts, at = [], [], 0
        for line in self.lines:
            starts.append(at)
            is_comment = self.path.endswith(".yaml") and line.lstrip().startswith("#")
            text = "" if is_comment else " ".join(_ADDRESS.sub(" ", line).split())
            if text:
                words.append(text)
                at += len(text) + 1
        return " ".join(words), tuple(starts)

    @property
    def text(self) -> str:
        """All the words, without addresses of sites and without comments of YAML."""
        return self._row[0]

    def line_at(self, offset: int) -> int:
        """Return the line in which a place of `text` stands."""
        return bisect_right(self._row[1], offset)

    def field_line(self, name: str, *, after: int = 1) -> int:
        """Return the line of a field, the first from a line on; that line if there is none."""
        pattern = re.compile(rf"\s*(?:- )?{re.escape(name)}:")
        return self._first(pattern, after)

    def value_lines(self, name: str, value: str) -> list[int]:
        """Return the lines in which a field has a value."""
        pattern = re.compile(
            rf"\s*(?:- )?(?:\{{\s*)?{re.escape(name)}:\s*[\"']?{re.escape(value)}\b"
        )
        return [number for number, line in enumerate(self.lines, 1) if pattern.match(line)]

    def option_line(self, language: str, option: str) -> int:
        """Return the line of an option of a question in the section of a language."""
        section = self._first(re.compile(rf"# {language}\s*$"), 1)
        return self._first(re.compile(rf"\s*- \[[^\]]*\]\s*{re.escape(option)}\s*:"), section)

    def _first(self, pattern: "re.Pattern[str]", after: int) -> int:
        rest = enumerate(self.lines[after - 1 :], after)
        return next((number for number, line in rest if pattern.match(line)), after)


class Files:
    """The text files of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Written] = {}

    def __getitem__(self, path: str) -> Written:
        """Return a file; one that is missing has no lines."""
        if path not in self._read:
            file = self.folder / path
            data = file.read_bytes()[:MOST_BYTES] if file.is_file() else b""
            text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
            self._read[path] = Written(path, tuple(text.split("\n")))
        return self._read[path]

    def texts(self) -> Iterator[Written]:
        """Yield every Markdown and YAML file that people read, by its path."""
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            is_text = file.suffix in (".md", ".yaml") and "/." not in f"/{path}"
            if is_text and file.name not in _ASIDE:
                yield self[path]
