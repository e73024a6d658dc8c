"""What stands in the way of publishing a case, against a walker that tries every way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.case_checks import case_problems
from courses.case_graph import CaseGraph, read_case, write_case
from courses.case_walks import MOST_STATES, Situation, Space, after, beginning, open_choices
from courses.enums import EndingKind
from courses.question_types.base import InvalidContent
from tests.factories.cases import case_content, choice, scene, texts

Change = Callable[[dict[str, Any]], object]


def problems_of(content: dict[str, Any], *, most: int = MOST_STATES) -> list[tuple[str, str]]:
    return [(one.place, one.message) for one in case_problems(read_case(content), most=most)]


def changed(change: Change) -> dict[str, Any]:
    content = case_content()
    change(content)
    return content


def test_a_whole_case_has_no_problem() -> None:
    assert problems_of(case_content()) == []


def test_a_case_is_written_as_it_was_read() -> None:
    content = case_content()
    assert write_case(read_case(content)) == content


CHANGES: list[tuple[Change, list[str]]] = [
    (lambda c: c["titles"].pop("en"), ["titles.en"]),
    (lambda c: c["scenes"][0]["texts"].pop("en"), ["scenes.0.texts.en"]),
    (lambda c: c["scenes"][0]["present"].pop("en"), ["scenes.0.present.en"]),
    (
        lambda c: c["scenes"][0]["drawing_alts"].clear(),
        ["scenes.0.drawing_alts.es", "scenes.0.drawing_alts.en"],
    ),
    (lambda c: c["scenes"][0]["choices"][0]["texts"].pop("es"), ["scenes.0.choices.0.texts.es"]),
    (
        lambda c: c["scenes"][0]["choices"][0]["consequences"].update(en=" "),
        ["scenes.0.choices.0.consequences.en"],
    ),
    (
        lambda c: c["scenes"][0]["choices"][0]["feedback"].pop("en"),
        ["scenes.0.choices.0.feedback.en"],
    ),
    (lambda c: c["facts"][0]["texts"].pop("en"), ["facts.0.texts.en"]),
    (lambda c: c["gauges"][0]["titles"].pop("en"), ["gauges.0.titles.en"]),
    (lambda c: c["gauges"][0]["words"][1]["texts"].pop("en"), ["gauges.0.words.1.texts.en"]),
    (lambda c: c["gauges"][0]["words"].pop(0), ["gauges.0.words"]),
    (lambda c: c["gauges"][0]["words"][1].update(at_least=0), ["gauges.0.words.1.at_least"]),
    (lambda c: c["gauges"][0]["words"][1].update(at_least=9), ["gauges.0.words.1.at_least"]),
    (lambda c: c["gauges"][0].update(start=7), ["gauges.0.start"]),
    (lambda c: c["scenes"][2]["ending"]["sources"].clear(), ["scenes.2.ending.sources"]),
    (lambda c: c["scenes"][2]["ending"]["debriefs"].pop("es"), ["scenes.2.ending.debriefs.es"]),
    (lambda c: c["debrief_questions"].clear(), ["debrief_questions"]),
    (lambda c: c["facilitator_notes"].pop("en"), ["facilitator_notes.en"]),
    (lambda c: c["scenes"][0]["choices"][1].update(target="nada"), ["scenes.0.choices.1.target"]),
    (lambda c: c["scenes"][0]["choices"][1].update(target=""), ["scenes.0.choices.1.target"]),
    (
        lambda c: c["scenes"][0]["choices"][1].update(unlocks=["nada"]),
        ["scenes.0.choices.1.unlocks"],
    ),
    (
        lambda c: c["scenes"][0]["choices"][1].update(moves={"nada": 1}),
        ["scenes.0.choices.1.moves"],
    ),
    (
        lambda c: c["scenes"][1]["choices"][0]["condition"].update(facts=["nada"]),
        ["scenes.1.choices.0.condition.facts"],
    ),
    (
        lambda c: c["scenes"][1]["choices"][0]["condition"].update(at_most={"nada": 1}),
        ["scenes.1.choices.0.condition.at_most"],
    ),
    (lambda c: c["scenes"][1].update(ending=c["scenes"][2]["ending"]), ["scenes.1.ending"]),
    (lambda c: c["scenes"].append(scene("sola")), ["scenes.5.choices"]),
    (lambda c: c["scenes"].append(scene("sola", ending="safe")), ["scenes.5.id"]),
    (
        lambda c: (
            c["scenes"].append(scene("vuelta", choice("x", "vuelta")))
            or c["scenes"][0]["choices"].append(choice("z", "vuelta"))
        ),
        ["scenes.5.choices"],
    ),
    (lambda c: c["scenes"][2]["ending"].update(kind="incomplete"), ["scenes"]),
    (lambda c: c["facts"].append({"id": "otro", "texts": texts("x")}), ["facts.1.id"]),
    (
        lambda c: c["scenes"][1]["choices"][0]["condition"].update(at_most={"confianza": 0}),
        ["scenes.1.choices.0.condition", "scenes.2.id", "scenes"],
    ),
    (
        lambda c: c["scenes"].__delitem__(slice(1, None)) or c["scenes"][0]["choices"].clear(),
        ["scenes", "scenes.0.choices"],
    ),
]


@pytest.mark.parametrize(("change", "places"), CHANGES, ids=range(len(CHANGES)))
def test_each_mistake_is_named_at_its_place(change: Change, places: list[str]) -> None:
    found = [place for place, _message in problems_of(changed(change))]
    assert sorted(found) == sorted(places)


def test_a_scene_in_which_no_choice_may_be_open_is_refused() -> None:
    content = case_content()
    del content["scenes"][1]["choices"][1:]
    del content["scenes"][3:]
    found = [place for place, _message in problems_of(content)]
    assert found == ["scenes.1.choices"]


def test_a_trap_that_conditions_make_is_refused() -> None:
    content = case_content()
    needs = {"facts": ["telefono"], "at_least": {}, "at_most": {}}
    content["scenes"][1]["choices"] = [
        choice("derivar", "seguro", condition=needs),
        choice("despedir", "se-va", condition=needs),
        choice("denunciar", "dano", condition=needs),
        choice("esperar", "sala"),
    ]
    assert [place for place, _message in problems_of(content)] == ["scenes.1.choices"]


def test_too_many_situations_are_said_and_not_walked() -> None:
    place, message = problems_of(case_content(), most=3)[0]
    assert place == "scenes"
    assert "3" in message


def test_names_must_be_there_and_differ() -> None:
    content = case_content()
    content["scenes"][1]["id"] = "llegada"
    content["facts"][0]["id"] = ""
    with pytest.raises(InvalidContent) as caught:
        read_case(content)
    assert [one.place for one in caught.value.problems] == ["scenes.1.id", "facts.0.id"]


# -- against a brute-force walker ------------------------------------------------------------------

NAMES = ["a", "b", "c", "d"]


def _condition(draw: st.DrawFn) -> dict[str, Any]:
    """Return a condition; mostly none, so that a good part of the graphs is sound."""
    if draw(st.integers(0, 5)):
        return {"facts": [], "at_least": {}, "at_most": {}}
    return {
        "facts": draw(st.lists(st.just("f"), max_size=1)),
        "at_least": draw(st.dictionaries(st.just("g"), st.integers(0, 2), max_size=1)),
        "at_most": draw(st.dictionaries(st.just("g"), st.integers(1, 3), max_size=1)),
    }


def _choices(draw: st.DrawFn, onwards: str, targets: list[str]) -> list[dict[str, Any]]:
    """Return one to three choices, the first of which mostly leads to the scene that follows."""
    count = draw(st.integers(1, 3))
    chosen = [draw(st.sampled_from([onwards, onwards, *targets]))]
    chosen += [draw(st.sampled_from(["mal", *targets])) for _number in range(count - 1)]
    return [
        choice(
            str(number),
            target,
            moves={"g": draw(st.integers(-2, 2))},
            unlocks=draw(st.lists(st.just("f"), max_size=1)),
            condition=_condition(draw),
        )
        for number, target in enumerate(chosen)
    ]


@st.composite
def graphs(draw: st.DrawFn) -> CaseGraph:
    """Return any graph of four scenes and two endings whose names are all known."""
    targets = [*NAMES, "bien", "mal"]
    content = case_content(
        facts=[{"id": name, "texts": texts(name)} for name in ["f"]],
        gauges=[
            {
                "id": "g",
                "titles": texts("g"),
                "start": draw(st.integers(0, 3)),
                "least": 0,
                "most": 3,
                "words": [{"at_least": 0, "texts": texts("w")}],
            }
        ],
        scenes=[
            *(
                scene(name, *_choices(draw, onwards, targets))
                for name, onwards in zip(NAMES, [*NAMES[1:], "bien"], strict=True)
            ),
            scene("bien", ending="safe"),
            scene("mal", ending="harmful"),
        ],
    )
    return read_case(content)


def walked(graph: CaseGraph) -> dict[Situation, list[tuple[str, Situation]]]:
    """Return every situation that a walk can come to, found by trying everything."""
    found: dict[Situation, list[tuple[str, Situation]]] = {}
    waiting = [beginning(graph)]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        ways = [(one.id, after(graph, here, one)) for one in open_choices(graph, here)]
        found[here] = ways
        waiting += [following for _name, following in ways]
    return found


def leading(found: dict[Situation, list[tuple[str, Situation]]], ends: set[str]) -> set[Situation]:
    good = {one for one in found if one.scene in ends}
    while True:
        more = {one for one, ways in found.items() if any(to in good for _name, to in ways)} - good
        if not more:
            return good
        good |= more


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_the_checks_agree_with_a_walker_that_tries_everything(graph: CaseGraph) -> None:
    found = walked(graph)
    ends = {"bien", "mal"}
    has_safe = any(one.scene == "bien" for one in found)
    all_scenes = {one.scene for one in found} == {scene.id for scene in graph.scenes}
    no_trap = leading(found, ends) == set(found)
    opened = {(one.scene, name) for one, ways in found.items() for name, _to in ways}
    all_opened = all(
        (scene.id, one.id) in opened for scene in graph.scenes for one in scene.choices
    )
    unlocked = {fact for scene in graph.scenes for one in scene.choices for fact in one.unlocks}
    is_good = has_safe and all_scenes and no_trap and all_opened and unlocked == {"f"}

    assert (case_problems(graph) == []) == is_good


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_leaving_out_what_makes_no_difference_changes_no_answer(graph: CaseGraph) -> None:
    found = walked(graph)
    space = Space(graph)
    assert {space.seen(one) for one in found} == set(space.ways)
    safe = leading(found, {"bien"})
    assert {one for one in found if space.seen(one) in space.distances(EndingKind.SAFE)} == safe
