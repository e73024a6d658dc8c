"""Codes are found in whatever people paste."""

import pytest

from certificates.agency.finding import SHOWN, ListedLine, find_codes, is_heading, listed_lines
from certificates.codes import grouped, new_code

CODE = "8K2MZ4QW7TRXN5V0CDEH"
OTHER = "0123456789ABCDEFGHJK"


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        grouped(CODE),
        grouped(CODE).replace("-", " "),
        grouped(CODE).replace("-", "\u2013"),
        "8K2M,Z4QW,7TRX,N5V0,CDEH",
        "8K2MZ4QW7TRXN5VOCDEH",
        " ".join(CODE),
        f"Rosa Quispe\t{grouped(CODE)}\t24/11/2026",
        f"417;Rosa Quispe;{CODE};vigente",
        f"12345678 | {CODE} | 2026",
        f"https://aula.example.pe/v/{CODE}/",
        f"https://aula.example.pe/en/v/{grouped(CODE)}/?x=1",
        f"Rosa {grouped(CODE)}",
        f"Rosa {grouped(CODE).replace('-', ' ')} Lima",
        f"Código: {grouped(CODE)}.",
        f"({CODE})",
    ],
)
def test_code_is_found_in_what_stands_around_it(text: str) -> None:
    assert find_codes(text) == [CODE]


@pytest.mark.parametrize(
    "text",
    [
        f"{CODE} {OTHER}",
        f"{CODE}, {OTHER}",
        f"{grouped(CODE)} y {grouped(OTHER)}",
        f"{CODE}\tRosa\t{OTHER}",
    ],
)
def test_all_codes_of_a_line_are_found(text: str) -> None:
    assert find_codes(text) == [CODE, OTHER]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rosa Quispe",
        "\u0415" * 20,
        "8K2M-Z4QW-7TRX-N5V0",
        "8K2M-Z4QW-7TRX-N5V0-CDEU",
        "x" * 1_000_000,
        "-" * 5000,
        "\ud800",
        "2026-11-24 10:00",
    ],
)
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert find_codes(text) == []


def test_random_codes_are_found_beside_names_of_four_letters() -> None:
    codes = [new_code() for _ in range(200)]

    assert [find_codes(f"Rosa {grouped(code)} Lima") for code in codes] == [
        [code] for code in codes
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Código", True),
        ("CODIGO DEL CERTIFICADO", True),
        ("Certificate code", True),
        ("Códigos", True),
        ("Codificación", False),
        ("Nombre", False),
    ],
)
def test_heading_of_codes_is_known(text: str, expected: bool) -> None:
    assert is_heading(text) is expected


def test_list_says_which_line_is_no_code() -> None:
    pasted = f"Nombre\tCódigo\r\n\r\nRosa\t{CODE}\r\nsin código\r\n{OTHER} {CODE}"

    assert listed_lines(pasted) == [
        ListedLine(3, CODE),
        ListedLine(4, None, "sin código"),
        ListedLine(5, OTHER),
        ListedLine(5, CODE),
    ]


def test_line_without_a_code_is_shown_in_part() -> None:
    (line,) = listed_lines("y" * 500)

    assert line == ListedLine(1, None, "y" * SHOWN)
