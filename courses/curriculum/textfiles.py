"""Reading of text files: encoding, line ends, and characters that do not belong in a text."""

import re
from dataclasses import dataclass
from pathlib import Path

from courses.curriculum.problems import Problems

MOST_BYTES = 1_000_000
"""A lesson has 10 kB; a file of more than this is something else."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe]"
)


@dataclass(frozen=True)
class TextFile:
    """A file as lines without their ends; `lines[0]` is line 1."""

    path: str
    lines: tuple[str, ...]


def read_text_file(folder: Path, path: str, problems: Problems) -> TextFile | None:
    """Return a UTF-8 file as lines, or None after noting why it cannot be read.

    A byte order mark and the line ends of Windows are accepted; null bytes, control characters
    and marks that make text run backwards unseen are not.
    """
    try:
        with (folder / path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        problems.add(path, 1, f"cannot be read: {error.strerror}")
        return None
    if len(data) > MOST_BYTES:
        problems.add(path, 1, f"is longer than {MOST_BYTES} bytes")
        return None
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 text (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        problems.add(path, line, message)
        return None
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return TextFile(path, lines) if _has_plain_characters(path, lines, problems) else None


def _has_plain_characters(path: str, lines: tuple[str, ...], problems: Problems) -> bool:
    is_plain = True
    for number, line in enumerate(lines, 1):
        for found in _CONTROL.findall(line):
            problems.add(path, number, f"holds the invisible character U+{ord(found):04X}")
            is_plain = False
    return is_plain
