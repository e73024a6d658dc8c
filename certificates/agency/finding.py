"""Finding codes in what people paste: one on each line, a whole table, addresses, words around them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from certificates.codes import GROUP, LENGTH, read_code

LONGEST_LINE = 2_000
SHOWN = 60
"""So much of a line without a code is shown again, for its owner to find it."""

SEPARATORS = re.compile(r"[\t;,|]")
ADDRESS = re.compile(r"/v/([^/\s?#]+)")
SIGN = "[0-9A-Za-z]"
GROUPED = re.compile(
    rf"(?<!{SIGN})(?=({SIGN}{{{GROUP}}}([ .\-\u00a0\u2010-\u2015\u2212]?){SIGN}{{{GROUP}}}"
    rf"(?:\2{SIGN}{{{GROUP}}}){{{LENGTH // GROUP - 2}}})(?!{SIGN}))"
)
"""Five groups of four with one and the same sign, or none, between them; looked for at each place."""

HEADING = re.compile(r"\b(codigos?|codes?)\b")


@dataclass(frozen=True)
class ListedLine:
    """One line or row of a list: its number, and the code in it or the text that is none."""

    number: int
    code: str | None
    text: str = ""


def find_codes(text: str) -> list[str]:
    """Return the codes in a line or a cell, as they stand there; never raises."""
    line = text[:LONGEST_LINE]
    found = [code for piece in SEPARATORS.split(line) for code in _in_piece(piece)]
    whole = None if found else read_code(line.strip())
    return [whole] if whole else found


def _in_piece(piece: str) -> list[str]:
    whole = read_code(piece.strip())
    if whole:
        return [whole]
    in_addresses = [read_code(part) for part in ADDRESS.findall(piece)]
    return [code for code in in_addresses if code] or _between_words(piece)


def _between_words(piece: str) -> list[str]:
    """Return the codes in the midst of words; a name of four letters beside a code is not part of it.

    Where two readings overlap, the one that looks more like a code is taken.
    """
    readings = [match for match in GROUPED.finditer(piece) if read_code(match[1])]
    taken: list[re.Match[str]] = []
    for reading in sorted(readings, key=_likeness, reverse=True):
        if all(reading.end(1) <= one.start() or reading.start() >= one.end(1) for one in taken):
            taken.append(reading)
    codes = [read_code(one[1]) for one in sorted(taken, key=lambda one: one.start())]
    return [code for code in codes if code]


def _likeness(reading: re.Match[str]) -> tuple[bool, int, int]:
    """Return how much a reading looks like a code: letters of one case, then digits, then its place."""
    text = reading[1]
    is_one_case = text == text.upper() or text == text.lower()
    return is_one_case, sum(sign.isdigit() for sign in text), -reading.start()


def is_heading(text: str) -> bool:
    """Say whether a cell is the heading of the codes: `Código`, `Certificate code` and the like."""
    plain = unicodedata.normalize("NFKD", text[:SHOWN]).casefold()
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return HEADING.search(letters) is not None


def listed_lines(pasted: str) -> list[ListedLine]:
    """Return the codes of a pasted list with the numbers of their lines.

    A line without a code is returned too, to be told of; empty lines and a heading are left out.
    """
    lines = [
        (number, line.strip())
        for number, line in enumerate(pasted.splitlines(), start=1)
        if line.strip()
    ]
    if lines and is_heading(lines[0][1]) and not find_codes(lines[0][1]):
        lines = lines[1:]
    return [found for number, line in lines for found in _listed(number, line)]


def _listed(number: int, line: str) -> Iterator[ListedLine]:
    codes = find_codes(line)
    for code in codes:
        yield ListedLine(number, code)
    if not codes:
        yield ListedLine(number, None, line[:SHOWN])
