"""Spreadsheets that a coordinator brings: read within bounds, given back with two columns more.

Nothing of them is stored, no formula is worked out, and nothing in what is given back acts as one.
"""

import csv
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any
from warnings import catch_warnings, simplefilter

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from lms.core.cells import harmless_text

MOST_BYTES = 1024 * 1024
MOST_UNPACKED = 8 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 2_000
MOST_COLUMNS = 50
BYTE_ORDER_MARK = "\ufeff"
DELIMITERS = ";,\t|"
LOOKED_AT = 20
"""Lines in which the delimiter of a CSV file is looked for."""

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK\x03\x04"
WITH_MACROS = ("xl/vbaProject.bin", "xl/workbook.bin")
GENERAL = "General"
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and the zip and XML readers below it raise over a damaged file."""

Value = str | int | float | bool | datetime | date | time | timedelta | None


class SheetError(Exception):
    """The file cannot be read as a sheet; its message is for people."""


@dataclass(frozen=True)
class SheetCell:
    """What stands in a cell, and how a number or a date in it is shown."""

    value: Value = None
    number_format: str = GENERAL

    @property
    def text(self) -> str:
        """The value as text; empty for nothing."""
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Sheet:
    """The rows of a file; `delimiter` for CSV, empty for XLSX."""

    rows: tuple[tuple[SheetCell, ...], ...]
    title: str = ""
    delimiter: str = ""

    @property
    def extension(self) -> str:
        """How a file of this kind is named."""
        return "csv" if self.delimiter else "xlsx"


def read_sheet(content: bytes) -> Sheet:
    """Read an XLSX file (its first sheet) or a CSV file; what it is called does not matter.

    Raises:
        SheetError: it is neither, it is too big, it has macros, or it is damaged.
    """
    if len(content) > MOST_BYTES:
        raise SheetError(_("The file is too big: at most 1 MB."))
    if content.startswith(OLD_EXCEL):
        raise SheetError(
            _("This is a file of an old Excel or one with a password. Save it as XLSX without one.")
        )
    if content.startswith(ZIPPED):
        return _read_xlsx(content)
    return _read_csv(content)


def _read_xlsx(content: bytes) -> Sheet:
    try:
        _check_package(content)
        with catch_warnings():
            simplefilter("ignore")  # openpyxl warns of features that it drops, and quotes cells
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = _bounded(tuple(_cell(cell) for cell in row) for row in sheet.iter_rows())
            title = str(sheet.title)
            book.close()
    except BROKEN as error:
        raise SheetError(
            _("The file is damaged or is no XLSX. Open it and save it anew.")
        ) from error
    return Sheet(rows=rows, title=title)


def _check_package(content: bytes) -> None:
    """Refuse what would unpack too far, and macros; the parts' true sizes are held to what is said."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = package.infolist()
    names = {part.filename for part in parts}
    if names & set(WITH_MACROS):
        raise SheetError(
            _("Files with macros are not read. Save the sheet as XLSX without macros.")
        )
    if "xl/workbook.xml" not in names:
        raise SheetError(_("This is no XLSX and no CSV. Save the sheet as one of these."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise SheetError(_("The file unpacks to too much. Copy the rows into a new sheet."))


def _cell(cell: Any) -> SheetCell:
    value = cell.value
    if value is None:
        return SheetCell()
    if not isinstance(value, Value):
        value = str(getattr(value, "text", None) or "")  # a formula over several cells
    return SheetCell(value, str(cell.number_format or GENERAL))


def _bounded(rows: Iterable[tuple[SheetCell, ...]]) -> tuple[tuple[SheetCell, ...], ...]:
    """Return the rows without the empty ones at the end; raise SheetError if they are too many."""
    kept: list[tuple[SheetCell, ...]] = []
    last = 0
    for row in rows:
        filled = [place for place, cell in enumerate(row, start=1) if cell.text]
        width = max(filled, default=0)
        if width > MOST_COLUMNS or len(kept) >= MOST_ROWS:
            raise SheetError(
                _("The sheet is too big: at most %(rows)s rows and %(columns)s columns.")
                % {"rows": MOST_ROWS, "columns": MOST_COLUMNS}
            )
        kept.append(row[:width])
        last = len(kept) if width else last
    if not last:
        raise SheetError(_("The sheet is empty."))
    return tuple(kept[:last])


def _read_csv(content: bytes) -> Sheet:
    text = _decoded(content)
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = _bounded(tuple(SheetCell(value or None) for value in row) for row in reader)
    except csv.Error as error:
        raise SheetError(_("The file is damaged or is no CSV.")) from error
    return Sheet(rows=rows, delimiter=delimiter)


def _decoded(content: bytes) -> str:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\x00" in content:
        raise SheetError(_("This is no XLSX and no CSV. Save the sheet as one of these."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what Excel writes where Windows is Spanish


def _delimiter(text: str) -> str:
    """Return the delimiter that most of the first lines have; a semicolon where none has any."""
    lines = text[:10_000].splitlines()[:LOOKED_AT]
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def sheet_file(sheet: Sheet, *, added: Mapping[int, tuple[str, ...]]) -> bytes:
    """Return the sheet as a file of its own kind, with these cells behind the rows of these numbers.

    The added cells stand in columns of their own, behind the longest row. Texts that a spreadsheet
    would take for a formula begin with an apostrophe; numbers and dates stay as they were.
    """
    width = max(len(row) for row in sheet.rows)
    rows = (
        [*row, *[SheetCell()] * (width - len(row)), *map(SheetCell, added.get(number, ()))]
        for number, row in enumerate(sheet.rows)
    )
    return _csv_bytes(rows, sheet.delimiter) if sheet.delimiter else _xlsx_bytes(rows, sheet.title)


def _csv_bytes(rows: Iterator[list[SheetCell]], delimiter: str) -> bytes:
    lines = StringIO(newline="")
    writer = csv.writer(lines, delimiter=delimiter)
    for row in rows:
        writer.writerow([harmless_text(cell.text) for cell in row])
    return f"{BYTE_ORDER_MARK}{lines.getvalue()}".encode("utf-8", "replace")


def _xlsx_bytes(rows: Iterator[list[SheetCell]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([_written(sheet, cell) for cell in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _written(sheet: Any, cell: SheetCell) -> Any:
    if not isinstance(cell.value, str):
        written = WriteOnlyCell(sheet, cell.value)
        written.number_format = cell.number_format
        return written
    written = WriteOnlyCell(sheet, harmless_text(cell.value))
    written.data_type = "s"
    return written
