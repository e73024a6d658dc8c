"""Spreadsheets that are given out: pages of rows, in which no text acts as a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.core.cells import Cell, harmless, harmless_text
from lms.core.sheets import BYTE_ORDER_MARK

AS_TEXT = "@"
LONGEST_TITLE = 31
"""Letters that Excel allows in the name of a page."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass(frozen=True)
class Page:
    """One page of a workbook: its name, its rows with the headings first, how wide each column is.

    Columns in `texts` (from 0) keep the zeros at the front of what people type into them.
    """

    title: str
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()
    texts: Sequence[int] = ()


def workbook_of(pages: Iterable[Page]) -> bytes:
    """Return an XLSX file of these pages; the first row of each is bold and stays in sight."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.title[:LONGEST_TITLE])
        sheet.freeze_panes = "A2"
        for place, width in enumerate(page.widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for place in page.texts:
            sheet.column_dimensions[get_column_letter(place + 1)].number_format = AS_TEXT
        for number, row in enumerate(page.rows):
            sheet.append([_written(sheet, value, is_bold=not number) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _written(sheet: Any, value: Cell, *, is_bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, harmless(value))
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", AS_TEXT
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def csv_of(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file as Excel reads it where the language is Spanish: with semicolons, in UTF-8."""
    lines = StringIO(newline="")
    writer = csv.writer(lines, delimiter=";")
    for row in rows:
        writer.writerow([harmless_text("" if value is None else str(value)) for value in row])
    return f"{BYTE_ORDER_MARK}{lines.getvalue()}".encode("utf-8", "replace")
