"""Cases: large enough to decide something, and pages that say how long they take."""

from collections.abc import Iterator

from courses.case_graph import CaseGraph, Choice, Scene, read_case
from courses.case_walks import Situation, Space, after, beginning, holds
from courses.curriculum.quality.scope import Scope
from courses.curriculum.quality.words import count, reading_minutes, rounded_up
from courses.enums import EndingKind
from courses.texts import Texts, languages

FEWEST_SCENES = 6
FEWEST_ENDINGS = 2
EXTRA_MINUTES = 2
TOLERANCE = 1
MOST_WALKS = 20_000

Way = tuple[tuple[Scene, Choice | None], ...]


def check_cases(scope: Scope) -> None:
    """Look at every case, and at every page that shows one."""
    for case in scope.curriculum.cases.values():
        graph = read_case(case.content)
        line = scope.files[case.path].field_line("scenes")
        if len(graph.scenes) < FEWEST_SCENES:
            message = f"the case has {len(graph.scenes)} scenes; {FEWEST_SCENES} are the fewest"
            scope.note(case.path, line, message)
        kinds = [scene.ending.kind for scene in graph.scenes if scene.ending]
        if len(kinds) < FEWEST_ENDINGS:
            message = f"the case has {len(kinds)} ending; {FEWEST_ENDINGS} are the fewest"
            scope.note(case.path, line, message)
        if EndingKind.SAFE not in kinds:
            scope.note(case.path, line, "the case has no safe ending")
        for name in scenes_without_a_choice(graph):
            message = f"the scene `{name}` may be reached with fewer than two choices open"
            scope.note(case.path, line, message)
        if set(kinds) == {EndingKind.SAFE}:
            scope.note(case.path, line, "every ending of the case is safe: nothing is at stake")
    for page in scope.curriculum.of_kind("case"):
        found = scope.curriculum.cases.get(page.case)
        if found is not None:
            graph = read_case(found.content)
            _check_minutes(scope, f"courses/{page.address}.yaml", page.shared["minutes"], graph)


def scenes_without_a_choice(graph: CaseGraph) -> list[str]:
    """Return the scenes in which some way leaves but one of several choices, in the order of the case.

    A scene that was written with one choice only tells how the story goes on.
    """
    poor = {situation.scene for situation, ways in Space(graph).ways.items() if len(ways) == 1}
    return [scene.id for scene in graph.scenes if scene.id in poor and len(scene.choices) > 1]


def _check_minutes(scope: Scope, path: str, said: int, graph: CaseGraph) -> None:
    times = [_minutes(way) for way in safe_ways(graph)]
    if not times:
        return
    low, high = rounded_up(min(times)), rounded_up(max(times))
    if not low - TOLERANCE <= said <= high + TOLERANCE:
        message = f"`minutes` says {said}; the ways to a safe ending take from {low} to {high}"
        scope.note_field(path, "minutes", message)


def safe_ways(graph: CaseGraph) -> Iterator[Way]:
    """Yield the ways to a safe ending that come to no scene twice; at most so many are walked."""
    walked = 0
    waiting: list[tuple[Situation, Way]] = [(beginning(graph), ())]
    while waiting and walked < MOST_WALKS:
        situation, way = waiting.pop()
        walked += 1
        scene = graph.scene(situation.scene)
        if scene is None:
            continue
        if scene.ending is not None:
            if scene.ending.kind == EndingKind.SAFE:
                yield (*way, (scene, None))
            continue
        seen = {one.id for one, _choice in way} | {scene.id}
        for choice in scene.choices:
            if choice.target not in seen and holds(choice.condition, situation):
                waiting.append((after(graph, situation, choice), (*way, (scene, choice))))


def _minutes(way: Way) -> float:
    """Reading what stands on the way, one minute for each decision, and two besides."""
    words = 0
    for scene, choice in way:
        words += _words(scene.titles, scene.texts, scene.present, scene.known)
        words += sum(_words(one.texts) for one in scene.choices)
        if choice is not None:
            words += _words(choice.consequences, choice.feedback)
        if scene.ending is not None:
            words += _words(scene.ending.debriefs)
    decisions = sum(choice is not None and len(scene.choices) > 1 for scene, choice in way)
    return reading_minutes(words) + decisions + EXTRA_MINUTES


def _words(*texts: Texts) -> int:
    return count(one.get(languages()[0], "") for one in texts)
