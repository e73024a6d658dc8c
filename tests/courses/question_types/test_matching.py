"""Matching: equal parts, ids that tell nothing, and what comes back from forms and files."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types import InvalidAnswer, InvalidContent, question_type
from courses.question_types.matching import Matching
from courses.question_types.parts import opaque_id
from tests.courses.question_types.parts import (
    CANARY,
    as_the_caller_does,
    bilingual,
    check_problems,
    json_values,
    matching,
    posts,
    texts,
    unrevealed_views,
)

KIND = Matching()
HALVES = {number: opaque_id(bilingual(f"half {number}")) for number in (1, 2, 3)}
NOTHING = opaque_id(bilingual("fits nothing"))


def answer(*halves: str) -> dict[str, Any]:
    """Return the stored answer that gives the items these halves."""
    return {"pairs": {f"p{n}": half for n, half in enumerate(halves, start=1) if half}}


def places(data: dict[str, Any]) -> list[str]:
    return [problem.place for problem in KIND.publication_problems(KIND.read(data))]


def test_matching_is_found_by_its_name() -> None:
    assert isinstance(question_type("matching"), Matching)


@pytest.mark.parametrize(
    ("given_halves", "earned"),
    [
        ((HALVES[1], HALVES[2], HALVES[3]), "1"),
        ((HALVES[1], HALVES[1], HALVES[3]), "1"),  # the second takes this one too
        ((HALVES[1], HALVES[3], HALVES[2]), "0.3333"),
        ((HALVES[1], HALVES[2], NOTHING), "0.6667"),
        ((HALVES[1],), "0.3333"),
        ((NOTHING, NOTHING, NOTHING), "0"),
        ((), "0"),
    ],
)
def test_each_pair_is_an_equal_part(given_halves: tuple[str, ...], earned: str) -> None:
    assert KIND.mark(KIND.read(matching()), answer(*given_halves)) == Decimal(earned)


def test_answer_is_read_from_the_parts_in_the_authors_order() -> None:
    content = KIND.read(matching())
    posted = {"": [""], "p3": [NOTHING], "p1": [HALVES[2]], "p2": [""]}

    read = KIND.read_answer(content, posted)

    assert read == {"pairs": {"p1": HALVES[2], "p3": NOTHING}}
    assert KIND.read_answer(content, {"p1": [""], "p2": []}) is None


@pytest.mark.parametrize(
    "posted",
    [
        {"p9": [HALVES[1]]},
        {"p1": ["p1"]},
        {"p1": [HALVES[1], HALVES[2]]},
        {"": [HALVES[1]]},
        {"p1": ["x" * 1_000_000]},
        {"p9": [""]},
    ],
)
def test_foreign_and_doubled_answers_are_refused(posted: dict[str, list[str]]) -> None:
    with pytest.raises(InvalidAnswer, match=r"\w+"):
        KIND.read_answer(KIND.read(matching()), posted)


@given(posts)
def test_whatever_is_posted_is_read_or_refused(posted: dict[str, list[str]]) -> None:
    content = KIND.read(matching())
    try:
        read = KIND.read_answer(content, posted)
    except InvalidAnswer:
        assert KIND.shown_again(content, posted) is None
    else:
        assert 0 <= KIND.mark(content, read) <= 1


@given(json_values, json_values, json_values)
def test_content_of_any_shape_is_read_or_refused(pairs: Any, pair: Any, also: Any) -> None:
    data = matching(pairs=pairs, distractors=[pair, {"id": "d1", "texts": also}])
    data["pairs"] = [{"id": "p1", "texts": pair, "also": also}] if pairs is None else pairs
    try:
        content = KIND.read(data)
    except InvalidContent as refused:
        check_problems(refused)
    else:
        KIND.publication_problems(content)
        assert KIND.read(KIND.write(content)) == content


def test_nothing_tells_the_pairs_before_their_time() -> None:
    for given_answer in (None, answer(HALVES[2], HALVES[1])):
        for view in unrevealed_views(KIND, matching(), given_answer):
            assert CANARY not in view
            assert "is_right" not in view
            assert "right_text" not in view
            assert "also" not in view


def test_halves_are_named_and_ordered_by_their_words_alone() -> None:
    data = matching()
    turned = matching(pairs=list(reversed(data["pairs"])))

    first, second = KIND.read(data), KIND.read(turned)

    assert KIND.option_ids(first) == KIND.option_ids(second)
    assert set(KIND.option_ids(first)) == {*HALVES.values(), NOTHING}


def test_attempts_order_of_the_halves_is_kept_and_lettered() -> None:
    content = KIND.read(matching())
    order = [NOTHING, HALVES[3], HALVES[1], HALVES[2]]

    view = KIND.learner_view(content, language="en", order=order, given=None, is_revealed=False)

    assert [(c["letter"], c["id"]) for c in view["choices"]] == list(
        zip("ABCD", order, strict=True)
    )
    assert [item["text"] for item in view["items"]] == ["item 1 en", "item 2 en", "item 3 en"]


def test_revealed_view_says_what_belongs_together() -> None:
    content = KIND.read(matching())
    order = KIND.option_ids(content)

    view = KIND.learner_view(
        content, language="es", order=order, given=answer(HALVES[1], NOTHING), is_revealed=True
    )

    rows = [(i["chosen_text"], i["is_right"], i["right_text"]) for i in view["items"]]
    assert rows == [
        ("half 1 es", True, "half 1 es"),
        ("fits nothing es", False, "half 2 es"),
        ("", False, "half 3 es"),
    ]
    assert view["outcome"] == f"{CANARY} partly es"


def test_tally_counts_each_item_with_what_it_was_given() -> None:
    content = KIND.read(matching())
    keys = KIND.tallied(content, answer(HALVES[1], NOTHING))

    assert keys == (f"p1→{HALVES[1]}", f"p2→{NOTHING}")
    assert KIND.tally_label(content, keys[1], language="en") == "item 2 en → fits nothing en"
    assert KIND.right_keys(content) == {
        f"p1→{HALVES[1]}",
        f"p2→{HALVES[2]}",
        f"p2→{HALVES[1]}",
        f"p3→{HALVES[3]}",
    }
    assert KIND.tally_label(content, "nada", language="en") == "nada"
    assert KIND.answer_text(content, answer(HALVES[3]), language="es") == "item 1 es → half 3 es"


def test_longest_ids_make_keys_that_statistics_keep() -> None:
    data = matching()
    data["pairs"][0]["id"] = "x" * 50
    content = KIND.read(data)

    keys = KIND.tallied(content, {"pairs": {"x" * 50: HALVES[1]}})

    assert max(map(len, keys)) <= 120


def test_further_answer_is_accepted_for_its_item_only() -> None:
    content = KIND.read(matching())
    given_answer = answer(NOTHING, HALVES[2], HALVES[3])

    more = KIND.accepting(content, f"p1→{NOTHING}")

    assert KIND.mark(more, given_answer) == 1
    assert KIND.mark(more, answer(HALVES[1], NOTHING, HALVES[3])) == Decimal("0.6667")
    assert KIND.read(KIND.write(more)) == more
    for foreign in ("p1→x", "p9→" + NOTHING, "p1"):
        with pytest.raises(InvalidAnswer):
            KIND.accepting(content, foreign)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("pairs", 0, "texts"), {"es": "solo"}, ["pairs.0.texts.en"]),
        (("pairs", 0, "matches"), {"es": "half 1 es", "en": ""}, ["pairs.0.matches.en"]),
        (("pairs", 1, "texts"), bilingual("item 1"), ["pairs.1.texts"]),
        (("pairs", 0, "also"), ["never written"], ["pairs.0.also"]),
        (("distractors", 0, "texts"), bilingual("half 1"), ["distractors.0.texts"]),
        (
            ("distractors", 0, "texts"),
            {"es": "half 1 es", "en": "other"},
            ["distractors.0.texts", "distractors.0.texts.en"],
        ),
    ],
)
def test_what_is_missing_is_said_at_its_place(
    place: tuple[str, int, str], value: Any, expected: list[str]
) -> None:
    data = matching()
    data[place[0]][place[1]][place[2]] = value

    assert places(data) == expected


def test_matching_needs_two_pairs_and_two_answers() -> None:
    data = matching(distractors=[])
    one = {**data, "pairs": data["pairs"][:1]}
    same = {
        **data,
        "pairs": [{**p, "matches": bilingual("half 1"), "also": []} for p in data["pairs"]],
    }

    assert places(matching()) == []
    assert places(one) == ["pairs"]
    assert places(same) == ["pairs"]


@given(st.lists(st.tuples(texts, texts, texts), min_size=2, max_size=5), st.lists(texts))
def test_pairs_come_back_from_files(rows: list[Any], others: list[Any]) -> None:
    data = matching(
        pairs=[
            {"id": f"p{n}", "texts": left, "matches": right, "also": [], "feedback": said}
            for n, (left, right, said) in enumerate(rows, start=1)
        ],
        distractors=[{"id": f"d{n}", "texts": one} for n, one in enumerate(others[:10], start=1)],
    )
    content = KIND.read(data)

    assert KIND.read(KIND.write(content)) == content
    assert as_the_caller_does(KIND.to_exchange(content), KIND, content) == content


def test_further_right_halves_come_back_by_the_words_of_their_item() -> None:
    content = KIND.read(matching())
    filed = KIND.to_exchange(content)
    turned = replace(filed, answers=filed.answers[::-1])

    assert as_the_caller_does(filed, KIND, content) == content
    assert [pair["also"] for pair in KIND.from_exchange(turned)["pairs"]] == [
        [],
        ["half 1 es"],
        [],
    ]
    for nonsense in ("", "[]", "{", '{"x": 7}', "7"):
        broken = KIND.from_exchange(replace(filed, extra={"also": nonsense}))
        assert [pair["also"] for pair in broken["pairs"]] == [[], [], []]


def test_samples_are_wrong_partly_and_wholly_right() -> None:
    content = KIND.read(matching())
    marks = [KIND.mark(content, one) for one in KIND.sample_answers(content)]

    assert (marks[0], 0 < marks[1] < 1, marks[2]) == (0, True, 1)
