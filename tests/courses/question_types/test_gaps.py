"""Gaps: marks in every language, partial marks by weight, and a name for each field."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from tests.courses.question_types.samples import NUMBER_KEY, accepted, both, stored, typed

KIND = question_type("gaps")
RIGHT = {"que": "o1", "cual": "canary gap key en", "horas": NUMBER_KEY}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def view_of(content, given=None, *, language="es", is_revealed=False, order=None):
    order = KIND.option_ids(content) if order is None else order
    return KIND.learner_view(
        content, language=language, order=order, given=given, is_revealed=is_revealed
    )


def page_of(view, **context):
    names = {"field_name": "answer-3", "field_id": "q3", "number": 3}
    return render_to_string(KIND.template_name, {"question": view, **names, **context})


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({}, "1"),
        ({"que": "o2"}, "0.5"),
        ({"que": "o3"}, "0.75"),
        ({"que": "o2", "cual": "otra"}, "0.25"),
        ({"que": "o2", "cual": "otra", "horas": "1"}, "0"),
        ({"horas": "918273,5"}, "1"),
        ({"cual": "CANARY, gap-key es"}, "1"),
    ],
)
def test_each_gap_earns_its_weight(changes, mark):
    content = typed("gaps")
    posted = {part: [value] for part, value in {**RIGHT, **changes}.items()}
    assert KIND.mark(content, KIND.read_answer(content, posted)) == Decimal(mark)


def test_thirds_are_exact_to_four_places():
    gaps = [{**gap, "weight": "1"} for gap in stored("gaps")["gaps"]]
    content = typed("gaps", gaps=gaps)
    marks = [KIND.mark(content, {"gaps": dict(list(RIGHT.items())[:count])}) for count in range(4)]
    assert marks == [Decimal(text) for text in ("0", "0.3333", "0.6667", "1")]


def test_empty_gaps_are_not_stored():
    content = typed("gaps")
    assert KIND.read_answer(content, {"que": [""], "cual": [" "]}) is None
    assert KIND.read_answer(content, {"que": ["o2"], "cual": [""]}) == {"gaps": {"que": "o2"}}
    assert KIND.answer_text(content, {"gaps": {"que": "o2"}}, language="en") == "2: promise"


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({"cual": ["x" * 201]}, "Gap 1: The answer has 201 letters; at most 200 fit."),
        (
            {"que": ["foreign"]},
            "Gap 2: The answer names an option that this question does not have.",
        ),
        ({"horas": ["mil"]}, "Gap 3: “mil” is not a number. Write it in figures."),
        ({"horas": ["1", "2"]}, "Gap 3: This question takes one answer only."),
    ],
)
def test_refusal_names_the_gap_as_the_reader_counts_it(posted, message):
    with pytest.raises(InvalidAnswer) as refused:
        KIND.read_answer(typed("gaps"), posted)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("stems", "places"),
    [
        (both("[[que]] [[cual]] [[horas]]", "[[horas]] [[que]] [[cual]]"), []),
        (both("[[que]] [[cual]] [[horas]]", "[[que]] [[cual]]"), ["stems.en"]),
        (both("[[que]] [[que]] [[cual]] [[horas]]", "[[que]] [[cual]] [[horas]]"), ["stems.es"]),
        (
            both("[[que]] [[cual]] [[horas]] [[otro]]", "[[que]] [[cual]] [[horas]]"),
            ["stems.es"],
        ),
        (both("Sin huecos", "[[que]] [[cual]] [[horas]]"), ["stems.es"] * 3),
    ],
)
def test_every_language_marks_the_same_gaps_once(stems, places):
    problems = KIND.publication_problems(typed("gaps", stems=stems))
    assert [problem.place for problem in problems] == places


def test_gap_needs_options_and_an_answer_that_is_right():
    gaps = [
        {
            "id": "a",
            "kind": "choice",
            "weight": "1",
            "answers": [accepted("o", both("x", ""), "1")],
        },
        {"id": "b", "kind": "text", "weight": "1", "answers": []},
    ]
    stems = both("[[a]] [[b]]", "[[a]] [[b]]")
    problems = KIND.publication_problems(typed("gaps", gaps=gaps, stems=stems))
    assert [problem.place for problem in problems] == [
        "gaps.0.answers",
        "gaps.0.answers",
        "gaps.0.answers.0.texts.en",
        "gaps.1.answers",
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": "Gap 1"}, "gaps.0.id"),
        ({"id": "x" * 41}, "gaps.0.id"),
        ({"weight": "0"}, "gaps.0.weight"),
        ({"weight": "1e999"}, "gaps.0.weight"),
        ({"kind": "essay"}, "gaps.0.kind"),
        ({"answers": "x"}, "gaps.0.answers"),
    ],
)
def test_gap_of_no_sort_is_named_at_its_place(change, place):
    gaps = stored("gaps")["gaps"]
    gaps[0] |= change
    with pytest.raises(InvalidContent) as refused:
        typed("gaps", gaps=gaps)
    assert [problem.place for problem in refused.value.problems] == [place]


def test_problem_of_a_form_stands_at_its_field():
    places = [
        KIND.form_place(place.split("."))
        for place in (
            "gaps.0.id",
            "gaps.0.answers.1.value",
            "gaps.0.answers.1.fraction",
            "stems.es",
        )
    ]
    assert places == [
        ["gaps", "0", "mark"],
        ["gaps", "0", "answers", "1", "texts"],
        ["gaps", "0", "answers", "1", "percent"],
        ["stems", "es"],
    ]


def test_options_of_a_gap_stand_in_the_order_of_the_attempt():
    content = typed("gaps")
    assert KIND.option_ids(content) == ("que/o1", "que/o2", "que/o3")
    gaps = view_of(content, order=["que/o3", "que/o1", "que/o2"])["gaps"]
    assert [option["id"] for option in gaps[0]["options"]] == ["o3", "o1", "o2"]


def test_gaps_are_counted_as_they_stand_in_the_reader_s_text():
    content = typed("gaps")
    found = {
        language: [(gap["id"], gap["label"]) for gap in view_of(content, language=language)["gaps"]]
        for language in ("es", "en")
    }
    assert found["es"] == [
        ("que", "Gap 1 of 3"),
        ("cual", "Gap 2 of 3"),
        ("horas", "Gap 3 of 3"),
    ]
    assert [gap_id for gap_id, _label in found["en"]] == ["cual", "que", "horas"]


def test_every_field_has_a_name_and_stands_in_its_sentence():
    page = page_of(view_of(typed("gaps"), {"gaps": {"cual": "la <línea>", "que": "o3"}}))
    assert 'name="answer-3-que"' in page
    assert 'aria-label="Gap 1 of 3"' in page
    assert 'aria-label="Gap 3 of 3, a number"' in page
    assert 'value="la &lt;línea&gt;"' in page
    assert '<option value="o3" selected>anote</option>' in page
    assert "</select> y llame al <input" in page
    assert ">, antes de <input" in page


def test_revealed_gaps_say_in_words_what_was_right():
    answer = {"gaps": {"que": "o1", "cual": "otra cosa"}}
    view = view_of(typed("gaps"), answer, language="en", is_revealed=True)
    page = page_of(view, is_read_only=True, is_revealed=True)
    states = [(gap["id"], gap["is_right"], gap["accepted"]) for gap in view["gaps"]]
    assert states == [
        ("cual", False, ["canary gap key en"]),
        ("que", True, ["listen"]),
        ("horas", False, [NUMBER_KEY]),
    ]
    assert [page.count(text) for text in ("Your answer: right", "Your answer: not right")] == [1, 1]
    assert page.count("Not answered") == 1


def test_draft_with_foreign_and_repeated_marks_is_still_shown():
    content = typed("gaps", stems=both("[[que]] [[otro]] [[que]]", ""))
    view = view_of(content)
    assert [gap["id"] for gap in view["gaps"]] == ["que"]
    assert view["pieces"][-1] == {"text": " [[otro]] [[que]]"}
    assert view["stem"] == "____ ____ ____"
    assert KIND.answer_text(content, {"gaps": {"horas": "7"}}, language="es") == "3: 7"


def test_statistics_count_each_gap_by_itself():
    content = typed("gaps")
    answer = {"gaps": {"que": "o2", "cual": "Otra  cosa", "horas": "7,0"}}
    keys = KIND.tallied(content, answer)
    assert keys == ("que=o2", "cual~otra cosa", "horas~7")
    labels = [KIND.tally_label(content, key, language="es") for key in keys]
    assert labels == ["1: prometa", "2: otra cosa", "3: 7"]
    assert KIND.right_keys(content) == {"que=o1", "que=o3", "cual=t1", "horas=n1"}


def test_longest_names_still_give_short_keys():
    gap = {"id": "g" * 40, "kind": "text", "weight": "1", "answers": []}
    content = typed("gaps", gaps=[gap])
    (key,) = KIND.tallied(content, {"gaps": {"g" * 40: "palabra " * 25}})
    assert len(key) <= 120
