"""Cells of spreadsheets that are given out: no text in them may act as a formula."""

import re
from datetime import date
from decimal import Decimal

Cell = str | int | Decimal | date | None
BYTE_ORDER_MARK = "\ufeff"

FORMULA = re.compile(
    r"[\t\r\n]|[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\u2212\uff0b\uff0d\uff1d\uff20]"
)
"""How a formula begins: full-width signs and a real minus count too, blanks of any kind before."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_000
"""A cell of Excel holds 32,767 letters."""


def harmless_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    clean = UNPRINTABLE.sub("", text)[:LONGEST_CELL]
    return f"'{clean}" if FORMULA.match(clean) else clean


def harmless(value: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers and dates stay as they are."""
    return harmless_text(value) if isinstance(value, str) else value
