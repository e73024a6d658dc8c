"""Spots in a picture: marks, measures, and a list that does the same as the picture."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from courses.question_types.hotspots import Hotspots
from tests.courses.question_types.parts import (
    CANARY,
    as_the_caller_does,
    check_problems,
    hotspots,
    json_values,
    posts,
    texts,
    unrevealed_views,
)

KIND = Hotspots()
CONTENT = KIND.read(hotspots())
ONE = KIND.read(hotspots(is_multiple=False))


def places(data: dict[str, Any]) -> list[str]:
    return [problem.place for problem in KIND.publication_problems(KIND.read(data))]


def spots(**changes: Any) -> list[dict[str, Any]]:
    """Return the spots, the first of them changed."""
    first, *others = hotspots()["spots"]
    return [{**first, **changes}, *others]


def test_hotspots_are_found_by_their_name() -> None:
    assert isinstance(question_type("hotspots"), Hotspots)


@pytest.mark.parametrize(
    ("chosen", "several", "one"),
    [
        ("ab", "1", "0"),
        ("a", "0.5", "1"),
        ("b", "0.5", "1"),
        ("abc", "0.5", "0"),
        ("ac", "0", "0"),
        ("abcd", "0", "0"),
        ("c", "0", "0"),
        ("", "0", "0"),
    ],
)
def test_right_spots_add_and_wrong_ones_take(chosen: str, several: str, one: str) -> None:
    given_answer = {"chosen": list(chosen)} if chosen else None

    assert KIND.mark(CONTENT, given_answer) == Decimal(several)
    if len(chosen) < 2:
        assert KIND.mark(ONE, given_answer) == Decimal(one)


def test_answer_is_read_in_the_authors_order() -> None:
    assert KIND.read_answer(CONTENT, {"": ["b", "a", "b", ""]}) == {"chosen": ["a", "b"]}
    assert KIND.read_answer(CONTENT, {"": [""]}) is None
    assert KIND.read_answer(CONTENT, {}) is None


@pytest.mark.parametrize("posted", [{"": ["z"]}, {"a": ["a"]}, {"": ["a" * 10**6]}])
def test_foreign_spots_are_refused(posted: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidAnswer, match=r"\w+"):
        KIND.read_answer(CONTENT, posted)


def test_second_spot_is_refused_where_one_is_asked() -> None:
    with pytest.raises(InvalidAnswer, match=r"\w+"):
        KIND.read_answer(ONE, {"": ["a", "b"]})
    assert KIND.read_answer(ONE, {"": ["a", "a"]}) == {"chosen": ["a"]}


@given(posts)
def test_whatever_is_posted_is_read_or_refused(posted: dict[str, list[str]]) -> None:
    try:
        read = KIND.read_answer(CONTENT, posted)
    except InvalidAnswer:
        return
    assert 0 <= KIND.mark(CONTENT, read) <= 1


@given(json_values, json_values)
def test_content_of_any_shape_is_read_or_refused(some: Any, measure: Any) -> None:
    for data in (hotspots(spots=some), hotspots(spots=spots(x=measure, width=measure))):
        try:
            content = KIND.read(data)
        except InvalidContent as refused:
            check_problems(refused)
        else:
            KIND.publication_problems(content)
            assert KIND.read(KIND.write(content)) == content


@pytest.mark.parametrize("measure", ["-1", "100.01", "NaN", "Infinity", "nada", None, "1e400"])
def test_measure_outside_of_the_picture_is_none(measure: Any) -> None:
    with pytest.raises(InvalidContent) as refused:
        KIND.read(hotspots(spots=spots(y=measure)))

    assert [problem.place for problem in refused.value.problems] == ["spots.0.y"]


def test_nothing_tells_the_right_spots_before_their_time() -> None:
    for given_answer in (None, {"chosen": ["a", "c"]}):
        for view in unrevealed_views(KIND, hotspots(), given_answer):
            assert CANARY not in view
            assert "is_right" not in view


def test_view_numbers_the_spots_in_the_attempts_order_with_exact_places() -> None:
    view = KIND.learner_view(
        CONTENT, language="en", order="dcba", given={"chosen": ["c"]}, is_revealed=False
    )

    assert [(o["number"], o["id"], o["is_chosen"]) for o in view["options"]] == [
        (1, "d", False),
        (2, "c", True),
        (3, "b", False),
        (4, "a", False),
    ]
    sides = [view["options"][0][side] for side in ("x", "y", "width", "height")]
    assert sides == ["30%", "12.5%", "9.25%", "20%"]


def test_tally_counts_the_spots() -> None:
    assert KIND.tallied(CONTENT, {"chosen": ["a", "c"]}) == ("a", "c")
    assert KIND.right_keys(CONTENT) == {"a", "b"}
    assert KIND.answer_text(CONTENT, {"chosen": ["c"]}, language="es") == "spot c es"


def test_further_spot_is_accepted_where_one_is_asked() -> None:
    more = KIND.accepting(ONE, "c")

    assert KIND.mark(more, {"chosen": ["c"]}) == 1
    assert KIND.mark(more, {"chosen": ["a"]}) == 1
    for content, key in ((CONTENT, "c"), (ONE, "z")):
        with pytest.raises(InvalidAnswer):
            KIND.accepting(content, key)


def test_what_is_missing_is_said_at_its_place() -> None:
    figure = {"image_id": 1, "alts": {"es": "una sala"}, "is_decorative": False}
    nothing_right = [{**spot, "is_right": False} for spot in hotspots()["spots"]]

    assert places(hotspots()) == []
    assert places(hotspots(figure=None)) == ["figure"]
    assert places(hotspots(figure={**figure, "is_decorative": True})) == ["figure.is_decorative"]
    assert places(hotspots(figure=figure)) == ["figure.alts.en"]
    assert places(hotspots(spots=hotspots()["spots"][:1])) == ["spots"]
    assert places(hotspots(spots=nothing_right)) == ["spots"]
    assert places(hotspots(spots=spots(width="0"))) == ["spots.0.width"]
    assert places(hotspots(spots=spots(y="90"))) == ["spots.0.height"]
    assert places(hotspots(spots=spots(texts={"es": "solo"}))) == ["spots.0.texts.en"]


per_cents = st.decimals(min_value=0, max_value=100, places=2)


@given(
    st.lists(st.tuples(texts, texts, st.booleans(), *[per_cents] * 4), max_size=5), st.booleans()
)
def test_spots_come_back_from_files(rows: list[Any], is_multiple: bool) -> None:
    made = [
        {
            "id": f"s{number}",
            "texts": text,
            "feedback": said,
            "is_right": right,
            "x": str(x),
            "y": str(y),
            "width": str(width),
            "height": str(height),
        }
        for number, (text, said, right, x, y, width, height) in enumerate(rows, start=1)
    ]
    content = KIND.read(hotspots(spots=made, is_multiple=is_multiple))

    assert KIND.read(KIND.write(content)) == content
    assert as_the_caller_does(KIND.to_exchange(content), KIND, content) == content


def test_samples_are_wrong_partly_and_wholly_right() -> None:
    marks = [KIND.mark(CONTENT, one) for one in KIND.sample_answers(CONTENT)]
    single = [KIND.mark(ONE, one) for one in KIND.sample_answers(ONE)]

    assert (marks, single) == ([0, Decimal("0.5"), 1], [0, 1])
