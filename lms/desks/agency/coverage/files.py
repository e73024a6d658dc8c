"""The coverage as a file: one row for each unit, and one for the people who belong to none."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.core.sheets import Sheet, SheetCell, sheet_file
from lms.desks.agency.coverage.queries import Coverage, CoveredCourse, CoveredUnit

DELIMITERS = {"csv": ";", "xlsx": ""}
"""Between the cells of a CSV that a Spanish Excel opens as a table."""


def coverage_file(
    agency: Agency, course: CoveredCourse, found: Coverage, *, kind: str, asked_by: str
) -> bytes:
    """Return the coverage as `csv` or `xlsx`; no text in it acts as a formula."""
    heads = (
        _("Unit"),
        _("What it is"),
        _("People"),
        _("Certified people"),
        _("They end within 90 days"),
        _("Expired certificates"),
        _("People under way"),
        _("Nobody certified"),
    )
    rows = [
        (agency.name, course.title),
        (_("On the day"), found.day),
        (_("Asked by"), asked_by),
        (),
        heads,
        *(_row(unit) for unit in _units(found)),
    ]
    cells = tuple(tuple(_cell(value) for value in row) for row in rows)
    return sheet_file(Sheet(cells, _("Coverage"), DELIMITERS[kind]), added={})


def _units(found: Coverage) -> Iterator[CoveredUnit]:
    yield from found.units
    if found.without_unit.own.people:
        yield found.without_unit


def _row(unit: CoveredUnit) -> tuple[str | int, ...]:
    tally = unit.total
    return (
        unit.node.path if unit.node else _("Without a unit"),
        str(unit.node.unit.get_kind_display()) if unit.node else "",
        tally.people,
        tally.current,
        tally.ending,
        tally.lapsed,
        tally.under_way,
        _("NOBODY") if unit.has_nobody else "",
    )


def _cell(value: object) -> SheetCell:
    if isinstance(value, (str, int)):
        return SheetCell(value)
    return SheetCell(f"{value:%Y-%m-%d}")
