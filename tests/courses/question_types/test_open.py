"""Open answers: bounded, never marked by the machine, with a rubric that adds up."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from courses.question_types.open import rubric_fraction
from tests.courses.question_types.samples import both, level, secret, stored, typed

KIND = question_type("open")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def criterion(criterion_id, weight, *levels, titles=None):
    return {
        "id": criterion_id,
        "titles": titles or both("Criterio", "Criterion"),
        "weight": weight,
        "levels": list(levels),
    }


def test_answer_keeps_its_lines():
    answer = KIND.read_answer(typed("open"), {"": ["  Escucho.\r\n\r\nLlamo.\x00 "]})
    assert answer == {"text": "Escucho.\n\nLlamo."}
    assert KIND.read_answer(typed("open"), {"": [" \n "]}) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("palabra " * 51, "The answer has 51 words; at most 50 are asked for."),
        ("x" * 6001, "The answer has 6001 letters; at most 6000 fit."),
    ],
)
def test_too_long_answer_is_refused_with_its_length(text, message):
    content = typed("open")
    with pytest.raises(InvalidAnswer) as refused:
        KIND.read_answer(content, {"": [text]})
    assert str(refused.value) == message
    assert KIND.shown_again(content, {"": [text]}) == {"text": text.strip()}


def test_without_a_limit_of_words_only_the_letters_count():
    content = typed("open", most_words=0)
    assert KIND.read_answer(content, {"": ["a " * 2000]}) is not None


def test_machine_gives_no_mark_and_no_outcome():
    content = typed("open")
    view = KIND.learner_view(
        content, language="en", order=(), given={"text": "Escucho."}, is_revealed=True
    )
    assert KIND.is_marked_by_hand
    assert KIND.mark(content, {"text": "Escucho."}) == 0
    assert view["outcome"] == ""
    assert KIND.tallied(content, {"text": "Escucho."}) == ()


@pytest.mark.parametrize(
    ("levels", "fraction"),
    [
        ({"c1": "l2", "c2": "l1"}, "1"),
        ({"c1": "l1", "c2": "l1"}, "0.7"),
        ({"c1": "l2", "c2": "l0"}, "0.6"),
        ({"c1": "l0", "c2": "l0"}, "0"),
    ],
)
def test_levels_give_an_exact_fraction(levels, fraction):
    assert rubric_fraction(typed("open"), levels) == Decimal(fraction)


@pytest.mark.parametrize(
    "levels",
    [
        {},
        {"c1": "l1"},
        {"c1": "l9", "c2": "l1"},
        {"c1": "l1", "c2": "l1", "c3": "l1"},
        {"c9": "l1"},
    ],
)
def test_foreign_or_missing_level_is_refused(levels):
    with pytest.raises(InvalidAnswer):
        rubric_fraction(typed("open"), levels)


def test_three_thirds_are_the_whole_mark():
    thirds = [criterion(f"c{n}", "0.3333", level("l0", "0"), level("l1", "1")) for n in range(3)]
    content = typed("open", criteria=thirds)
    assert KIND.publication_problems(content) == []
    assert rubric_fraction(content, {f"c{n}": "l1" for n in range(3)}) == 1
    assert rubric_fraction(content, {"c0": "l1", "c1": "l0", "c2": "l0"}) == Decimal("0.3333")


@given(st.data())
def test_a_better_level_never_lowers_the_mark(data):
    content = typed("open")
    levels = {
        one.id: data.draw(st.sampled_from([level.id for level in one.levels]))
        for one in content.criteria
    }
    one = data.draw(st.sampled_from(content.criteria))
    now = one.level(levels[one.id])
    better = data.draw(st.sampled_from([lv for lv in one.levels if lv.fraction >= now.fraction]))
    assert rubric_fraction(content, {**levels, one.id: better.id}) >= rubric_fraction(
        content, levels
    )


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"criteria": []}, ["criteria"]),
        ({"criteria": [criterion("c1", "1")]}, ["criteria.0.levels"]),
        ({"criteria": [criterion("c1", "1", level("l0", "0"))]}, ["criteria.0.levels"]),
        (
            {"criteria": [criterion("c1", "1", level("l0", "0"), level("l1", "0.5"))]},
            ["criteria.0.levels"],
        ),
        (
            {"criteria": [criterion("c1", "0.9", level("l0", "0"), level("l1", "1"))]},
            ["criteria"],
        ),
        (
            {
                "criteria": [
                    criterion("c1", "1", level("l0", "0"), level("l1", "1")),
                    criterion(
                        "c2", "0", level("l0", "0"), level("l1", "1"), titles=both("Trato", "")
                    ),
                ]
            },
            ["criteria.1.titles.en", "criteria.1.weight"],
        ),
        ({"model_answers": both("Escuchar.", "")}, ["model_answers.en"]),
    ],
)
def test_rubric_that_cannot_be_used_is_not_published(changes, places):
    problems = KIND.publication_problems(typed("open", **changes))
    assert [problem.place for problem in problems] == places


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"most_words": -1}, "most_words"),
        ({"most_words": 801}, "most_words"),
        ({"most_words": "50"}, "most_words"),
        ({"most_words": True}, "most_words"),
        ({"criteria": [criterion("c1", "1.5")]}, "criteria.0.weight"),
        ({"criteria": [criterion("c1", "1", level("l0", "2"))]}, "criteria.0.levels.0.fraction"),
        ({"criteria": [{**criterion("c1", "1"), "levels": None}]}, "criteria.0.levels"),
    ],
)
def test_content_of_no_rubric_is_named_at_its_place(changes, place):
    with pytest.raises(InvalidContent) as refused:
        typed("open", **changes)
    assert [problem.place for problem in refused.value.problems] == [place]


def test_learner_sees_the_criteria_before_writing_and_the_levels_after():
    content = typed("open")
    before, after = (
        KIND.learner_view(content, language="en", order=(), given=None, is_revealed=is_revealed)
        for is_revealed in (False, True)
    )
    assert before["criteria"] == [
        {"title": "Safety", "percent": "60"},
        {"title": "Treatment", "percent": "40"},
    ]
    assert after["criteria"][1]["levels"][0] == {
        "title": secret("level l0")["en"],
        "description": secret("description l0")["en"],
    }
    page = render_to_string(
        KIND.template_name, {"question": before, "field_name": "answer-1", "field_id": "q1"}
    )
    assert page.index("Safety") < page.index("<textarea")
    assert "At most 50 words." in page


def test_first_line_of_an_answer_may_be_empty():
    view = KIND.learner_view(
        typed("open"), language="en", order=(), given={"text": "a\nb"}, is_revealed=False
    )
    page = render_to_string(KIND.template_name, {"question": view})
    assert ">\na\nb</textarea>" in page


def test_survey_may_ask_without_a_rubric():
    content = typed("open", criteria=[], is_opinion=True, explanations={}, sources=[])
    assert KIND.publication_problems(content) == []
    assert rubric_fraction(content, {}) == 0


def test_stored_rubric_names_every_part():
    assert KIND.write(typed("open"))["criteria"] == stored("open")["criteria"]
