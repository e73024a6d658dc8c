"""Put in order: places, doubled places, and a first order that is never the right one."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from courses.question_types.ordering import Ordering
from tests.courses.question_types.parts import (
    CANARY,
    as_the_caller_does,
    bilingual,
    check_problems,
    json_values,
    ordering,
    posts,
    texts,
    unrevealed_views,
)

KIND = Ordering()
CONTENT = KIND.read(ordering())
A, B, C, D = (step.token for step in CONTENT.steps)


def answer(*tokens: str) -> dict[str, Any]:
    """Return the stored answer that puts these parts at the places from 1."""
    return {"places": {token: place for place, token in enumerate(tokens, start=1)}}


def test_ordering_is_found_by_its_name() -> None:
    assert isinstance(question_type("ordering"), Ordering)


@pytest.mark.parametrize(
    ("tokens", "earned"),
    [
        ((A, B, C, D), "1"),
        ((A, B, D, C), "0.5"),
        ((B, C, A, D), "0.25"),
        ((B, A, D, C), "0"),
        ((A,), "0.25"),
        ((), "0"),
    ],
)
def test_each_part_at_its_place_is_an_equal_part(tokens: tuple[str, ...], earned: str) -> None:
    assert KIND.mark(CONTENT, answer(*tokens)) == Decimal(earned)


def test_places_are_read_and_may_be_incomplete() -> None:
    assert KIND.read_answer(CONTENT, {B: ["2"], A: ["1"], C: [""]}) == {"places": {A: 1, B: 2}}
    assert KIND.read_answer(CONTENT, {A: [""], "": []}) is None


def test_doubled_place_is_refused_in_words_and_shown_again() -> None:
    posted = {A: ["1"], B: ["1"], C: ["3"], D: ["3"]}

    with translation.override("en"), pytest.raises(InvalidAnswer, match=r"once: 1, 3\."):
        KIND.read_answer(CONTENT, posted)

    assert KIND.shown_again(CONTENT, posted) == {"places": {A: 1, B: 1, C: 3, D: 3}}


@pytest.mark.parametrize(
    "posted",
    [
        {"a": ["1"]},
        {A: ["5"]},
        {A: ["0"]},
        {A: ["01"]},
        {A: ["1", "2"]},
        {A: ["9" * 5000]},
        {"": ["1"]},
    ],
)
def test_foreign_parts_and_places_are_refused(posted: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidAnswer, match=r"\w+"):
        KIND.read_answer(CONTENT, posted)
    assert KIND.shown_again(CONTENT, posted) is None


@given(posts, st.dictionaries(st.sampled_from([A, B, C, D]), st.lists(st.text(max_size=4))))
def test_whatever_is_posted_is_read_or_refused(
    strange: dict[str, list[str]], own: dict[str, list[str]]
) -> None:
    for posted in (strange, own, {**strange, **own}):
        try:
            read = KIND.read_answer(CONTENT, posted)
        except InvalidAnswer:
            continue
        assert 0 <= KIND.mark(CONTENT, read) <= 1


@given(json_values)
def test_content_of_any_shape_is_read_or_refused(steps: Any) -> None:
    try:
        content = KIND.read(ordering(steps=steps))
    except InvalidContent as refused:
        check_problems(refused)
    else:
        KIND.publication_problems(content)
        assert KIND.read(KIND.write(content)) == content


def test_nothing_tells_the_order_before_its_time() -> None:
    for given_answer in (None, answer(B, A, D, C)):
        for view in unrevealed_views(KIND, ordering(), given_answer):
            assert CANARY not in view
            assert "is_right" not in view
            assert "right_place" not in view


def test_tokens_and_their_order_come_from_the_words_alone() -> None:
    turned = KIND.read(ordering(steps=list(reversed(ordering()["steps"]))))

    assert KIND.option_ids(turned) == KIND.option_ids(CONTENT)
    assert not {A, B, C, D} & {step.id for step in CONTENT.steps}


@pytest.mark.parametrize("order", list(permutations([A, B, C, D])))
def test_first_order_is_the_attempts_but_never_the_right_one(order: tuple[str, ...]) -> None:
    view = KIND.learner_view(CONTENT, language="es", order=order, given=None, is_revealed=False)
    shown = tuple(item["id"] for item in view["items"])

    assert shown == (order if order != (A, B, C, D) else (B, C, D, A))
    assert view["places"] == [1, 2, 3, 4]


def test_revealed_view_shows_the_right_order_and_the_given_places() -> None:
    view = KIND.learner_view(
        CONTENT, language="en", order=(D, C, B, A), given=answer(A, C, B), is_revealed=True
    )

    rows = [(i["text"], i["place"], i["right_place"], i["is_right"]) for i in view["items"]]
    assert rows == [
        ("step a en", 1, 1, True),
        ("step b en", 3, 2, False),
        ("step c en", 2, 3, False),
        ("step d en", None, 4, False),
    ]


def test_tally_counts_each_part_with_its_place() -> None:
    assert KIND.tallied(CONTENT, answer(B, A)) == ("a@2", "b@1")
    assert KIND.right_keys(CONTENT) == {"a@1", "b@2", "c@3", "d@4"}
    assert KIND.answer_text(CONTENT, answer(B, A), language="es") == "1. step b es; 2. step a es"
    with translation.override("en"):
        assert KIND.tally_label(CONTENT, "a@2", language="es") == "“step a es” at place 2"
    assert KIND.tally_label(CONTENT, "nada", language="es") == "nada"


def test_further_order_cannot_be_accepted() -> None:
    assert not KIND.accepts_more
    with pytest.raises(InvalidAnswer):
        KIND.accepting(CONTENT, "a@2")


def test_what_is_missing_is_said_at_its_place() -> None:
    steps = ordering()["steps"]
    same = [*steps[:3], {**steps[3], "texts": bilingual("step a")}]
    half = [*steps[:3], {**steps[3], "texts": {"es": "paso d"}}]

    def places(data: dict[str, Any]) -> list[str]:
        return [problem.place for problem in KIND.publication_problems(KIND.read(data))]

    assert places(ordering()) == []
    assert places(ordering(steps=steps[:2])) == ["steps"]
    assert places(ordering(steps=same)) == ["steps.3.texts"]
    assert places(ordering(steps=half)) == ["steps.3.texts.en"]


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_parts_come_back_from_files(rows: list[Any]) -> None:
    steps = [
        {"id": f"s{n}", "texts": text, "feedback": said}
        for n, (text, said) in enumerate(rows, start=1)
    ]
    content = KIND.read(ordering(steps=steps))

    assert KIND.read(KIND.write(content)) == content
    assert len(KIND.option_ids(content)) == len(rows)
    assert as_the_caller_does(KIND.to_exchange(content), KIND, content) == content


def test_samples_are_wrong_partly_and_wholly_right() -> None:
    marks = [KIND.mark(CONTENT, one) for one in KIND.sample_answers(CONTENT)]

    assert (marks[0], 0 < marks[1] < 1, marks[2]) == (0, True, 1)
