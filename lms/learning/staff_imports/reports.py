"""The report of an import: the rows that were refused, each with its reason, ready to be mended."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lms.core.cells import Cell
from lms.core.workbooks import Page, table_of
from lms.learning.staff_imports.rows import LABELS, SheetRow
from lms.learning.staff_imports.template import COLUMNS, WIDTHS, headings

FIRST_WIDTHS = (8, 60)


def report_file(rows: Iterable[SheetRow], *, extension: str) -> bytes:
    """Return the refused rows as XLSX or CSV, headed like the template.

    Whoever mends them there can import the report itself: what is in place already stays.
    """
    shown = _course_too(list(rows))
    page = Page(_("Not taken over"), shown, widths=(*FIRST_WIDTHS, *WIDTHS))
    return table_of(page, kind=extension)


def _course_too(rows: list[SheetRow]) -> list[list[Cell]]:
    """Return the table; a course stands in a column more where some row names one."""
    from_sheet = [column for column in LABELS if any(row.text(column) for row in rows)]
    more = [column for column in from_sheet if column not in COLUMNS]
    head: list[Cell] = [_("Row"), _("Reason"), *headings(), *(str(LABELS[one]) for one in more)]
    table = [head]
    for row in rows:
        cells: list[Cell] = [row.line, row.reason]
        table.append(cells + [row.text(one) for one in (*COLUMNS, *more)])
    return table
