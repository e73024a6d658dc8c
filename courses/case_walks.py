"""Walking through a case: where a path leads, what is open there, and where a better way was.

Nothing here is stored: the path of a walk is a list of steps, and everything follows from it. A
step is {"scene": id, "choice": id}, {"back": true} for thinking again, or {"again": true} for walking
from the beginning; steps are only ever added, so that a repeated post can be told from a new one.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.case_graph import CaseGraph, Choice, Condition, Scene
from courses.enums import EndingKind

MOST_STATES = 20_000
"""So many situations (scene, facts known, gauges) of one case are looked at."""

Step = Mapping[str, Any]


class BrokenWalk(Exception):
    """A path names a scene or a choice that is not open there."""


@dataclass(frozen=True)
class Situation:
    """Where a walk stands: the scene, the facts known, and the values of gauges by their id."""

    scene: str
    facts: frozenset[str] = frozenset()
    values: tuple[tuple[str, int], ...] = ()

    @property
    def gauges(self) -> dict[str, int]:
        """The values by the id of their gauge."""
        return dict(self.values)


@dataclass(frozen=True)
class Taken:
    """A choice that was taken, and the situation in which it was."""

    situation: Situation
    scene: Scene
    choice: Choice


def beginning(graph: CaseGraph) -> Situation:
    """Return the situation in which every walk begins."""
    values = tuple((gauge.id, gauge.start) for gauge in graph.gauges)
    return Situation(graph.start.id, values=values)


def holds(condition: Condition, situation: Situation) -> bool:
    """Return whether a choice with this condition is open."""
    values = situation.gauges
    return (
        situation.facts.issuperset(condition.facts)
        and all(values.get(name, 0) >= bound for name, bound in condition.at_least.items())
        and all(values.get(name, 0) <= bound for name, bound in condition.at_most.items())
    )


def open_choices(graph: CaseGraph, situation: Situation) -> tuple[Choice, ...]:
    """Return the choices that are open; none at an ending."""
    scene = graph.scene(situation.scene)
    if scene is None or scene.is_end:
        return ()
    return tuple(choice for choice in scene.choices if holds(choice.condition, situation))


def after(graph: CaseGraph, situation: Situation, choice: Choice) -> Situation:
    """Return the situation to which a choice leads."""
    values = tuple(
        (gauge.id, gauge.moved(value, choice.moves.get(gauge.id, 0)))
        for gauge, (_name, value) in zip(graph.gauges, situation.values, strict=True)
    )
    return Situation(choice.target, situation.facts.union(choice.unlocks), values)


@dataclass(frozen=True)
class Walk:
    """A path as it stands after its steps; what was thought over is no longer on it."""

    graph: CaseGraph
    situation: Situation
    taken: tuple[Taken, ...]

    @property
    def scene(self) -> Scene:
        """The scene in which the walk stands."""
        scene = self.graph.scene(self.situation.scene)
        if scene is None:
            raise BrokenWalk(self.situation.scene)
        return scene

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that are open now."""
        return open_choices(self.graph, self.situation)


def replay(graph: CaseGraph, steps: Sequence[Step]) -> Walk:
    """Return where a path leads; raise BrokenWalk if it is none of this case."""
    situation = beginning(graph)
    taken: list[Taken] = []
    for step in steps:
        if step.get("again"):
            taken.clear()
            situation = beginning(graph)
            continue
        if step.get("back"):
            if not taken:
                raise BrokenWalk("nothing to think over")
            situation = taken.pop().situation
            continue
        choice = next(
            (one for one in open_choices(graph, situation) if one.id == step.get("choice")), None
        )
        scene = graph.scene(situation.scene)
        if scene is None or choice is None or step.get("scene") != scene.id:
            raise BrokenWalk(str(step))
        taken.append(Taken(situation, scene, choice))
        situation = after(graph, situation, choice)
    walk = Walk(graph, situation, tuple(taken))
    if graph.scene(situation.scene) is None:
        raise BrokenWalk(situation.scene)
    return walk


