"""Looking at one group of a report: it picks a frozen row, and never counts anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.desks.reports.sections import ReportText, Row, Table
from lms.learning.evaluation.enums import Grouping


@dataclass(frozen=True)
class Group:
    """A group that can be chosen; `code` names its table and itself."""

    code: str
    label: str


@dataclass(frozen=True)
class FoundRow:
    """What was asked for: the row of one group; none where two groups were to be crossed."""

    table: Table | None
    row: Row | None
    is_crossed: bool = False

    @property
    def is_reserved(self) -> bool:
        """Whether nothing of the group is shown."""
        return self.row is not None and all(cell is None for cell in self.row.cells)

    @property
    def facts(self) -> list[tuple[str, object]]:
        """Each heading with its cell."""
        if self.table is None or self.row is None:
            return []
        return list(zip(self.table.heads[1:], self.row.cells, strict=True))


def groups_of(text: ReportText) -> list[tuple[str, list[Group]]]:
    """Return the groups that can be looked at, table by table."""
    return [
        (table.title, [Group(_code(table, row), row.label) for row in table.rows if _is_group(row)])
        for table in text.tables()
        if table.key in Grouping.values
    ]


def found_row(text: ReportText, codes: Sequence[str]) -> FoundRow | None:
    """Return the row of the group that an address asks for; None if it asks for none.

    Two at once would leave a few people in a cell, and are never counted.
    """
    wanted = [code for code in codes if code]
    if not wanted:
        return None
    if len(set(wanted)) > 1:
        return FoundRow(None, None, is_crossed=True)
    for table in text.tables():
        for row in table.rows:
            if table.key in Grouping.values and _is_group(row) and _code(table, row) == wanted[0]:
                return FoundRow(table, row)
    return FoundRow(None, None)


def _is_group(row: Row) -> bool:
    return not row.is_sum


def _code(table: Table, row: Row) -> str:
    return f"{table.key}:{row.key}"
