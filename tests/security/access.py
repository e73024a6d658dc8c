"""The table of docs/roles.md: who may open an address, and who may change something there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

ROLES = ("learner", "coordinator", "trainer", "reviewer", "administrator")
NAMES: dict[str, frozenset[str]] = {
    "anybody": frozenset({"nobody", "stranger", *ROLES}),
    "signed in": frozenset({"stranger", *ROLES}),
    "herself": frozenset({"learner"}),
    "team": frozenset({"trainer", "administrator"}),
    "staff": frozenset({"trainer", "reviewer", "administrator"}),
    "a key": frozenset(),
    "whoever has just left": frozenset(),
    "whoever has the link": frozenset(),
    "nobody": frozenset(),
    **{role: frozenset({role}) for role in ROLES},
}
"""The words of the table, as the people of a test."""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    start: str
    opens: frozenset[str]
    changes: frozenset[str]


def access_lines() -> list[Line]:
    """Return the lines of the table, the longest first; raise KeyError for a word that is none."""
    text = (settings.BASE_DIR / "docs" / "roles.md").read_text()
    return sorted(_lines(text), key=lambda line: -len(line.start))


def _lines(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if row.startswith("| `/") and len(cells) == 3:
            yield Line(cells[0].strip("`")[1:], _people(cells[1]), _people(cells[2]))


def _people(words: str) -> frozenset[str]:
    return frozenset().union(*(NAMES[word.strip()] for word in words.split(",")))


def line_of(address: str, lines: list[Line]) -> Line | None:
    """Return the longest line that an address begins with."""
    return next((line for line in lines if address.startswith(line.start)), None)