class Space:
    """All situations that a case can come to, as far as they make a difference.

    Facts and gauges that no condition asks for are left out: what is open does not depend on them.
    `is_whole` is false when there are more than MOST_STATES; then nothing is said about the rest.
    """

    def __init__(self, graph: CaseGraph, *, most: int = MOST_STATES) -> None:
        conditions = [choice.condition for scene in graph.scenes for choice in scene.choices]
        self.graph = graph
        self._facts = frozenset(fact for one in conditions for fact in one.facts)
        self._gauges = frozenset(name for one in conditions for name in one.at_least) | frozenset(
            name for one in conditions for name in one.at_most
        )
        self._scenes = {scene.id: scene for scene in graph.scenes}
        self.ways: dict[Situation, tuple[tuple[str, Situation], ...]] = {}
        self.is_whole = self._explore(most)

    def seen(self, situation: Situation) -> Situation:
        """Return a situation without what makes no difference."""
        values = tuple((name, value) for name, value in situation.values if name in self._gauges)
        return Situation(situation.scene, situation.facts & self._facts, values)

    def _explore(self, most: int) -> bool:
        gauges = {gauge.id: gauge for gauge in self.graph.gauges if gauge.id in self._gauges}
        waiting = deque([self.seen(beginning(self.graph))])
        known = set(waiting)
        while waiting:
            situation = waiting.popleft()
            ways = []
            scene = self._scenes[situation.scene]
            choices = () if scene.is_end else scene.choices
            for choice in choices:
                if choice.target not in self._scenes or not holds(choice.condition, situation):
                    continue
                values = tuple(
                    (name, gauges[name].moved(value, choice.moves.get(name, 0)))
                    for name, value in situation.values
                )
                facts = situation.facts | self._facts.intersection(choice.unlocks)
                following = Situation(choice.target, facts, values)
                ways.append((choice.id, following))
                if following not in known:
                    if len(known) >= most:
                        return False
                    known.add(following)
                    waiting.append(following)
            self.ways[situation] = tuple(ways)
        return True

    def distances(self, *kinds: EndingKind) -> dict[Situation, int]:
        """Return how many choices each situation is from an ending of these kinds.

        A situation from which none can be reached is left out.
        """
        sources: dict[Situation, list[Situation]] = {}
        for situation, ways in self.ways.items():
            for _choice, following in ways:
                sources.setdefault(following, []).append(situation)
        found = dict.fromkeys((one for one in self.ways if self._ends(one, kinds)), 0)
        waiting = deque(found)
        while waiting:
            here = waiting.popleft()
            for source in sources.get(here, ()):
                if source not in found:
                    found[source] = found[here] + 1
                    waiting.append(source)
        return found

    def _ends(self, situation: Situation, kinds: Sequence[EndingKind]) -> bool:
        ending = self._scenes[situation.scene].ending
        return ending is not None and ending.kind in kinds


@dataclass(frozen=True)
class BetterWay:
    """A place on a path where other choices still led to a safe ending.

    `is_turning` marks the choice after which no safe ending could be reached any more.
    """

    number: int
    scene: Scene
    taken: Choice
    better: tuple[Choice, ...]
    is_turning: bool


def better_ways(walk: Walk) -> tuple[BetterWay, ...]:
    """Return where a path that ended otherwise could have gone to a safe ending, in its order.

    A choice counts as better if it leads to where a safe ending can be reached in fewer steps than
    the rest of the way from the choice that was taken, or if the one that was taken lost it. One that
    stays in its scene or moves a gauge down is never praised: its feedback says why it harms.
    """
    ending = walk.scene.ending
    if ending is None or ending.kind == EndingKind.SAFE:
        return ()
    space = Space(walk.graph)
    distances = space.distances(EndingKind.SAFE)
    found = []
    for number, taken in enumerate(walk.taken, 1):
        situation = space.seen(taken.situation)
        ways = dict(space.ways.get(situation, ()))
        if taken.choice.id not in ways:
            continue
        chosen = distances.get(ways[taken.choice.id])
        better = tuple(
            choice
            for choice in taken.scene.choices
            if choice.id in ways
            and choice.id != taken.choice.id
            and ways[choice.id] in distances
            and choice.target != taken.scene.id
            and min(choice.moves.values(), default=0) >= 0
            and (chosen is None or distances[ways[choice.id]] < chosen)
        )
        is_turning = chosen is None and situation in distances
        if better:
            found.append(BetterWay(number, taken.scene, taken.choice, better, is_turning))
    return tuple(found)
