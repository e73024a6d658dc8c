"""Aiken as Moodle documents it."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from courses.formats.aiken import read_aiken


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


GOOD = "¿Qué va primero?\nA. La seguridad\nB) El informe\nANSWER: A\n\nOtra\nA. x\nB. y\nANSWER: B"


def test_questions_with_both_kinds_of_letters() -> None:
    first, second = read_aiken(GOOD, language="es").questions
    assert first.stems == {"es": "¿Qué va primero?"}
    assert [(a.texts["es"], a.fraction) for a in first.answers] == [
        ("La seguridad", Decimal(1)),
        ("El informe", Decimal(0)),
    ]
    assert (second.line, [a.fraction for a in second.answers]) == (6, [Decimal(0), Decimal(1)])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Uno\nA. a\nB. b", 1, "The line ANSWER: is missing."),
        ("Uno\nA. a\n\nB. b\nANSWER: A", 3, "An empty line stands before the line ANSWER."),
        (
            "Uno\nA. a\nC. b\nANSWER: A",
            3,
            "The options follow each other as A, B, C…; here B was expected.",
        ),
        ("Uno\nA. a\nANSWER: A", 1, "A question needs at least two options: A. and B."),
        ("A. a\nB. b\nANSWER: A", 1, "The question has no text."),
        ("Uno\nA. \nB. b\nANSWER: A", 2, "An option has no text."),
        (
            "Uno\nA. a\nB. b\nOtra línea\nANSWER: A",
            4,
            "This line is no option, and ANSWER has not come yet.",
        ),
        (
            "Uno\nA. a\nB. b\nANSWER: b",
            4,
            "ANSWER names one of the options by its capital letter, and nothing else.",
        ),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, message: str) -> None:
    found = read_aiken(text, language="es").refusals
    assert (found[0].line, found[0].message) == (line, message)
