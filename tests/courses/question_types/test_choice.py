"""Questions with options: what regrading, statistics and files ask of them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from courses.question_types import InvalidAnswer, question_type
from courses.question_types.common import write_common
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from tests.courses.question_types.samples import both, option, stored, typed

CHOICES = ["single_choice", "multiple_choice", "true_false"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("name", "chosen", "before", "after"),
    [
        ("single_choice", ["b"], "0", "1"),
        ("single_choice", ["c"], "0.5", "1"),
        ("multiple_choice", ["c"], "0", "1"),
        ("true_false", ["false"], "0", "1"),
    ],
)
def test_accepting_an_option_gives_it_the_full_mark(name, chosen, before, after):
    kind, content = question_type(name), typed(name)
    answer = {"chosen": chosen}
    mended = kind.accepting(content, chosen[0])
    assert [kind.mark(content, answer), kind.mark(mended, answer)] == [
        Decimal(before),
        Decimal(after),
    ]
    assert kind.right_keys(mended) == kind.right_keys(content) | {chosen[0]}
    right = {"chosen": [content.options[0].id]}
    assert kind.mark(mended, right) >= kind.mark(content, right)


@pytest.mark.parametrize("name", CHOICES)
def test_foreign_option_is_neither_answered_nor_accepted(name):
    kind, content = question_type(name), typed(name)
    with pytest.raises(InvalidAnswer):
        kind.read_answer(content, {"": ["z"]})
    with pytest.raises(InvalidAnswer):
        kind.accepting(content, "z")


def test_chosen_options_are_counted_and_named_one_by_one():
    kind, content = question_type("multiple_choice"), typed("multiple_choice")
    answer = kind.read_answer(content, {"": ["c", "a", "c"]})
    assert kind.tallied(content, answer) == ("a", "c")
    assert kind.tallied(content, None) == ()
    assert kind.tally_label(content, "c", language="es") == "Opción c"
    assert kind.tally_label(content, "gone", language="es") == "gone"
    assert kind.answer_text(content, answer, language="en") == "Option a; Option c"
    assert kind.right_keys(content) == {"a", "b"}


def test_true_or_false_is_named_by_its_words_in_a_file():
    kind = question_type("true_false")
    filed = ExchangedQuestion(
        shape=Shape.TRUE_FALSE,
        stems=both("Puede pagar.", "She may pay."),
        answers=(
            ExchangedAnswer(texts={"es": "false"}, fraction=Decimal(1), feedback=both("No", "No")),
            ExchangedAnswer(texts={"es": "true"}),
        ),
    )
    content = kind.read({**stored("true_false"), **kind.from_exchange(filed)})
    assert kind.option_ids(content) == ("true", "false")
    assert [option.weight for option in content.options] == [0, 1]
    assert content.options[1].feedback == both("No", "No")
    assert content.options[0].texts == both("Verdadero", "True")


@pytest.mark.parametrize("name", CHOICES)
def test_options_come_back_from_a_file_in_their_order(name):
    kind, content = question_type(name), typed(name)
    again = kind.read(
        {**write_common(content.common), **kind.from_exchange(kind.to_exchange(content))}
    )
    assert again == content


@pytest.mark.parametrize("name", CHOICES)
def test_result_says_what_the_author_says_of_it(name):
    kind, content = question_type(name), typed(name)
    said = {}
    for chosen in ([content.options[0].id], [content.options[1].id]):
        view = kind.learner_view(
            content,
            language="en",
            order=kind.option_ids(content),
            given={"chosen": chosen},
            is_revealed=True,
        )
        said[chosen[0]] = view["outcome"].split()[1]
    expected = {
        "single_choice": {"a": "right", "b": "wrong"},
        "multiple_choice": {"a": "partly", "b": "partly"},
        "true_false": {"true": "right", "false": "wrong"},
    }
    assert said == expected[name]


def test_option_worth_a_part_is_called_partly_right():
    kind, content = question_type("single_choice"), typed("single_choice")
    view = kind.learner_view(
        content,
        language="en",
        order=["c", "b", "a"],
        given={"chosen": ["c"]},
        is_revealed=True,
    )
    page = render_to_string(
        kind.template_name, {"question": view, "is_read_only": True, "is_revealed": True}
    )
    words = ["Your answer: partly right", "Not chosen", "Right; you did not choose it"]
    places = [page.index(text) for text in words]
    assert places == sorted(places)
    assert view["outcome"] == "canary partly en"


def test_stored_options_that_are_no_records_are_left_out():
    kind = question_type("single_choice")
    options = [option("a", both("Sí", "Yes"), "1"), None, "b", option("c", both("No", "No"), "0")]
    content = kind.read(stored("single_choice", options=options))
    assert kind.option_ids(content) == ("a", "c")
