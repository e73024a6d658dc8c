"""A coordinator's sheet is read within bounds and comes back harmless."""

import csv
import random
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from certificates.codes import grouped
from lms.core import sheets
from lms.core.sheets import (
    AS_IT_STANDS,
    Reading,
    Sheet,
    SheetCell,
    SheetError,
    read_sheet,
    sheet_file,
)
from tests.support.sheets import kinds_of, repacked, rows_of, xlsx

CODE = "8K2MZ4QW7TRXN5V0CDEH"
OTHER = "0123456789ABCDEFGHJK"
ADDED = {0: ("Estado", "Comprobado el"), 1: ("Vigente", "2026-11-26 10:00")}
PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","x")',
    '=WEBSERVICE("https://evil.example")',
    "=IMPORTXML(CONCAT(1),2)",
    "=DDE(1;2;3)",
    "+1+1",
    "+51 999 999 999",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\uff1d1+1",
    "\u22121+1",
    "\ufeff\u200b=1+1",
]


def csv_rows(content: bytes, delimiter: str = ";") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


def plain(sheet: Sheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.rows]


def test_sheet_comes_back_with_two_columns_more() -> None:
    day = datetime.fromisoformat("2026-11-24")
    rows = [["Nombre", "Código", "Fecha", "Horas"], ["Rosa", grouped(CODE), day, 2.5], ["Luz"]]

    back = rows_of(sheet_file(read_sheet(xlsx(rows)), added=ADDED))

    assert back == [
        [*rows[0], "Estado", "Comprobado el"],
        [*rows[1], "Vigente", "2026-11-26 10:00"],
        ["Luz", None, None, None, None, None],
    ]


def test_dates_look_as_they_did() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    cell = sheet.cell(1, 1, datetime.fromisoformat("2026-11-24"))
    cell.number_format = "dd/mm/yyyy"
    file = BytesIO()
    book.save(file)

    assert read_sheet(file.getvalue()).rows[0][0].number_format == "dd/mm/yyyy"


def sheet_of_payloads(column: int) -> list[list[Any]]:
    """Return a sheet with each payload in one column, and in its heading."""
    rows: list[list[Any]] = [["Rosa", CODE, "Lima", "x"] for _ in PAYLOADS]
    for row, payload in zip(rows, PAYLOADS, strict=True):
        row[column] = payload
    return [["a", "Código", "b", "c"], *rows]


@pytest.mark.parametrize("column", range(4))
def test_no_cell_of_a_workbook_becomes_a_formula(column: int) -> None:
    content = sheet_file(read_sheet(xlsx(sheet_of_payloads(column))), added=ADDED)

    got = [row[column] for row in rows_of(content)[1:]]
    assert "f" not in kinds_of(content)
    assert [text[0] for text in got] == ["'"] * 19
    assert [text[1:].strip() for text in got] == [payload.strip() for payload in PAYLOADS]


@pytest.mark.parametrize("column", range(4))
def test_no_cell_of_a_csv_becomes_a_formula(column: int) -> None:
    lines = StringIO(newline="")
    csv.writer(lines, delimiter=";").writerows(sheet_of_payloads(column))

    content = sheet_file(read_sheet(lines.getvalue().encode()), added=ADDED)

    got = [row[column] for row in csv_rows(content)[1:]]
    assert got == [f"'{payload}" for payload in PAYLOADS]


def test_formula_of_a_workbook_is_read_as_text_and_never_worked_out() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Código", "=1+1"])
    sheet.append([CODE, '=CONCATENATE("a","b")'])
    file = BytesIO()
    book.save(file)

    content = sheet_file(read_sheet(file.getvalue()), added={})

    assert rows_of(content) == [["Código", "'=1+1"], [CODE, '\'=CONCATENATE("a","b")']]
    assert kinds_of(content) == {"s"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_as_it_comes(delimiter: str, encoding: str) -> None:
    text = f"Nombre{delimiter}Código\r\nMaría Ñahui{delimiter}{CODE}\r\n"

    sheet = read_sheet(text.encode(encoding))
    back = sheet_file(sheet, added=ADDED)

    assert plain(sheet) == [["Nombre", "Código"], ["María Ñahui", CODE]]
    assert csv_rows(back, delimiter)[1] == ["María Ñahui", CODE, "Vigente", "2026-11-26 10:00"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n;;\n", "empty"),
        (b"\x00\x01binario", "XLSX"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "password"),
        (b"PK\x03\x04 roto", "damaged"),
        (b"x" * (AS_IT_STANDS.most_bytes + 1), "1 MB"),
        (("x;" * (AS_IT_STANDS.columns + 2)).encode(), "50"),
        (b"x\n" * (AS_IT_STANDS.rows + 1), "2000"),
        (b'"' + b"x" * 200_000, "damaged"),
    ],
)
def test_what_is_no_sheet_is_refused_with_words(content: bytes, words: str) -> None:
    with pytest.raises(SheetError) as refused, translation.override("en"):
        read_sheet(content)

    assert words in str(refused.value)


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    with pytest.raises(SheetError) as refused, translation.override("en"):
        read_sheet(repacked(xlsx([[CODE]]), **{"xl/vbaProject.bin": b"x"}))

    assert "macros" in str(refused.value)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "basura.bin"])
