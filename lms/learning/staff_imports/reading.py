"""From a file to rows of people: what stands where, in the words of the sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from lms.core.sheets import Reading, Sheet, SheetCell, SheetError, read_sheet
from lms.learning.staff_imports.headings import Head, Headed, Part, find_head, is_heading_row
from lms.learning.staff_imports.rows import LONGEST_CELL, Column, Mark, SheetRow

MOST_PEOPLE = 5_000
READING = Reading(
    megabytes=5, unpacked_megabytes=48, rows=MOST_PEOPLE + 1_000, columns=100, is_finished=True
)
EXAMPLE_EMAIL = "persona@ejemplo.example"
"""The address of the template's example row, by which the row is known and passed over."""

SIMPLE: tuple[tuple[Column, Part], ...] = (
    (Column.EMAIL, Part.EMAIL),
    (Column.USERNAME, Part.USERNAME),
    (Column.DOCUMENT_KIND, Part.DOCUMENT_KIND),
    (Column.COURSE, Part.COURSE),
    (Column.COHORT, Part.COHORT),
    (Column.LANGUAGE, Part.LANGUAGE),
)
LEADING_SIGNS = "=+-@\t\r\n"


@dataclass(frozen=True)
class ReadSheet:
    """The people of a file; headings that nobody knew; whether the example row was still in it."""

    rows: list[SheetRow]
    unknown: tuple[str, ...] = ()
    has_example: bool = False


def read_people(content: bytes) -> ReadSheet:
    """Read a file of people, with every row that says anything below its headings.

    Raises:
        SheetError: the file cannot be read, has no headings that we know, no people, or too many.
    """
    sheet = read_sheet(content, READING)
    head = find_head(sheet)
    if head is None or not head.names_a_person:
        raise SheetError(
            _(
                "There is no column “E-mail” and none “User name”. Write the headings above the "
                "people as in the template."
            )
        )
    rows = list(_people(sheet, head))
    kept = [row for row in rows if row.text(Column.EMAIL).lower() != EXAMPLE_EMAIL]
    if not kept:
        raise SheetError(_("There are no people below the headings."))
    if len(kept) > MOST_PEOPLE:
        raise SheetError(
            _("There are %(number)d people in it. At most %(most)d at once: divide the file.")
            % {"number": len(kept), "most": MOST_PEOPLE}
        )
    return ReadSheet(kept, head.unknown, has_example=len(kept) < len(rows))


def _people(sheet: Sheet, head: Head) -> Iterable[SheetRow]:
    is_csv = bool(sheet.delimiter)
    for place, cells in enumerate(sheet.rows[head.row + 1 :], start=head.row + 2):
        if any(cell.text.strip() or cell.is_formula for cell in cells) and not is_heading_row(
            cells
        ):
            row = _person(place, cells, head, is_csv=is_csv)
            if row.cells or row.marks:
                yield row


def _person(line: int, cells: Sequence[SheetCell], head: Head, *, is_csv: bool) -> SheetRow:
    texts: dict[Column, str] = {}
    marks: dict[Column, Mark] = {}
    for column, part in SIMPLE:
        _take(texts, marks, column, _first(cells, head.of(part))[0])
    document, heading = _first(cells, head.of(Part.DOCUMENT))
    _take(texts, marks, Column.DOCUMENT, document)
    if is_csv and texts.get(Column.DOCUMENT, "").isdigit():
        marks[Column.DOCUMENT] = Mark.NUMBER  # a CSV does not tell a number from a text
    if heading is not None and heading.kind and Column.DOCUMENT in texts:
        texts.setdefault(Column.DOCUMENT_KIND, str(heading.kind.label))
    _join(texts, marks, Column.NAME, _name_cells(cells, head), " ")
    unit = [_first(cells, head.of(Part.UNIT))[0]]
    levels = [_first(cells, head.of(part))[0] for part in (Part.REGION, Part.STATION, Part.SHIFT)]
    _join(texts, marks, Column.UNIT, unit if unit[0] and shown(unit[0]) else levels, " / ")
    return SheetRow(line, texts, marks)


def _first(
    cells: Sequence[SheetCell], columns: Sequence[Headed]
) -> tuple[SheetCell | None, Headed | None]:
    """Return the first cell of these columns that says anything."""
    filled = [
        (cells[one.index], one)
        for one in columns
        if one.index < len(cells) and (shown(cells[one.index]) or cells[one.index].is_formula)
    ]
    return filled[0] if filled else (None, None)


def _name_cells(cells: Sequence[SheetCell], head: Head) -> list[SheetCell | None]:
    """Return the cells of the whole name, given names first."""
    whole = _first(cells, head.of(Part.FULL_NAME))[0]
    if whole is not None:
        return [whole]
    turned = _first(cells, head.of(Part.SURNAMES_FIRST))[0]
    if turned is not None:
        surnames, comma, names = shown(turned).partition(",")
        return [SheetCell(f"{names.strip()} {surnames.strip()}")] if comma else [turned]
    parts = (Part.NAME, Part.SURNAMES, Part.FIRST_SURNAME, Part.SECOND_SURNAME)
    return [_first(cells, head.of(part))[0] for part in parts]


def _take(
    texts: dict[Column, str], marks: dict[Column, Mark], column: Column, cell: SheetCell | None
) -> None:
    _join(texts, marks, column, [cell], "")


def _join(
    texts: dict[Column, str],
    marks: dict[Column, Mark],
    column: Column,
    cells: Iterable[SheetCell | None],
    between: str,
) -> None:
    """Write what cells say together into one column, and what the spreadsheet made of them."""
    filled = [cell for cell in cells if cell is not None]
    text = between.join(shown(cell) for cell in filled if shown(cell))[:LONGEST_CELL]
    if text:
        texts[column] = text
    found = [mark for mark in map(_mark, filled) if mark is not None]
    if found:
        marks[column] = found[0]


def _mark(cell: SheetCell) -> Mark | None:
    if cell.is_formula and not shown(cell):
        return Mark.EMPTY_FORMULA
    if isinstance(cell.value, date | datetime | time | timedelta):
        return Mark.DATE
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return Mark.NUMBER if is_number else None


def shown(cell: SheetCell) -> str:
    """Return a cell as its reader sees it: 45678912 and not 45678912.0, a day and not its midnight."""
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    text = " ".join(cell.text.split())
    is_guarded = text.startswith("'") and text[1:2] in LEADING_SIGNS and len(text) > 1
    return text[1:].strip() if is_guarded else text
