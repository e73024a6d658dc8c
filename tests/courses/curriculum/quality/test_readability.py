"""The lessons of a folder are measured from their files, and the hardest are named."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.curriculum.quality.readability import hardest, lesson_readings
from tests.factories.curriculum import change

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
HARD = "courses/curso/modulo-1/leccion-2.es.md"
EASY_TEXT = "El sol sale. La casa es alta. Ana come pan. Él va a la sala. " * 4
HARD_TEXT = (
    "La institucionalización interinstitucional de responsabilidades administrativas "
    "extraordinarias caracteriza indiscutiblemente las consideraciones procedimentales "
    "fundamentales correspondientes. "
) * 4


@pytest.fixture
def measured(folder: Path) -> Path:
    """Return a folder with an easy lesson and a hard one."""
    change(folder, LESSON, "Primero la seguridad.", EASY_TEXT.strip())
    change(folder, HARD, "Una persona llega y pide agua.", HARD_TEXT.strip())
    return folder


def test_lesson_readings_measures_every_lesson_in_its_order(measured: Path) -> None:
    readings = lesson_readings(measured, "es")
    assert [one.path for one in readings] == [LESSON, HARD]
    assert readings[0].reading.is_plain
    assert not readings[1].reading.is_plain


def test_lesson_readings_leaves_out_the_brief_way_and_alternative_texts(folder: Path) -> None:
    before = lesson_readings(folder, "es")[1].reading.words
    change(folder, HARD, "Lo mismo, más breve.", HARD_TEXT.strip())
    change(folder, HARD, "alt: Tres piezas.", "alt: Tres piezas y muchas palabras más.")
    assert lesson_readings(folder, "es")[1].reading.words == before


def test_hardest_names_the_hardest_first_and_no_more_than_asked(measured: Path) -> None:
    readings = lesson_readings(measured, "es")
    assert [one.path for one in hardest(readings, 5)] == [HARD, LESSON]
    assert [one.path for one in hardest(readings, 1)] == [HARD]


def test_hardest_leaves_out_what_is_too_short_to_measure(folder: Path) -> None:
    readings = lesson_readings(folder, "en")
    assert all(one.reading.score is None for one in readings[1:])
    assert HARD not in [one.path for one in hardest(readings, 5)]


def test_readability_prints_every_lesson_and_the_worst(measured: Path) -> None:
    out = StringIO()
    call_command("readability", str(measured), "--worst", "1", stdout=out)
    lines = out.getvalue().splitlines()
    assert sum(line.endswith(LESSON) for line in lines) == 1
    assert sum(line.endswith(HARD) for line in lines) == 2
    assert "the hardest 1:" in lines


def test_readability_of_a_broken_folder_fails(measured: Path) -> None:
    change(measured, LESSON, "title: Primera", "titulo: Primera")
    with pytest.raises(CommandError, match="mistakes"):
        call_command("readability", str(measured), stderr=StringIO())
