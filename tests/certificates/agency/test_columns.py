"""Which column of a sheet holds the codes, and what its rows ask."""

import pytest

from certificates.agency.columns import (
    UnclearColumnError,
    choose_column,
    columns_with_codes,
    heading_row,
    rows_asked,
)
from certificates.agency.finding import ListedLine
from lms.core.sheets import Sheet, SheetCell

CODE = "8K2MZ4QW7TRXN5V0CDEH"
OTHER = "0123456789ABCDEFGHJK"


def sheet(*rows: list[str | None]) -> Sheet:
    return Sheet(tuple(tuple(SheetCell(value) for value in row) for row in rows))


@pytest.mark.parametrize(
    ("found", "index", "head"),
    [
        (sheet(["Nombre", "Código"], ["Rosa", CODE]), 1, 0),
        (sheet(["Rosa", CODE], ["Luz", OTHER]), 1, None),
        (sheet(["Lista"], [None], ["N.º", "Certificado"], ["1", CODE]), 1, 2),
        (sheet(["Antes", "Código"], [CODE, CODE]), 1, 0),
        (sheet(["Código", "Nota"], ["no es", ""]), 0, 0),
        (sheet(*[["x", CODE]] * 10, [OTHER, CODE]), 1, None),
    ],
)
def test_column_is_found_by_content_or_heading(found: Sheet, index: int, head: int | None) -> None:
    column = choose_column(columns_with_codes(found))

    assert (column.index, heading_row(found, column)) == (index, head)


@pytest.mark.parametrize(
    ("found", "letters"),
    [
        (sheet(["Antes", "Ahora"], [CODE, OTHER]), ["A", "B"]),
        (sheet(["Código A", "Código B"], [CODE, OTHER]), ["A", "B"]),
        (sheet(["Nombre"], ["Rosa"]), []),
    ],
)
def test_unclear_column_is_asked_for(found: Sheet, letters: list[str]) -> None:
    with pytest.raises(UnclearColumnError) as unclear:
        choose_column(columns_with_codes(found))

    assert [column.letter for column in unclear.value.columns] == letters


def test_rows_below_the_heading_ask() -> None:
    found = sheet(["Lista"], ["Código"], [CODE], [None], ["¿?"], [f"{OTHER} {CODE}"])

    asked = rows_asked(found, choose_column(columns_with_codes(found)))

    assert asked == [ListedLine(3, CODE), ListedLine(5, None, "¿?"), ListedLine(6, OTHER)]
