"""A sheet of people is read however it was made: headings, columns, cells, encodings."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from lms.core.sheets import SheetError
from lms.learning.staff_imports.checking import check_rows
from lms.learning.staff_imports.headings import HEADINGS, headed
from lms.learning.staff_imports.reading import EXAMPLE_EMAIL, MOST_PEOPLE, read_people
from lms.learning.staff_imports.rows import LABELS, Column, SheetRow
from tests.factories.people_sheets import people_csv, people_xlsx
from tests.support.sheets import repacked, xlsx

ROSA = ["rosa@example.test", "Rosa Quispe Ñahui"]
READ = {"email": "rosa@example.test", "name": "Rosa Quispe Ñahui"}
SHORT = ("Correo", "Nombre")


def cells(rows: list[SheetRow]) -> list[dict[str, str]]:
    return [{str(name): text for name, text in row.cells.items()} for row in rows]


def read(*rows: list[Any]) -> list[dict[str, str]]:
    return cells(read_people(xlsx(rows)).rows)


def problems(*rows: list[Any], head: tuple[str, ...] = SHORT) -> list[tuple[int, str, str]]:
    """Return line, column and words of each problem that the rows have by themselves."""
    with translation.override("en"):
        checked = check_rows(read_people(people_xlsx(rows, head=head)).rows)
        return [
            (one.line, str(problem.column), problem.message)
            for one in checked
            for problem in one.problems
        ]


@pytest.mark.parametrize(
    "head",
    [
        ["Correo", "Nombre"],
        ["CORREO ELECTRÓNICO *", "nombres  y apellidos"],
        ["E-mail", "Full name"],
        ["e-mail address (obligatorio)", "Nombre completo"],
    ],
)
def test_columns_are_known_in_both_languages_whatever_their_order(head: list[str]) -> None:
    assert read(head, ROSA) == [READ]
    assert read(head[::-1], ROSA[::-1]) == [READ]


@pytest.mark.parametrize("language", ["es", "en"])
def test_headings_of_the_template_are_known_in_each_language(language: str) -> None:
    with translation.override(language):
        heads = {str(column): headed(0, str(label)) for column, label in LABELS.items()}

    parts = {column: str(found.part) if found else "" for column, found in heads.items()}
    assert parts == {column: column for column in parts} | {"name": "full_name"}


def test_no_heading_means_two_things() -> None:
    words = [one for text in HEADINGS.values() for one in text.split("|")]

    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("head", "row", "name"),
    [
        (
            ["Correo", "Nombres", "Apellidos"],
            ["a@b.pe", "Rosa Elena", "de la Cruz"],
            "Rosa Elena de la Cruz",
        ),
        (
            ["Correo", "Apellido paterno", "Apellido materno", "Nombres"],
            ["a@b.pe", "Quispe", "Ñahui", "Rosa"],
            "Rosa Quispe Ñahui",
        ),
        (["Correo", "Apellidos y nombres"], ["a@b.pe", "QUISPE ÑAHUI, Rosa"], "Rosa QUISPE ÑAHUI"),
        (["Correo", "Nombres", "Apellidos"], ["a@b.pe", "Nayap", None], "Nayap"),
    ],
)
def test_names_in_several_columns_make_one(head: list[str], row: list[Any], name: str) -> None:
    assert read(head, row)[0]["name"] == name


def test_units_in_several_columns_make_one_path() -> None:
    head = ["Correo", "Región", "Comisaría", "Turno"]

    assert (
        read(head, ["a@b.pe", "Sur", "Paso Real", "Noche"])[0]["unit"] == "Sur / Paso Real / Noche"
    )


def test_heading_of_a_document_says_its_kind() -> None:
    found = read(
        ["Correo", "DNI", "Pasaporte"], ["a@b.pe", None, "AB12345"], ["c@b.pe", "45678912", None]
    )

    assert [(row["kind"], row["document"]) for row in found] == [
        (str(translation.gettext("Passport")), "AB12345"),
        ("DNI", "45678912"),
    ]


def test_titles_empty_rows_and_repeated_headings_are_no_people() -> None:
    head = ["Correo", "Nombre"]
    sheet = read_people(
        xlsx(
            [
                ["Personal de la comisaría"],
                [],
                head,
                ["E-mail", "Name"],
                ROSA,
                [],
                head,
                ["z@b.pe", "Luz"],
            ]
        )
    )

    assert [(row.line, row.text(Column.NAME)) for row in sheet.rows] == [
        (5, "Rosa Quispe Ñahui"),
        (8, "Luz"),
    ]


def test_headings_in_two_lines_with_merged_cells_are_put_together() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["Correo", "Persona", None, "Destino"],
        [None, "Nombres", "Apellidos", "Unidad"],
        ["a@b.pe", "Rosa", "Quispe", "Norte"],
        ["c@b.pe", "Luz", "Ramos", None],
    ):
        page.append(row)
    page.merge_cells("A1:A2")
    page.merge_cells("B1:C1")
    page.merge_cells("D3:D4")
    file = BytesIO()
    book.save(file)

    assert cells(read_people(file.getvalue()).rows) == [
        {"email": "a@b.pe", "name": "Rosa Quispe", "unit": "Norte"},
        {"email": "c@b.pe", "name": "Luz Ramos", "unit": "Norte"},
    ]


def test_fifty_columns_are_read_and_the_unknown_named() -> None:
    more = [f"Dato {number}" for number in range(48)]
    sheet = read_people(xlsx([["N.º", *SHORT, *more], [1, *ROSA, *more]]))

    assert (cells(sheet.rows), sheet.unknown) == ([READ], tuple(more))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_read_as_it_comes(encoding: str, delimiter: str) -> None:
    text = f"Correo{delimiter}Nombre\r\n\r\n{ROSA[0]}{delimiter}{ROSA[1]}\r\n"

    assert cells(read_people(text.encode(encoding)).rows) == [READ]


def test_example_row_is_passed_over() -> None:
    sheet = read_people(people_xlsx([[EXAMPLE_EMAIL.upper(), "EJEMPLO"], ROSA], head=SHORT))

    assert (cells(sheet.rows), sheet.has_example) == ([READ], True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (xlsx([["Nombre", "DNI"], ["Rosa", "45678912"]]), "no column “E-mail”"),
        (xlsx([["a@b.pe", "Rosa"], ["c@b.pe", "Luz"]]), "no column “E-mail”"),
        (people_xlsx([], head=SHORT), "no people"),
        (people_xlsx([[EXAMPLE_EMAIL, "x"]], head=SHORT), "no people"),
        (people_csv([["a@b.pe", "Rosa"]] * (MOST_PEOPLE + 1), head=SHORT), "5001 people"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old Excel or one with a password"),
        (b"%PDF-1.7\n\x00\x01", "no XLSX and no CSV"),
        (repacked(xlsx([ROSA]), x=b" " * 49 * 1024 * 1024), "unpacks to too much"),
        (b"x" * (5 * 1024 * 1024 + 1), "at most 5 MB"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, words: str) -> None:
    with pytest.raises(SheetError) as refused, translation.override("en"):
        read_people(content)

    assert words in str(refused.value)


DNI = ("Correo", "Nombre", "DNI")


def test_lost_zeros_of_a_number_are_recognized_and_a_short_text_is_not() -> None:
    rows = [
        ["a@b.pe", "Rosa", 1234567],
        ["b@b.pe", "Luz", "1234567"],
        ["c@b.pe", "Ana", 45678912.0],
    ]
    checked = check_rows(read_people(people_xlsx(rows, head=DNI)).rows)

    assert [[one.suggestion for one in row.problems] for row in checked] == [["01234567"], [""], []]
    assert checked[2].number == "45678912"


def test_lost_zeros_of_a_csv_are_recognized() -> None:
    checked = check_rows(read_people(people_csv([["a@b.pe", "Rosa", "234567"]], head=DNI)).rows)

    assert checked[0].problems[0].suggestion == "00234567"


def test_dates_formulas_and_shortened_numbers_are_said() -> None:
    body = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        '2006/main"><sheetData><row r="1"><c r="A1" t="str"><v>Correo</v></c><c r="B1" t="str"><v>'
        'Nombre</v></c></row><row r="2"><c r="A2" t="str"><f>1</f><v>a@b.pe</v></c>'
        '<c r="B2"><f>A9</f></c></row></sheetData></worksheet>'
    )
    content = repacked(xlsx([["x"]]), **{"xl/worksheets/sheet1.xml": body.encode()})
    with translation.override("en"):
        [row] = check_rows(read_people(content).rows)

    assert (row.email, [one.column for one in row.problems]) == ("a@b.pe", [Column.NAME])
    assert "formula" in row.problems[0].message
    day = datetime.fromisoformat("2026-03-01")
    found = problems(["a@b.pe", "Rosa", day], ["b@b.pe", "Luz", "4,5E+07"], head=DNI)
    assert [(line, column) for line, column, _ in found] == [(2, "document"), (3, "document")]
    assert "date" in found[0][2]
    assert "digits are lost" in found[1][2]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["sin arroba", "Rosa"], [("email", "no e-mail address")]),
        (["<A@B.PE>; ", "Rosa"], []),
        ([None, "Rosa"], [("email", "or, for people without one, a user name")]),
        (["a@b.pe", "Rosa 3"], [("name", "cannot be part of the name")]),
        (["a@b.pe", "\u202eRosa"], [("name", "invisible")]),
        (["a@b.pe", "Rosa", "DNI", "123"], [("document", "8 digits")]),
        (["a@b.pe", "Rosa", "CE", "12345678"], [("document", "9 digits")]),
        (["a@b.pe", "Rosa", "carné", "12345678"], [("kind", "Unknown kind")]),
        (["a@b.pe", "Rosa", None, "45.678.912"], []),
        ([None, "Rosa", None, None, "ro"], [("username", "between 3 and 60")]),
        ([None, "Rosa", None, None, "rosa@b.pe"], [("username", "letters without accents")]),
        (["a@b.pe", "Rosa", None, None, "ñ"], []),
        (["a@b.pe", "Rosa", None, None, None, "francés"], [("language", "Spanish or English")]),
        (["a@b.pe", "Rosa", None, None, None, "Inglés"], []),
    ],
)
def test_each_problem_stands_at_its_cell(row: list[Any], expected: list[tuple[str, str]]) -> None:
    head = (*SHORT, "Tipo de documento", "Número de documento", "Usuario", "Idioma")
    found = problems(row, head=head)

    assert [column for _line, column, _words in found] == [column for column, _words in expected]
    for (_line, _column, words), (_, part) in zip(found, expected, strict=True):
        assert part in words


def test_one_person_in_two_rows_is_said_at_both() -> None:
    head = ("Correo", "Usuario", "Nombre", "DNI")
    found = problems(
        ["A@b.pe", None, "Rosa", None],
        ["a@B.pe ", None, "Rosa", None],
        [None, "luz", "Luz", "45678912"],
        [None, "LUZ", "Luz", None],
        ["c@b.pe", None, "Luz", "45678912"],
        head=head,
    )

    assert [(line, column) for line, column, _words in found] == [
        (2, "email"),
        (3, "email"),
        (4, "username"),
        (4, "document"),
        (5, "username"),
        (6, "document"),
    ]
    assert found[0][2].endswith(": 3.")


def test_text_that_was_guarded_against_formulas_is_itself_again() -> None:
    assert read(["Correo", "Nombre"], ["'+a@b.pe", "'Abd"])[0] == {
        "email": "+a@b.pe",
        "name": "'Abd",
    }
