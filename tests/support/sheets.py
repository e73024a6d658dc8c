"""Spreadsheets for tests."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a workbook of one sheet with these rows; texts stay texts, whatever they begin with."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def rows_of(content: bytes) -> list[list[Any]]:
    """Return what stands in the first sheet of a workbook."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def kinds_of(content: bytes) -> set[str]:
    """Return the kinds of its cells: `f` is a formula."""
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return {cell.data_type for row in sheet.iter_rows() for cell in row}


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return the package with these parts in place of its own, or besides them."""
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        kept = {name: old.read(name) for name in old.namelist()}
        for name, body in (kept | parts).items():
            new.writestr(name, body)
    return file.getvalue()
