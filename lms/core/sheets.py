"""Spreadsheets that people bring: read within bounds, written so that nothing in them acts.

No formula is ever worked out, and nothing in what is given out acts as one.
"""

import csv
import re
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any
from warnings import catch_warnings, simplefilter

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from lms.core.cells import harmless_text
from lms.core.workbooks import LONGEST_TITLE, csv_of

MEGABYTE = 1024 * 1024
MOST_PARTS = 500
MOST_BLANK = 20_000
"""Empty rows in a stretch: sheets are often framed far below their last line."""
MOST_MERGED = 100_000
"""So many merged cells are filled at most, however often a hostile file says that they overlap."""
DELIMITERS = ";,\t|"
LOOKED_AT = 20
"""Lines in which the delimiter of a CSV file is looked for."""

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIPPED = b"PK\x03\x04"
MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^>]{0,80}?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"'
)
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


Rows = tuple[tuple["SheetCell", ...], ...]


class SheetError(Exception):
    """The file cannot be read as a sheet; its message is for people."""


@dataclass(frozen=True)
class Reading:
    """How far a file is read, and how its cells are.

    With `is_finished`, a formula gives the value that the spreadsheet kept of it, and the cells
    that were merged below each other all have the value of the first.
    """

    megabytes: int = 1
    unpacked_megabytes: int = 8
    rows: int = 2_000
    columns: int = 50
    is_finished: bool = False

    @property
    def most_bytes(self) -> int:
        """How many bytes a file may have."""
        return self.megabytes * MEGABYTE


AS_IT_STANDS = Reading()


@dataclass(frozen=True)
class SheetCell:
    """What stands in a cell, and how a number or a date in it is shown.

    `is_formula` says that a formula stands in it, whether or not its value is known.
    """

    value: Value = None
    number_format: str = GENERAL
    is_formula: bool = False

    @property
    def text(self) -> str:
        """The value as text; empty for nothing."""
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Sheet:
    """The rows of a file; `delimiter` for CSV, empty for XLSX."""

    rows: Rows
    title: str = ""
    delimiter: str = ""

    @property
    def extension(self) -> str:
        """How a file of this kind is named."""
        return "csv" if self.delimiter else "xlsx"


def read_sheet(content: bytes, reading: Reading = AS_IT_STANDS) -> Sheet:
    """Read an XLSX file (its first sheet) or a CSV file; what it is called does not matter.

    Raises:
        SheetError: it is neither, it is too big, it has macros, or it is damaged.
    """
    if len(content) > reading.most_bytes:
        raise SheetError(
            _("The file is too big: at most %(number)d MB.") % {"number": reading.megabytes}
        )
    if content.startswith(OLD_EXCEL):
        raise SheetError(
            _("This is a file of an old Excel or one with a password. Save it as XLSX without one.")
        )
    if content.startswith(ZIPPED):
        return _read_xlsx(content, reading)
    return _read_csv(content, reading)


def _read_xlsx(content: bytes, reading: Reading) -> Sheet:
    try:
        _check_package(content, reading)
        title, rows = _first_sheet(content, reading)
        if reading.is_finished:
            rows = _finished(content, rows, reading)
    except BROKEN as error:
        raise SheetError(
            _("The file is damaged or is no XLSX. Open it and save it anew.")
        ) from error
    return Sheet(rows=rows, title=title)


def _first_sheet(content: bytes, reading: Reading, *, has_values: bool = False) -> tuple[str, Rows]:
    with catch_warnings():
        simplefilter("ignore")  # openpyxl warns of features that it drops, and quotes cells
        book = load_workbook(
            BytesIO(content), read_only=True, keep_links=False, data_only=has_values
        )
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        cells = (tuple(_cell(cell) for cell in row) for row in sheet.iter_rows())
        rows = _bounded(cells, reading)
        title = str(sheet.title)
        book.close()
    return title, rows


def _finished(content: bytes, rows: Rows, reading: Reading) -> Rows:
    """Return the rows with what formulas gave when the file was saved, and merged cells filled."""
    if any(cell.is_formula for row in rows for cell in row):
        values = _grid(_first_sheet(content, reading, has_values=True)[1])
        rows = tuple(
            tuple(
                replace(values.get((place, column), SheetCell()), is_formula=True)
                if cell.is_formula
                else cell
                for column, cell in enumerate(row)
            )
            for place, row in enumerate(rows)
        )
    merged = _merged_below(content)
    return _filled(rows, merged) if merged else rows


def _grid(rows: Rows) -> dict[tuple[int, int], SheetCell]:
    return {
        (place, column): cell for place, row in enumerate(rows) for column, cell in enumerate(row)
    }


def _merged_below(content: bytes) -> list[tuple[int, int, int]]:
    """Return column, first and last row (from 0) of what is merged over several rows."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        part = str(book.worksheets[0]._worksheet_path)  # the reader gives no merged cells
        book.close()
        text = package.read(part.lstrip("/"))
    return [
        (column_index_from_string(found[1].decode()) - 1, int(found[2]) - 1, int(found[3]) - 1)
        for found in MERGED.finditer(text)
        if found[2] != found[3]
    ]


def _filled(rows: Rows, merged: Iterable[tuple[int, int, int]]) -> Rows:
    filled = [list(row) for row in rows]
    left = MOST_MERGED
    for column, first, last in merged:
        if left <= 0:
            break
        if first >= len(filled) or column >= len(filled[first]):
            continue
        value = filled[first][column]
        for row in filled[first + 1 : last + 1][:left]:
            row.extend([SheetCell()] * (column + 1 - len(row)))
            row[column] = value
            left -= 1
    return tuple(tuple(row) for row in filled)


def _check_package(content: bytes, reading: Reading) -> None:
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
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > reading.unpacked_megabytes * MEGABYTE:
        raise SheetError(_("The file unpacks to too much. Copy the rows into a new sheet."))


def _cell(cell: Any) -> SheetCell:
    value = cell.value
    if value is None:
        return SheetCell()
    if not isinstance(value, Value):
        value = str(getattr(value, "text", None) or "")  # a formula over several cells
    return SheetCell(value, str(cell.number_format or GENERAL), cell.data_type == "f")


def _bounded(rows: Iterable[tuple[SheetCell, ...]], reading: Reading) -> Rows:
    """Return the rows without the empty ones at the end, of which a sheet may have very many.

    Raises SheetError if the others are too many.
    """
    kept: list[tuple[SheetCell, ...]] = []
    blank = 0
    for row in rows:
        filled = [place for place, cell in enumerate(row, start=1) if cell.is_formula or cell.text]
        width = max(filled, default=0)
        blank += not width
        is_too_long = bool(width) and len(kept) + blank >= reading.rows
        if width > reading.columns or is_too_long or blank > MOST_BLANK:
            raise SheetError(
                _("The sheet is too big: at most %(rows)s rows and %(columns)s columns.")
                % {"rows": reading.rows, "columns": reading.columns}
            )
        if width:
            kept.extend([()] * blank)
            kept.append(row[:width])
            blank = 0
    if not kept:
        raise SheetError(_("The sheet is empty."))
    return tuple(kept)


def _read_csv(content: bytes, reading: Reading) -> Sheet:
    text = _decoded(content)
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = _bounded(
            (tuple(SheetCell(value or None) for value in row) for row in reader), reading
        )
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
    if sheet.delimiter:
        return csv_of(([cell.text for cell in row] for row in rows), delimiter=sheet.delimiter)
    return _xlsx_bytes(rows, sheet.title)


def _xlsx_bytes(rows: Iterator[list[SheetCell]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:LONGEST_TITLE])
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
