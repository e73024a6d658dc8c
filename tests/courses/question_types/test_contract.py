"""What every type keeps: nothing leaves early, nothing crashes, what goes out comes in again."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.question_types import (
    InvalidAnswer,
    InvalidContent,
    QuestionType,
    question_type,
)
from courses.question_types.common import write_common
from courses.question_types.parts import opaque_id
from tests.courses.question_types.samples import NUMBER_KEY, SECRET, stored, typed

KINDS = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "short_answer",
    "number",
    "gaps",
    "open",
    "text",
    "matching",
    "ordering",
    "hotspots",
)

HALVES = [opaque_id({"es": f"Mitad {number}"}) for number in (1, 2)]
STEPS = [opaque_id({"es": f"Paso {letter}"}) for letter in "abc"]

POSTED: Mapping[str, Mapping[str, list[str]]] = {
    "single_choice": {"": ["b"]},
    "multiple_choice": {"": ["a", "c"]},
    "true_false": {"": ["false"]},
    "short_answer": {"": ["otra cosa"]},
    "number": {"": ["7"]},
    "gaps": {"que": ["o2"], "cual": ["otra cosa"], "horas": ["7"]},
    "open": {"": ["Escucho.\r\nLuego llamo."]},
    "text": {},
    "matching": {"p1": [HALVES[1]], "p2": [HALVES[0]]},
    "ordering": {STEPS[0]: ["2"], STEPS[1]: ["3"], STEPS[2]: ["1"]},
    "hotspots": {"": ["a"]},
}
"""A wrong answer to each sample."""

PARTS = st.sampled_from(["", "a", "que", "cual", "horas", "p1", *STEPS, "x" * 60])
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["a", "b", "o1", "true", "1,5", "1.500", "-3", "*", "\x00", "x" * 7000]),
    st.sampled_from(["1", "2", "3", *HALVES]),
)
ANY_POST = st.dictionaries(PARTS, st.lists(WORDS, max_size=3), max_size=4)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=10),
        st.sampled_from(["1e999999", "NaN", "-Infinity", "choice", "number", "0.5", "a"]),
    ),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(st.text(max_size=8), below, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def view_of(
    kind: QuestionType[Any], content: Any, answer: Any, language: str, *, is_revealed: bool
) -> dict[str, Any]:
    return kind.learner_view(
        content,
        language=language,
        order=kind.option_ids(content),
        given=answer,
        is_revealed=is_revealed,
    )


def page_of(kind: QuestionType[Any], view: Mapping[str, Any], **context: Any) -> str:
    names = {"field_name": "answer-1", "field_id": "q1", "number": 1, "figure_url": ""}
    return render_to_string(kind.template_name, {"question": view, **names, **context})


# -- nothing leaves before its time ----------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("is_answered", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_nothing_of_the_key_leaves_before_it_is_revealed(
    name: str, is_answered: bool, language: str
) -> None:
    kind, content = question_type(name), typed(name)
    answer = kind.read_answer(content, POSTED[name]) if is_answered else None

    with translation.override(language):
        view = view_of(kind, content, answer, language, is_revealed=False)
        pages = [
            page_of(kind, view, is_read_only=is_read_only, is_revealed=False, error=error)
            for is_read_only, error in ((False, ""), (False, "No."), (True, ""))
        ]

    for sent in (repr(view), *pages):
        assert SECRET not in sent
        assert NUMBER_KEY not in sent


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", [name for name in KINDS if name != "text"])
def test_explanation_source_and_feedback_are_shown_once_revealed(name: str, language: str) -> None:
    kind, content = question_type(name), typed(name)
    answer = kind.read_answer(content, POSTED[name])

    with translation.override(language):
        view = view_of(kind, content, answer, language, is_revealed=True)
        page = page_of(kind, view, is_read_only=True, is_revealed=True)

    wanted = [f"{SECRET} explanation {language}", f"{SECRET} source"]
    if name == "open":
        wanted += [f"{SECRET} model answer {language}", f"{SECRET} description l2 {language}"]
    else:
        earned = kind.mark(content, answer)
        wanted.append(f"{SECRET} {'partly' if earned else 'wrong'} {language}")
    assert [text for text in wanted if text not in page] == []


@pytest.mark.parametrize("name", [name for name in KINDS if name != "text"])
def test_hint_is_offered_while_answering_only(name: str) -> None:
    kind, content = question_type(name), typed(name)
    view = view_of(kind, content, None, "en", is_revealed=False)

    assert page_of(kind, view).count("Think of her.") == 1
    assert "Think of her." not in page_of(kind, {**view, "hint": ""})
    assert "<details" not in page_of(kind, {**view, "hint": ""})
    assert "Think of her." not in page_of(kind, view, is_read_only=True)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("open", "text")])
def test_survey_is_not_told_what_would_have_been_right(name: str) -> None:
    kind, content = question_type(name), typed(name, is_opinion=True)
    answer = kind.read_answer(content, POSTED[name])
    view = view_of(kind, content, answer, "en", is_revealed=True)
    page = page_of(kind, view, is_read_only=True, is_revealed=True)

    assert (view["outcome"], view["is_judged"]) == ("", False)
    assert "not right" not in page
    assert "Accepted" not in page


@pytest.mark.parametrize("name", KINDS)
def test_words_of_a_learner_are_shown_as_text(name: str) -> None:
    kind, content = question_type(name), typed(name)
    posted = {part: ["<script>x</script>"] for part in POSTED[name]}
    answer = kind.shown_again(content, posted)
    view = view_of(kind, content, answer, "en", is_revealed=False)

    for is_read_only in (False, True):
        assert "<script>" not in page_of(kind, view, is_read_only=is_read_only)


@pytest.mark.parametrize("name", ["short_answer", "number", "gaps", "open"])
def test_refused_words_are_shown_again(name: str) -> None:
    kind, content = question_type(name), typed(name)
    part = {"gaps": "horas"}.get(name, "")
    words = "palabra " * 1000 if name == "open" else "una palabra " * 30
    posted = {part: [words]}

    with pytest.raises(InvalidAnswer):
        kind.read_answer(content, posted)
    view = view_of(kind, content, kind.shown_again(content, posted), "en", is_revealed=False)
    page = page_of(kind, view, error="Too long.")

    assert words.strip() in page
    assert "Too long." in page
    assert 'id="q1-error"' in page


# -- what comes in ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(posted=ANY_POST)
@pytest.mark.parametrize("name", KINDS)
def test_no_post_crashes_and_every_answer_is_plain(name: str, posted: dict[str, list[str]]) -> None:
    kind, content = question_type(name), typed(name)
    shown = kind.shown_again(content, posted)
    view_of(kind, content, shown, "es", is_revealed=False)
    try:
        answer = kind.read_answer(content, posted)
    except InvalidAnswer:
        return
    assert json.loads(json.dumps(answer)) == answer
    assert "\\u0000" not in json.dumps(answer)
    assert 0 <= kind.mark(content, answer) <= 1
    for is_revealed in (False, True):
        view_of(kind, content, answer, "en", is_revealed=is_revealed)
    keys = kind.tallied(content, answer)
    assert all(0 < len(key) <= 120 for key in keys)
    assert all(kind.tally_label(content, key, language="en") for key in keys)
    assert bool(kind.answer_text(content, answer, language="es")) == (answer is not None)


@pytest.mark.parametrize("name", [name for name in KINDS if name != "multiple_choice"])
def test_duplicated_field_is_refused(name: str) -> None:
    kind, content = question_type(name), typed(name)
    part = {"gaps": "que", "matching": "p1", "ordering": STEPS[0]}.get(name, "")
    own = {"true_false": ["true", "false"], "gaps": ["o1", "o2"]}
    values = {**own, "matching": HALVES, "ordering": ["1", "2"]}.get(name, ["a", "b"])

    with pytest.raises(InvalidAnswer):
        kind.read_answer(content, {part: values})


@pytest.mark.parametrize("name", KINDS)
def test_foreign_part_is_refused(name: str) -> None:
    kind, content = question_type(name), typed(name)

    with pytest.raises(InvalidAnswer):
        kind.read_answer(content, {"foreign": ["a"]})


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
@pytest.mark.parametrize("name", KINDS)
def test_no_content_crashes(name: str, data: st.DataObject) -> None:
    kind = question_type(name)
    content = stored(name)
    node: Any = content
    for _step in range(data.draw(st.integers(0, 5))):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or data.draw(st.booleans()):
            node[key] = data.draw(JSON)
            break
        node = node[key]
    try:
        read = kind.read(content)
    except InvalidContent:
        return
    assert kind.read(json.loads(json.dumps(kind.write(read)))) == read
    for problem in kind.publication_problems(read):
        assert problem.message


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("content", [{}, {"options": "x", "answers": 1, "gaps": None}])
def test_empty_content_is_refused_or_no_question_yet(name: str, content: dict[str, Any]) -> None:
    kind = question_type(name)
    try:
        read = kind.read(content)
    except InvalidContent:
        return
    assert kind.publication_problems(read)


# -- what goes out comes in again ------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_stored_content_is_written_as_it_was(name: str) -> None:
    kind = question_type(name)

    assert kind.write(typed(name)) == stored(name)
    assert kind.publication_problems(typed(name)) == []


@pytest.mark.parametrize("name", KINDS)
def test_content_goes_through_a_file_unchanged(name: str) -> None:
    kind, content = question_type(name), typed(name)
    exchanged = kind.to_exchange(content)
    again = kind.read({**write_common(content.common), **kind.from_exchange(exchanged)})

    assert exchanged.shape == kind.shape
    assert exchanged.stems == content.common.stems
    assert kind.to_exchange(again) == exchanged
    assert [kind.mark(again, None), kind.publication_problems(again)] == [Decimal(0), []]


# -- accepting a further answer --------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in KINDS if question_type(name).accepts_more])
def test_accepted_answer_earns_the_full_mark_and_others_keep_theirs(name: str) -> None:
    kind, content = question_type(name), typed(name)
    answer = kind.read_answer(content, POSTED[name])
    assert kind.mark(content, answer) < 1

    mended = content
    for key in kind.tallied(content, answer):
        mended = kind.accepting(mended, key)

    assert kind.mark(mended, answer) == 1
    assert kind.read(kind.write(mended)) == mended
    assert set(kind.right_keys(content)) <= set(kind.right_keys(mended))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("key", ["", "foreign", "=foreign", "que=foreign", "que~foreign", "x~1"])
def test_foreign_key_is_not_accepted(name: str, key: str) -> None:
    kind = question_type(name)

    with pytest.raises(InvalidAnswer):
        kind.accepting(typed(name), key)
