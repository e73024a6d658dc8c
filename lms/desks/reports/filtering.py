"""Looking at one group of a report: it picks a frozen row, and never counts anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.desks.reports.sections import ReportText, Row, Table
from lms.learning.evaluation.enums import Grouping


@dataclass(frozen=True)
class FoundRows:
    """What was asked for: the row of one group; none where two groups were to be crossed."""

    table: Table | None
    row: Row | None
    is_crossed: bool = False

    @property
    def is_reserved(self) -> bool:
        """Whether nothing of the group is shown."""
        return self.row is not None and all(cell is None for cell in self.row.cells)


def found_rows(text: ReportText, asked: Mapping[str, str]) -> FoundRows | None:
    """Return the row that an address asks for by `sex`, `sector` or `region`; None if by nothing.

    Two at once would leave a few people in a cell, and are never counted.
    """
    wanted = [(name, asked[name]) for name in Grouping.values if asked.get(name)]
    if not wanted:
        return None
    if len(wanted) > 1:
        return FoundRows(None, None, is_crossed=True)
    name, group = wanted[0]
    table = next((table for table in text.tables() if table.key == name), None)
    rows: Sequence[Row] = table.rows if table is not None else ()
    return FoundRows(table, next((row for row in rows if row.key == group), None))
