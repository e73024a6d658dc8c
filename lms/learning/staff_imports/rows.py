"""The rows of a sheet of people as they wait in the database: sealed, for identity documents are in it."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cryptography.fernet import InvalidToken
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.accounts.crypto import cipher

PURPOSE = "staff-import"
LONGEST_CELL = 500
"""So much of a cell is kept; no name, address or path of a unit is longer."""


class Column(StrEnum):
    """What a row says of a person."""

    EMAIL = "email"
    USERNAME = "username"
    NAME = "name"
    DOCUMENT_KIND = "kind"
    DOCUMENT = "document"
    UNIT = "unit"
    COURSE = "course"
    COHORT = "cohort"
    LANGUAGE = "language"


LABELS: dict[Column, Promise | str] = {
    Column.EMAIL: _("E-mail"),
    Column.USERNAME: _("User name"),
    Column.NAME: _("Names and surnames"),
    Column.DOCUMENT_KIND: _("Kind of document"),
    Column.DOCUMENT: _("Document number"),
    Column.UNIT: _("Unit"),
    Column.COURSE: _("Course"),
    Column.COHORT: _("Cohort"),
    Column.LANGUAGE: _("Language"),
}
"""How each column is headed in the template, on the pages and in the report."""


class Mark(StrEnum):
    """What a spreadsheet made of a cell, where the text alone does not tell."""

    NUMBER = "number"
    DATE = "date"
    EMPTY_FORMULA = "formula"


class RowsLost(Exception):
    """The rows were sealed with a key that is gone; the file has to be brought again."""


@dataclass(frozen=True)
class SheetRow:
    """One row as it was read or corrected: its number in the sheet, and the text of each column.

    `is_out` says that somebody left it out; `reason` why it was refused in the end.
    """

    line: int
    cells: dict[Column, str]
    marks: dict[Column, Mark] = field(default_factory=dict)
    is_out: bool = False
    reason: str = ""

    def text(self, column: Column) -> str:
        """What stands in a column; empty for nothing."""
        return self.cells.get(column, "")


def seal(rows: Iterable[SheetRow]) -> list[str]:
    """Return the rows as they are kept: one encrypted text in a list, or nothing."""
    plain = [[row.line, row.cells, row.marks, row.is_out, row.reason] for row in rows]
    if not plain:
        return []
    raw = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return [cipher(PURPOSE).encrypt(zlib.compress(raw)).decode()]


def unseal(kept: list[str]) -> list[SheetRow]:
    """Return the rows that were sealed.

    Raises:
        RowsLost: they cannot be read any more.
    """
    found: list[SheetRow] = []
    for sealed in kept:
        try:
            raw = cipher(PURPOSE).decrypt(sealed.encode())
        except InvalidToken as error:
            raise RowsLost from error
        found.extend(_row(one) for one in json.loads(zlib.decompress(raw)))
    return found


def _row(kept: list[Any]) -> SheetRow:
    line, cells, marks, is_out, reason = kept
    return SheetRow(
        line=line,
        cells={Column(name): text for name, text in cells.items()},
        marks={Column(name): Mark(mark) for name, mark in marks.items()},
        is_out=is_out,
        reason=reason,
    )
