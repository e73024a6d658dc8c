"""What a report says, as plain structures: the page, the PDF and the workbook all read these."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Value = int | str | None
"""A cell; None for what is kept back."""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; `part` is between 0 and 1, None where the figure is kept back."""

    label: str
    part: float | None
    words: str
    is_hollow: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table; `key` names its group in addresses, unless it is the sum of several."""

    label: str
    cells: tuple[Value, ...]
    key: str = ""
    is_sum: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its headings, the first of which stands over the labels."""

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a report."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class ReportText:
    """A whole report in one language."""

    course: str
    period: str
    sections: tuple[Section, ...]
    definitions: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ReportText":
        """Read a stored report; raise KeyError or TypeError if it is not one."""
        return cls(
            course=data["course"],
            period=data["period"],
            sections=tuple(_section(section) for section in data["sections"]),
            definitions=tuple((word, meaning) for word, meaning in data["definitions"]),
        )

    def tables(self) -> Sequence[Table]:
        """Return all tables in their order."""
        return [table for section in self.sections for table in section.tables]


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        key=data["key"],
        title=data["title"],
        paragraphs=tuple(data["paragraphs"]),
        tables=tuple(_table(table) for table in data["tables"]),
    )


def _table(data: Mapping[str, Any]) -> Table:
    return Table(
        key=data["key"],
        title=data["title"],
        heads=tuple(data["heads"]),
        rows=tuple(
            Row(row["label"], tuple(row["cells"]), row["key"], row.get("is_sum", False))
            for row in data["rows"]
        ),
        note=data["note"],
        bars=tuple(Bar(**bar) for bar in data["bars"]),
    )
