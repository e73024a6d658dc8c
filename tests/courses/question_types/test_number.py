"""Numbers: exact, with a decimal comma or point, never with separated thousands."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from courses.question_types.accepted import number_from_text
from courses.question_types.decimals import NoNumber, is_near, read_exact, read_typed_number
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.question_types.form_blocks import plain_number
from tests.courses.question_types.samples import accepted_number, both, stored, typed

KIND = question_type("number")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def with_answers(*answers, **changes):
    return KIND.read(stored("number", answers=list(answers), **changes))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        (" +3 ", "3"),
        ("-0,25", "-0.25"),
        ("\u22127", "-7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("3.1420", "3.142"),
        ("\uff11\uff15", "15"),
        ("1500 soles", "1500"),
        ("1500SOLES", "1500"),
    ],
)
def test_number_is_read_with_comma_or_point(text, number):
    assert read_typed_number(text, ("soles",)) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,500", "Write 1500, without separating thousands, or 1.5000 if you mean a decimal"),
        ("-12.345", "Write -12345, without separating thousands, or -12.3450 if you mean"),
        ("1 500", "without separating thousands: 1500 and not 1 500"),
        ("1,500.00", "without separating thousands"),
        ("1.500.000", "without separating thousands"),
        ("1'500", "without separating thousands"),
        ("mil", "“mil” is not a number"),
        ("1e5", "is not a number"),
        ("NaN", "is not a number"),
        ("1,2,3", "is not a number"),
        ("--5", "is not a number"),
        ("5 kg", "is not a number"),
        ("1" * 21, "too many figures"),
        ("0" * 50, "too many figures"),
    ],
)
def test_other_ways_are_refused_in_words(text, message):
    with pytest.raises(NoNumber) as refused:
        read_typed_number(text, ("soles",))
    assert message in str(refused.value)
    with pytest.raises(InvalidAnswer):
        KIND.read_answer(typed("number"), {"": [text]})


@pytest.mark.parametrize(
    ("text", "mark"),
    [("10", "1"), ("10,1", "1"), ("9.9", "1"), ("10.11", "0.5"), ("12", "0.5"), ("12.01", "0")],
)
def test_tolerance_includes_its_ends(text, mark):
    content = with_answers(
        accepted_number("a1", "10", "0.1", "1"), accepted_number("a2", "10", "2", "0.5")
    )
    assert KIND.mark(content, KIND.read_answer(content, {"": [text]})) == Decimal(mark)


def test_comparison_never_rounds():
    far = Decimal("99999999999999999999")
    assert not is_near(far + Decimal("0"), Decimal("99999999999999999998"), Decimal("0.9"))
    assert is_near(Decimal("0.1") + Decimal("0.2"), Decimal("0.3"), Decimal(0))
    assert not is_near(far, far - 1, Decimal("1") - Decimal("0.00000000000000000001"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1000, max_value=0))
def test_both_decimal_signs_give_the_same_number(number):
    text = plain_number(number)
    assert read_typed_number(text) == number == read_typed_number(text.replace(".", ",")) or (
        "." in text and len(text.split(".")[1]) == 3
    )


@pytest.mark.parametrize(
    "value",
    ["", "x", "1e999999", "NaN", "Infinity", "1" * 61, 10**400, True, None, [], {"a": 1}, "1e-30"],
)
def test_stored_number_is_bounded(value):
    assert read_exact(value) is None


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"value": "mucho"}, "answers.0.value"),
        ({"value": ""}, "answers.0.value"),
        ({"tolerance": "-1"}, "answers.0.tolerance"),
        ({"tolerance": "algo"}, "answers.0.tolerance"),
        ({"fraction": "1.01"}, "answers.0.fraction"),
        ({"id": ""}, "answers.0.id"),
    ],
)
def test_content_that_is_no_number_is_named_at_its_place(answer, place):
    with pytest.raises(InvalidContent) as refused:
        with_answers({**accepted_number("a1", "1", "0", "1"), **answer})
    assert [problem.place for problem in refused.value.problems] == [place]


@pytest.mark.parametrize(
    ("written", "tolerance", "stored_as"),
    [
        ("1..2", "", ("1.5", "0.5")),
        ("-2..-1", None, ("-1.5", "0.5")),
        ("1,5", "0,25", ("1.5", "0.25")),
        ("1.500", "", ("1.5", "0")),
        ("*", "", ("*", "0")),
        ("uno", "x", ("uno", "x")),
        ("2..1", "", ("1.5", "-0.5")),
    ],
)
def test_trainer_writes_a_number_or_a_range(written, tolerance, stored_as):
    assert number_from_text(written, tolerance) == stored_as


def test_range_of_a_file_is_a_value_with_its_tolerance():
    filed = ExchangedQuestion(
        shape=Shape.NUMBER,
        stems=both("¿Cuánto?", "How much?"),
        answers=(ExchangedAnswer(texts={"es": "1821..1825"}, fraction=Decimal(1)),),
    )
    content = KIND.read({**stored("number"), **KIND.from_exchange(filed)})
    answer = content.answers[0]
    assert (answer.value, answer.tolerance, answer.fraction) == (Decimal(1823), Decimal(2), 1)
    assert content.units == {}


def test_any_other_number_may_have_its_feedback():
    content = typed("number")
    view = KIND.learner_view(
        content, language="en", order=(), given={"text": "7"}, is_revealed=True
    )
    assert view["feedback"] == "canary feedback a3 en"
    assert view["accepted"] == ["918273.5 soles (accepted from 918273 to 918274)"]


def test_statistics_join_what_is_the_same_number():
    content = typed("number")
    keys = [KIND.tallied(content, {"text": text}) for text in ("7", "7,0", "918273.6", "", "x")]
    assert keys == [("~7",), ("~7",), ("=a1",), (), ()]
    assert KIND.tally_label(content, "~7", language="en") == "7"
    assert KIND.right_keys(content) == {"=a1", "=a2"}


def test_answer_is_shown_with_its_unit_once():
    content = typed("number")
    texts = [KIND.answer_text(content, {"text": t}, language="en") for t in ("7", "7 Soles", "")]
    assert texts == ["7 soles", "7 Soles", ""]


def test_unit_in_one_language_only_is_not_published():
    content = with_answers(accepted_number("a1", "1", "0", "1"), units=both("soles", ""))
    assert [p.place for p in KIND.publication_problems(content)] == ["units.en"]
