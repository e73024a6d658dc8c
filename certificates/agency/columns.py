"""Which column of a sheet holds the codes, and what each of its rows asks."""

from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from certificates.agency.finding import SHOWN, ListedLine, find_codes, is_heading
from lms.core.sheets import Sheet

FAR_AHEAD = 10
"""A column with so many times the codes of the next one needs no question."""


@dataclass(frozen=True)
class Column:
    """A column with codes in it, or with their heading."""

    index: int
    heading: str
    codes: int
    is_headed: bool

    @property
    def letter(self) -> str:
        """The column's name in a spreadsheet."""
        return str(get_column_letter(self.index + 1))


class UnclearColumnError(Exception):
    """Several columns may hold the codes (`columns`), or none does and the list is empty."""

    def __init__(self, columns: list[Column]) -> None:
        super().__init__(columns)
        self.columns = columns


def columns_with_codes(sheet: Sheet) -> list[Column]:
    """Return the columns with at least one code, or with the heading of codes."""
    width = max(len(row) for row in sheet.rows)
    found = [_column(sheet, index) for index in range(width)]
    return [column for column in found if column.codes or column.is_headed]


def _column(sheet: Sheet, index: int) -> Column:
    texts = [row[index].text for row in sheet.rows if index < len(row)]
    codes = [bool(find_codes(text)) for text in texts]
    before = texts[: codes.index(True)] if True in codes else texts[:FAR_AHEAD]
    headings = [text for text in before if is_heading(text)]
    heading = headings[-1] if headings else next((text for text in before if text), "")
    return Column(index, heading[:SHOWN], sum(codes), bool(headings))


def choose_column(columns: list[Column]) -> Column:
    """Return the one column that holds the codes, by its content, else by its heading.

    Raises:
        UnclearColumnError: a person must say which one.
    """
    filled = sorted((one for one in columns if one.codes), key=lambda one: (-one.codes, one.index))
    if len(filled) == 1 or (len(filled) > 1 and filled[0].codes >= FAR_AHEAD * filled[1].codes):
        return filled[0]
    headed = [one for one in (filled or columns) if one.is_headed]
    if len(headed) == 1:
        return headed[0]
    raise UnclearColumnError(filled)


def heading_row(sheet: Sheet, column: Column) -> int | None:
    """Return the number, from 0, of the row with the headings; None if the first row has a code."""
    texts = [row[column.index].text if column.index < len(row) else "" for row in sheet.rows]
    first = next((place for place, text in enumerate(texts) if find_codes(text)), len(texts))
    headings = [place for place, text in enumerate(texts[:first]) if is_heading(text)]
    if headings:
        return headings[-1]
    return first - 1 if 0 < first < len(texts) else None


def rows_asked(sheet: Sheet, column: Column) -> list[ListedLine]:
    """Return what each row below the headings asks, with its number as a spreadsheet counts.

    A row with nothing in this column asks nothing; of several codes in a cell the first counts.
    """
    head = heading_row(sheet, column)
    found: list[ListedLine] = []
    for place, row in enumerate(sheet.rows):
        text = row[column.index].text.strip() if column.index < len(row) else ""
        if not text or (head is not None and place <= head):
            continue
        codes = find_codes(text)
        found.append(
            ListedLine(place + 1, codes[0]) if codes else ListedLine(place + 1, None, text[:SHOWN])
        )
    return found
