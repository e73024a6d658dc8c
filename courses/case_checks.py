"""What must be mended before anybody may walk through a case, each at its place in the graph.

Pure: it reads a graph and answers with problems (`scenes.2.choices.1.target`). First the words and
names; then, if every name is known, the ways: all situations of the case are walked.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from courses.case_graph import CaseGraph, Choice, Gauge, Scene
from courses.case_walks import MOST_STATES, Space
from courses.enums import EndingKind
from courses.question_types.base import Problem
from courses.question_types.common import text_problems
from courses.texts import Texts, languages


def case_problems(graph: CaseGraph, *, most: int = MOST_STATES) -> list[Problem]:
    """Return everything that stands in the way of publishing a case; empty if nothing does."""
    names = [*_name_problems(graph)]
    found = [*_word_problems(graph), *names]
    if not names:
        found += _way_problems(graph, most)
    return found


# -- words -----------------------------------------------------------------------------------------


def _word_problems(graph: CaseGraph) -> Iterator[Problem]:
    yield from _needed(graph.titles, "titles")
    for number, fact in enumerate(graph.facts):
        yield from _needed(fact.texts, f"facts.{number}.texts")
    for number, gauge in enumerate(graph.gauges):
        yield from _needed(gauge.titles, f"gauges.{number}.titles")
        for order, word in enumerate(gauge.words):
            yield from _needed(word.texts, f"gauges.{number}.words.{order}.texts")
    for number, scene in enumerate(graph.scenes):
        yield from _scene_words(scene, f"scenes.{number}")
    if not graph.debrief_questions:
        yield Problem("debrief_questions", _("Write at least one question for the debrief."))
    for number, texts in enumerate(graph.debrief_questions):
        yield from _needed(texts, f"debrief_questions.{number}")
    yield from _halves(graph.facilitator_notes, "facilitator_notes")


def _scene_words(scene: Scene, place: str) -> Iterator[Problem]:
    yield from _needed(scene.titles, f"{place}.titles")
    yield from _needed(scene.texts, f"{place}.texts")
    yield from _halves(scene.present, f"{place}.present")
    yield from _halves(scene.known, f"{place}.known")
    if scene.drawing:
        yield from _needed(scene.drawing_alts, f"{place}.drawing_alts")
    for number, choice in enumerate(scene.choices):
        yield from _needed(choice.texts, f"{place}.choices.{number}.texts")
        yield from _needed(choice.consequences, f"{place}.choices.{number}.consequences")
        yield from _halves(choice.feedback, f"{place}.choices.{number}.feedback")
    if scene.ending is None:
        return
    yield from _needed(scene.ending.debriefs, f"{place}.ending.debriefs")
    if not any(source.is_named for source in scene.ending.sources):
        message = _("An ending names at least one source for what the protocol says.")
        yield Problem(f"{place}.ending.sources", message)


def _needed(texts: Texts, place: str) -> list[Problem]:
    return text_problems(texts, place, languages())


def _halves(texts: Texts, place: str) -> list[Problem]:
    """Return the languages in which a text is missing that another language has."""
    return _needed(texts, place) if any(text.strip() for text in texts.values()) else []


# -- names -----------------------------------------------------------------------------------------


def _name_problems(graph: CaseGraph) -> Iterator[Problem]:
    if len(graph.scenes) < 2:
        yield Problem("scenes", _("A case has at least two scenes."))
    for number, gauge in enumerate(graph.gauges):
        yield from _gauge_problems(gauge, f"gauges.{number}")
    for number, scene in enumerate(graph.scenes):
        place = f"scenes.{number}"
        if scene.choices and scene.is_end:
            message = _("A scene has either choices or an ending, not both.")
            yield Problem(f"{place}.ending", message)
        elif not scene.choices and not scene.is_end:
            message = _("This scene is a dead end: give it a choice or an ending.")
            yield Problem(f"{place}.choices", message)
        for order, choice in enumerate(scene.choices):
            yield from _choice_names(graph, choice, f"{place}.choices.{order}")


def _gauge_problems(gauge: Gauge, place: str) -> Iterator[Problem]:
    if not gauge.least <= gauge.start <= gauge.most or gauge.least == gauge.most:
        message = _("The start lies between the lowest and the highest value, which differ.")
        yield Problem(f"{place}.start", message)
    bounds = [word.at_least for word in gauge.words]
    if not bounds or min(bounds) > gauge.least:
        message = _("There are words for every value: the first ones begin at the lowest value.")
        yield Problem(f"{place}.words", message)
    for order, bound in enumerate(bounds):
        if bound in bounds[:order]:
            message = _("Two entries of words begin at the same value.")
            yield Problem(f"{place}.words.{order}.at_least", message)
        elif bound > gauge.most:
            message = _("The gauge never reaches this value.")
            yield Problem(f"{place}.words.{order}.at_least", message)


def _choice_names(graph: CaseGraph, choice: Choice, place: str) -> Iterator[Problem]:
    if not choice.target:
        yield Problem(f"{place}.target", _("Say which scene comes next."))
    elif graph.scene(choice.target) is None:
        message = _("There is no scene “%(name)s”.") % {"name": choice.target}
        yield Problem(f"{place}.target", message)
    condition = choice.condition
    facts = {fact.id for fact in graph.facts}
    gauges = {gauge.id for gauge in graph.gauges}
    for below, names, known, message in (
        ("unlocks", choice.unlocks, facts, _("There is no fact “%(name)s”.")),
        ("condition.facts", condition.facts, facts, _("There is no fact “%(name)s”.")),
        ("moves", choice.moves, gauges, _("There is no gauge “%(name)s”.")),
        ("condition.at_least", condition.at_least, gauges, _("There is no gauge “%(name)s”.")),
        ("condition.at_most", condition.at_most, gauges, _("There is no gauge “%(name)s”.")),
    ):
        yield from _unknown(names, known, f"{place}.{below}", message)


def _unknown(
    names: Iterable[str] | Mapping[str, int], known: set[str], place: str, message: str
) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(place, message % {"name": name})


# -- ways ------------------------------------------------------------------------------------------


def _way_problems(graph: CaseGraph, most: int) -> list[Problem]:
    """Return what is wrong with the ways through the case; every name in it is known."""
    plain = [*_plain_ways(graph), *_unused(graph)]
    if plain:
        return plain
    space = Space(graph, most=most)
    if not space.is_whole:
        message = _(
            "This case can stand in more than %(most)d ways, too many to check: use fewer facts in "
            "conditions, or gauges with fewer steps."
        )
        return [Problem("scenes", message % {"most": most})]
    return [*_stated_ways(graph, space)]


def _plain_ways(graph: CaseGraph) -> Iterator[Problem]:
    """Yield what is wrong even if every choice were always open."""
    numbers = {scene.id: number for number, scene in enumerate(graph.scenes)}
    targets = {scene.id: [choice.target for choice in scene.choices] for scene in graph.scenes}
    reached = _closure([graph.start.id], targets)
    for name, number in numbers.items():
        if name not in reached:
            yield Problem(f"scenes.{number}.id", _("No choice leads to this scene."))
    kinds = {scene.id: scene.ending.kind for scene in graph.scenes if scene.ending}
    if EndingKind.SAFE not in kinds.values():
        yield Problem("scenes", _("No ending of this case is safe."))
    sources: dict[str, list[str]] = {name: [] for name in numbers}
    for name, following in targets.items():
        for target in following:
            sources[target].append(name)
    ending = _closure(kinds, sources)
    for name, number in numbers.items():
        if name in reached and name not in ending:
            message = _("From this scene no ending can be reached: it is a loop without exit.")
            yield Problem(f"scenes.{number}.choices", message)


def _closure(begin: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    waiting = list(begin)
    found = set(waiting)
    while waiting:
        for name in ways[waiting.pop()]:
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _unused(graph: CaseGraph) -> Iterator[Problem]:
    unlocked = {fact for scene in graph.scenes for one in scene.choices for fact in one.unlocks}
    for number, fact in enumerate(graph.facts):
        if fact.id not in unlocked:
            yield Problem(f"facts.{number}.id", _("No choice brings this fact to light."))


def _stated_ways(graph: CaseGraph, space: Space) -> Iterator[Problem]:
    """Yield what goes wrong because conditions close what the drawing leaves open."""
    visited = {situation.scene for situation in space.ways}
    opened = {(one.scene, choice) for one, ways in space.ways.items() for choice, _to in ways}
    stuck = {one.scene for one, ways in space.ways.items() if not ways} - {
        scene.id for scene in graph.scenes if scene.is_end
    }
    ending = space.distances(*EndingKind)
    trapped = {situation.scene for situation in space.ways if situation not in ending} - stuck
    for number, scene in enumerate(graph.scenes):
        if scene.id not in visited:
            message = _("The conditions of the choices never let anybody come to this scene.")
            yield Problem(f"scenes.{number}.id", message)
            continue
        for order, choice in enumerate(scene.choices):
            if (scene.id, choice.id) not in opened:
                message = _("The condition of this choice can never hold.")
                yield Problem(f"scenes.{number}.choices.{order}.condition", message)
        if scene.id in stuck:
            message = _("It can happen that no choice is open in this scene: leave one without.")
            yield Problem(f"scenes.{number}.choices", message)
        elif scene.id in trapped:
            message = _("It can happen that no ending can be reached any more from this scene.")
            yield Problem(f"scenes.{number}.choices", message)
    if not any(graph_scene_is_safe(graph, name) for name in visited):
        yield Problem("scenes", _("The conditions of the choices close every safe ending."))


def graph_scene_is_safe(graph: CaseGraph, name: str) -> bool:
    """Return whether a scene is a safe ending."""
    scene = graph.scene(name)
    return scene is not None and scene.ending is not None and scene.ending.kind == EndingKind.SAFE
