"""Syllables, sentences and the two formulas, on texts that were counted by hand."""

import pytest

from courses.reading_aids.measuring import measure
from courses.reading_aids.prose import parts_of_html
from courses.reading_aids.readability import (
    english_syllables,
    read,
    sentences_of,
    spanish_syllables,
)

SPANISH = {
    "casa": 2,
    "aéreo": 4,
    "día": 2,
    "país": 2,
    "guerra": 2,
    "pingüino": 3,
    "quien": 1,
    "buey": 1,
    "ahora": 3,
    "víctima": 3,
    "explotación": 4,
    "y": 1,
    "ciudad": 2,
    "Uruguay": 3,
    "averiguáis": 4,
    "hacia": 2,
    "hacía": 3,
    "vehículo": 4,
    "coordinar": 4,
    "leyes": 2,
    "psicóloga": 4,
}
ENGLISH = {
    "care": 1,
    "victim": 2,
    "table": 2,
    "referral": 3,
    "trafficking": 3,
    "asked": 1,
    "stated": 2,
}


def test_syllables_are_those_of_the_hand_count() -> None:
    assert {word: spanish_syllables(word) for word in SPANISH} == SPANISH
    assert {word: english_syllables(word) for word in ENGLISH} == ENGLISH


def test_sentences_end_at_their_points_and_lines_and_not_at_abbreviations() -> None:
    text = "Lea el art. 129-A. ¿Qué hizo?  «Nada.» Llame\nEspere 24 h."
    assert sentences_of(text) == [
        "Lea el art. 129-A.",
        "¿Qué hizo?",
        "«Nada.",
        "Llame",
        "Espere 24 h.",
    ]


def test_score_is_that_of_the_formula() -> None:
    """Ten sentences of four words and seven syllables: 206.84 - 60 x 1.75 - 1.02 x 4."""
    found = read(["Ella pide agua hoy."] * 10, language="es")

    assert (found.words, found.sentences, found.syllables) == (40, 10, 70)
    assert found.score == pytest.approx(206.84 - 60 * 1.75 - 1.02 * 4)
    assert found.is_plain


def test_long_sentences_make_a_text_hard_and_are_shown() -> None:
    heavy = "administrativamente " * 30 + "."
    found = measure([heavy, "Atienda primero."], language="es")

    assert not found.reading.is_plain
    assert [one.words for one in found.long_sentences] == [30]


def test_short_text_has_no_score() -> None:
    found = measure(["Atienda primero."], language="es")
    assert (found.score, found.reading.is_plain, found.reading.minutes) == (None, True, 1)


def test_items_and_headings_are_sentences_of_their_own() -> None:
    html = "<h2>Qué hacer</h2><ul><li>Escuche&nbsp;bien</li><li>Llame <b>ya</b></li></ul><p>a<br/>b</p>"
    assert parts_of_html(html) == ["Qué hacer", "Escuche\xa0bien", "Llame ya", "a", "b"]
