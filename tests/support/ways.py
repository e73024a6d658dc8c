"""Ways through a case, as its structure alone tells them."""

from collections import deque

from courses.case_graph import CaseGraph
from courses.case_walks import Situation, after, beginning, open_choices
from courses.enums import EndingKind


def safe_way(graph: CaseGraph) -> list[str]:
    """Return the ids of the choices on a shortest way to a safe ending."""
    ways: deque[tuple[Situation, list[str]]] = deque([(beginning(graph), [])])
    seen: set[Situation] = set()
    while ways:
        situation, taken = ways.popleft()
        scene = graph.scene(situation.scene)
        if scene and scene.ending and scene.ending.kind == EndingKind.SAFE:
            return taken
        if situation in seen:
            continue
        seen.add(situation)
        for choice in open_choices(graph, situation):
            ways.append((after(graph, situation, choice), [*taken, choice.id]))
    raise AssertionError("no safe ending")