def test_bomb_is_refused_before_it_unpacks(name: str) -> None:
    bomb = repacked(xlsx([[CODE]]), **{name: b" " * 9 * 1024 * 1024})

    assert len(bomb) < AS_IT_STANDS.most_bytes
    with pytest.raises(SheetError):
        read_sheet(bomb)


def test_package_of_very_many_parts_is_refused() -> None:
    with pytest.raises(SheetError):
        read_sheet(repacked(xlsx([[CODE]]), **{f"x{number}": b"" for number in range(600)}))


def test_other_packages_are_no_sheets() -> None:
    with pytest.raises(SheetError):
        read_sheet(repacked(xlsx([[CODE]]), mimetype=b"x")[:200])


SHEET = (
    '<?xml version="1.0"?>{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main">{}<sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "body",
    [
        SHEET.format("", "", '<row r="1048576"><c r="A1048576" t="str"><v>x</v></c></row>'),
        SHEET.format("", "", '<row r="1"><c r="XFD1" t="str"><v>x</v></c></row>'),
        SHEET.format(
            "", '<dimension ref="A1:XFD1048576"/>', '<row r="x"><c r="A1"><v>1</v></c></row>'
        ),
        SHEET.format("", "", '<row r="1"><c r="ZZZZZ1" t="str"><v>x</v></c></row>'),
        SHEET.format("", "", '<row r="1"><c r="A1"><v>' + "9" * 5000 + "</v></c></row>"),
        SHEET.format("", "", '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'),
        SHEET.format(
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            "",
            '<row r="1"><c r="A1" t="str"><v>&b;</v></c></row>',
        ),
        SHEET.format(
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            "",
            '<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>',
        ),
        "<worksheet",
        "",
    ],
)
def test_hostile_sheet_is_refused_in_bounds(body: str) -> None:
    content = repacked(xlsx([[CODE]]), **{"xl/worksheets/sheet1.xml": body.encode()})

    with pytest.raises(SheetError):
        read_sheet(content)


def test_dimension_that_lies_is_not_believed() -> None:
    body = SHEET.format(
        "", '<dimension ref="A1:XFD1048576"/>', '<row r="1"><c r="A1" t="str"><v>x</v></c></row>'
    )

    sheet = read_sheet(repacked(xlsx([[CODE]]), **{"xl/worksheets/sheet1.xml": body.encode()}))

    assert plain(sheet) == [["x"]]


def test_empty_rows_at_the_end_are_no_rows() -> None:
    content = ("Nombre;Código\n" + ";\n" * (AS_IT_STANDS.rows + 10)).encode()

    assert plain(read_sheet(content)) == [["Nombre", "Código"]]
    with pytest.raises(SheetError):
        read_sheet(content + b"Rosa;x\n")


def finished(content: bytes) -> Sheet:
    return read_sheet(content, Reading(is_finished=True))


def test_finished_sheet_has_merged_cells_in_each_row() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["Lista"], ["Unidad", "Nombre"], ["Norte", "Rosa"], [None, "Luz"], [None, "Ana"]):
        page.append(row)
    page.merge_cells("A1:B1")
    page.merge_cells("A3:A5")
    file = BytesIO()
    book.save(file)

    assert plain(finished(file.getvalue()))[1:] == [
        ["Unidad", "Nombre"],
        ["Norte", "Rosa"],
        ["Norte", "Luz"],
        ["Norte", "Ana"],
    ]
    assert plain(read_sheet(file.getvalue()))[3] == [None, "Luz"]


def test_finished_sheet_has_what_formulas_gave_when_it_was_saved() -> None:
    body = SHEET.format(
        "",
        "",
        '<row r="1"><c r="A1" t="str"><f>"ro"&amp;"sa"</f><v>rosa</v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1" t="str"><v>x</v></c></row>',
    )

    sheet = finished(repacked(xlsx([[CODE]]), **{"xl/worksheets/sheet1.xml": body.encode()}))

    assert plain(sheet) == [["rosa", None, "x"]]
    assert [cell.is_formula for cell in sheet.rows[0]] == [True, True, False]


def test_merged_cells_that_overlap_without_end_are_bounded() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1501))
    merged = '<mergeCells><mergeCell ref="A1:A1500"/>' + '<mergeCell ref="A1:A1500"/>' * 20_000
    body = SHEET.format("", "", rows).replace("</worksheet>", f"{merged}</mergeCells></worksheet>")

    sheet = finished(repacked(xlsx([[CODE]]), **{"xl/worksheets/sheet1.xml": body.encode()}))

    assert {row[0].value for row in sheet.rows} == {1}


def test_filling_merged_cells_stops_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_MERGED", 2)
    merged = iter([(0, 0, 2)] * 4)
    rows = tuple((SheetCell(n),) for n in range(3))

    assert {row[0].value for row in sheets._filled(rows, merged)} == {0}
    assert len(list(merged)) == 2


def test_damaged_files_are_refused_and_never_break() -> None:
    good = xlsx([["Código"], [CODE]])
    dice = random.Random(5)  # noqa: S311  # no secret: the same damage each time
    for _ in range(150):
        bad = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        try:
            sheet_file(read_sheet(bytes(bad)), added=ADDED)
        except SheetError:
            continue
