"""The coverage as a file: one row for each unit, and one for the people who belong to none."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.core.workbooks import Page, table_of
from lms.desks.agency.coverage.queries import Coverage, CoveredCourse, CoveredUnit


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
        (_("On the day"), found.day.isoformat()),
        (_("Asked by"), asked_by),
        (),
        heads,
        *(_row(unit) for unit in _units(found)),
    ]
    return table_of(Page(_("Coverage"), rows, is_headed=False), kind=kind)


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
