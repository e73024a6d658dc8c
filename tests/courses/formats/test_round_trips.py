"""What goes out comes in again equal, as far as the format can carry it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.formats.aiken import read_aiken, write_aiken
from courses.formats.carried import aiken_carries, gift_carries, moodle_xml_carries
from courses.formats.gift import read_gift
from courses.formats.gift_writing import write_gift
from courses.formats.moodle_xml import read_moodle_xml
from courses.formats.moodle_xml_writing import write_moodle_xml
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from tests.courses.formats.strategies import BY_SHAPE, QUESTIONS

LANGUAGES = st.sampled_from(["es", "en"])
patient = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def bare(question: ExchangedQuestion) -> ExchangedQuestion:
    return replace(question, line=0)


@pytest.mark.parametrize("shape", BY_SHAPE)
def test_gift_round_trip_is_what_gift_carries(shape: Shape) -> None:
    @patient
    @given(BY_SHAPE[shape], LANGUAGES)
    def check(question: ExchangedQuestion, language: str) -> None:
        carried = gift_carries(question, language=language)
        written = write_gift([question], language=language)
        contents = read_gift(written.text, language=language)
        assert contents.refusals == ()
        assert [bare(found) for found in contents.questions] == (
            [carried.question] if carried.question else []
        )
        assert bool(written.left_out) == (carried.question is None)
        if carried.question:
            again = gift_carries(carried.question, language=language)
            assert again.question == carried.question
            assert again.lost == ()

    check()


@patient
@given(st.lists(QUESTIONS, max_size=4))
def test_gift_file_keeps_order_and_categories(questions: list[ExchangedQuestion]) -> None:
    carried = [gift_carries(question, language="es").question for question in questions]
    contents = read_gift(write_gift(questions, language="es").text, language="es")
    assert [bare(found) for found in contents.questions] == [one for one in carried if one]


def test_aiken_keeps_a_blank_that_does_not_break() -> None:
    """Found by chance: the reader took it away at an option's end, and two options became one."""
    answers = tuple(
        ExchangedAnswer(texts={"es": text}, fraction=Decimal(text == "Uno\N{NO-BREAK SPACE}"))
        for text in ("Uno", "Uno\N{NO-BREAK SPACE}")
    )
    question = ExchangedQuestion(Shape.SINGLE_CHOICE, {"es": "¿Cuál?"}, answers)

    contents = read_aiken(write_aiken([question], language="es").text, language="es")

    assert [bare(found) for found in contents.questions] == [question]


@patient
@given(BY_SHAPE[Shape.SINGLE_CHOICE], LANGUAGES)
def test_aiken_round_trip_is_what_aiken_carries(question: ExchangedQuestion, language: str) -> None:
    carried = aiken_carries(question, language=language).question
    contents = read_aiken(write_aiken([question], language=language).text, language=language)
    assert contents.refusals == ()
    assert [bare(found) for found in contents.questions] == ([carried] if carried else [])


@pytest.mark.parametrize("shape", BY_SHAPE)
def test_moodle_xml_round_trip_is_equal(shape: Shape) -> None:
    @patient
    @given(BY_SHAPE[shape], LANGUAGES, LANGUAGES)
    def check(question: ExchangedQuestion, language: str, read_as: str) -> None:
        written = write_moodle_xml([question], language=language)
        contents = read_moodle_xml(written.text.encode(), language=read_as)
        assert contents.refusals == ()
        found = [bare(one) for one in contents.questions]
        assert found == ([] if written.left_out else [moodle_xml_carries(question)])

    check()
