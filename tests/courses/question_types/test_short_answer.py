"""Short answers: what is forgiven, what is not, and what the wildcards stand for."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, question_type
from courses.question_types.typed import TextRule, as_pattern, key_of, matches, simplified
from tests.courses.question_types.samples import accepted, both, stored, typed

KIND = question_type("short_answer")
FORGIVING = TextRule()
EXACT = TextRule(heeds_case=True, heeds_accents=True, heeds_punctuation=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def with_answers(*answers, **changes):
    return KIND.read(stored("short_answer", answers=list(answers), **changes))


@pytest.mark.parametrize(
    ("pattern", "answer", "fits"),
    [
        ("captación", "CAPTACION", True),
        ("captación", "  la captación ", False),
        ("trata de personas", "trata   de\tpersonas.", True),
        ("trata de personas", "«Trata de personas»", True),
        ("EE. UU.", "ee uu", True),
        ("víctima", "vi\u0301ctima", True),
        ("niño", "nino", True),
        ("1.5", "1,5", True),
        ("1.5", "15", False),
        ("24/7", "24 / 7", False),
        ("-5", "5", False),
        ("-5", "\u22125", True),
        ("línea 1818", "linea 1818!", True),
        ("línea 1818", "línea 181", False),
        ("expl*", "Explotación laboral", True),
        ("expl*", "expl", True),
        ("*laboral", "Explotación laboral", True),
        ("*trata*", "la trata de personas", True),
        ("c*n de *s", "captación de personas", True),
        ("c*n de *s", "captación", False),
        ("ab*ba", "aba", False),
        ("ab*ba", "abba", True),
        ("2\\*3", "2*3", True),
        ("2\\*3", "223", False),
        ("?", "?", True),
        ("?", "!", False),
        ("*", "cualquier cosa", True),
        ("straße", "STRASSE", True),
    ],
)
def test_answer_fits_its_pattern(pattern, answer, fits):
    assert matches(pattern, answer, FORGIVING) is fits


@pytest.mark.parametrize(
    ("name", "pattern", "answer"),
    [
        ("heeds_case", "MININTER", "Mininter"),
        ("heeds_accents", "está", "esta"),
        ("heeds_punctuation", "D.S. 1", "DS 1"),
    ],
)
def test_trainer_may_ask_for_case_accents_or_punctuation(name, pattern, answer):
    assert matches(pattern, answer, FORGIVING)
    assert not matches(pattern, answer, replace(FORGIVING, **{name: True}))
    assert matches(pattern, pattern, replace(FORGIVING, **{name: True}))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("answer", ["captación", "recruitment"])
def test_answer_of_any_language_is_accepted_from_every_reader(language, answer):
    content = with_answers(accepted("a1", both("captación", "recruitment"), "1"))
    with translation.override(language):
        given_answer = KIND.read_answer(content, {"": [answer]})
    assert KIND.mark(content, given_answer) == 1


def test_first_answer_that_fits_counts():
    content = with_answers(
        accepted("a1", both("no*", "no*"), "0"),
        accepted("a2", both("*sé*", "*know*"), "0.33333"),
        accepted("a3", both("*", "*"), "1"),
    )
    marks = [KIND.mark(content, {"text": text}) for text in ("no sé", "lo sé", "otra")]
    assert marks == [Decimal(0), Decimal("0.3333"), Decimal(1)]


def test_answer_is_stored_as_it_was_typed_without_control_letters():
    content = typed("short_answer")
    answer = KIND.read_answer(content, {"": ["  La \x00Captación\r\n "]})
    assert answer == {"text": "La Captación"}
    assert KIND.answer_text(content, answer, language="en") == "La Captación"
    assert KIND.read_answer(content, {"": ["   "]}) is None
    assert KIND.read_answer(content, {}) is None


def test_long_answer_is_refused_with_its_length():
    content = typed("short_answer")
    assert KIND.read_answer(content, {"": ["x" * 200]}) == {"text": "x" * 200}
    with pytest.raises(InvalidAnswer, match="The answer has 201 letters; at most 200 fit"):
        KIND.read_answer(content, {"": ["x" * 201]})


def test_statistics_join_what_is_the_same_answer():
    content = with_answers(accepted("a1", both("captación", "recruitment"), "1"))
    keys = [
        KIND.tallied(content, {"text": text})
        for text in ("Captación", "recruitment", "El  Traslado.", "el traslado", "")
    ]
    assert keys == [("=a1",), ("=a1",), ("~el traslado",), ("~el traslado",), ()]
    assert KIND.tally_label(content, "=a1", language="en") == "recruitment"
    assert KIND.tally_label(content, "~el traslado", language="en") == "el traslado"
    assert KIND.right_keys(content) == {"=a1"}


def test_long_wrong_answers_are_counted_apart_and_cannot_be_accepted_by_their_beginning():
    content = typed("short_answer")
    keys = [KIND.tallied(content, {"text": "a" * 150 + end})[0] for end in "xy"]
    assert keys[0] != keys[1]
    assert KIND.tally_label(content, keys[0], language="en") == "a" * 57 + "…"
    with pytest.raises(InvalidAnswer, match="too long to be accepted"):
        KIND.accepting(content, keys[0])


def test_accepted_star_stays_a_star():
    content = with_answers(accepted("a1", both("nada", "nothing"), "1"))
    (key,) = KIND.tallied(content, {"text": "todo*"})
    mended = KIND.accepting(content, key)
    marks = [KIND.mark(mended, {"text": text}) for text in ("todo*", "todo eso")]
    assert marks == [1, 0]
    assert mended.answers[0].shown("es") == "todo*"


def test_accepting_a_half_right_answer_makes_it_fully_right():
    content = with_answers(
        accepted("a1", both("uno", "one"), "1"), accepted("a2", both("dos", "two"), "0.5")
    )
    mended = KIND.accepting(content, "=a2")
    assert [answer.fraction for answer in mended.answers] == [1, 1]
    assert [answer.id for answer in mended.answers] == ["a1", "a2"]


def test_revealed_view_names_all_that_is_accepted():
    content = with_answers(
        accepted("a1", both("capta*", "recruit*"), "1"),
        accepted("a2", both("enganche", ""), "1"),
        accepted("a3", both("*", "*"), "0"),
    )
    view = KIND.learner_view(
        content, language="en", order=(), given={"text": "otro"}, is_revealed=True
    )
    assert view["accepted"] == ["recruit…", "enganche"]
    assert (view["is_right"], view["is_partly_right"]) == (False, False)
    assert view["feedback"] == "canary feedback a3 en"


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ([], ["answers"]),
        ([accepted("a1", both("uno", "one"), "0.5")], ["answers"]),
        ([accepted("a1", both("uno", ""), "1")], ["answers"]),
        (
            [accepted("a1", both("", ""), "0"), accepted("a2", both("uno", "one"), "1")],
            ["answers.0.texts.es"],
        ),
        ([accepted("a1", both("x" * 201, "one"), "1")], ["answers.0.texts.es"]),
        (
            [{**accepted("a1", both("uno", "one"), "1"), "feedback": both("Sí.", "")}],
            ["answers.0.feedback.en"],
        ),
    ],
)
def test_publishing_names_what_is_missing_at_its_place(answers, places):
    problems = KIND.publication_problems(with_answers(*answers))
    assert [problem.place for problem in problems] == places


def test_open_survey_question_needs_no_accepted_answer():
    content = with_answers(is_opinion=True, explanations={}, sources=[])
    assert KIND.publication_problems(content) == []


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from([FORGIVING, EXACT]))
def test_every_text_fits_itself_and_its_key(text, rule):
    pattern = as_pattern(text)
    if not text.strip():
        return
    assert matches(pattern, text, rule)
    assert simplified(simplified(text, rule), rule) == simplified(text, rule)
    assert matches(as_pattern(key_of(text, rule)), text, rule)


def test_many_stars_come_to_an_end():
    assert not matches("*a" * 100 + "b", "a" * 200, FORGIVING)
    assert matches("*a" * 100 + "*", "a" * 100, FORGIVING)
