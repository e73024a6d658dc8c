"""Spreadsheets that are given out: pages of rows, in which no text acts as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.core.cells import BYTE_ORDER_MARK, Cell, harmless
from lms.core.terms import worded

AS_TEXT = "@"
LONGEST_TITLE = 31
"""Letters that Excel allows in the name of a page."""
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
DELIMITER = ";"
"""What Excel expects of a CSV file where Windows is set to Spanish (Peru)."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass(frozen=True)
class Page:
    """One page of a workbook: its name, its rows with the headings first, how wide each column is.

    Columns in `texts` (from 0) keep the zeros at the front of what people type into them. Where
    something stands above the headings, the page is not `is_headed`.
    """

    title: str
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    texts: Sequence[int] = ()
    is_headed: bool = True


def workbook_of(pages: Iterable[Page]) -> bytes:
    """Return an XLSX file of these pages; headings are bold and stay in sight.

    Rows are written one by one, and only the packed file is held.
    """
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(NOT_IN_TITLES.sub(" ", page.title)[:LONGEST_TITLE])
        if page.is_headed:
            sheet.freeze_panes = "A2"
        for place, width in enumerate(page.widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for place in page.texts:
            sheet.column_dimensions[get_column_letter(place + 1)].number_format = AS_TEXT
        for number, row in enumerate(page.rows):
            is_bold = page.is_headed and not number
            sheet.append([_written(sheet, value, is_bold=is_bold) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _written(sheet: Any, value: Cell, *, is_bold: bool) -> Any:
    if not isinstance(value, str) and not is_bold:
        return value
    cell = WriteOnlyCell(sheet, _said(value))
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", AS_TEXT
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _said(value: Cell) -> Cell:
    """Return a cell as it is written: the site's terms worded, and no formula in it."""
    return harmless(worded(value) if isinstance(value, str) else value)


def table_of(page: Page, *, kind: str) -> bytes:
    """Return one page as a file; `kind` is one of CONTENT_TYPES."""
    return csv_of(page.rows) if kind == "csv" else workbook_of([page])


def csv_of(rows: Iterable[Sequence[Cell]], *, delimiter: str = DELIMITER) -> bytes:
    """Return a CSV file as Excel reads it where the language is Spanish: with semicolons, in UTF-8."""
    return "".join(csv_lines(rows, delimiter=delimiter)).encode("utf-8", "replace")


def csv_lines(rows: Iterable[Sequence[Cell]], *, delimiter: str = DELIMITER) -> Iterator[str]:
    """Yield the lines of such a file, the byte order mark first."""
    yield BYTE_ORDER_MARK
    for row in rows:
        line = StringIO(newline="")
        csv.writer(line, delimiter=delimiter).writerow(
            ["" if value is None else _said(value) for value in row]
        )
        yield line.getvalue()
