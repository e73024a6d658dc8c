"""A walk as its learner may see it at this moment: nothing of later scenes is in here."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.case_graph import Choice, Scene
from courses.case_walks import Walk, better_ways, replay
from courses.enums import EndingKind
from courses.question_types.common import Source
from courses.texts import in_language
from lms.learning.models import CaseRun


@dataclass(frozen=True)
class ShownChoice:
    """An open choice in the reader's language."""

    id: str
    text: str


@dataclass(frozen=True)
class ShownGauge:
    """How something stands, in words."""

    title: str
    words: str


@dataclass(frozen=True)
class ScenePage:
    """A scene in the reader's language, with what is known and how things stand.

    `number` is how many steps the walk has taken; every form carries it.
    """

    run: CaseRun
    number: int
    title: str
    text: str
    drawing: str
    drawing_alt: str
    present: str
    known: str
    facts: tuple[str, ...]
    gauges: tuple[ShownGauge, ...]
    choices: tuple[ShownChoice, ...]
    is_first: bool


@dataclass(frozen=True)
class ConsequencePage:
    """What came of the choice taken last."""

    run: CaseRun
    number: int
    choice: str
    consequence: str
    feedback: str
    new_facts: tuple[str, ...]


@dataclass(frozen=True)
class PathStep:
    """A choice on the path taken; `better` are the choices that led to a safe ending from there."""

    number: int
    scene: str
    choice: str
    consequence: str
    better: tuple[str, ...]
    is_turning: bool


@dataclass(frozen=True)
class EndingPage:
    """An ending: what the protocol says, the path taken, and where a better way was open."""

    run: CaseRun
    number: int
    kind: EndingKind
    title: str
    text: str
    drawing: str
    drawing_alt: str
    debrief: str
    sources: tuple[Source, ...]
    path: tuple[PathStep, ...]
    gauges: tuple[ShownGauge, ...]

    @property
    def is_safe(self) -> bool:
        """Whether it is a safe ending."""
        return self.kind == EndingKind.SAFE

    @property
    def has_better(self) -> bool:
        """Whether a better way was open somewhere on the path."""
        return any(step.better for step in self.path)


def walk_of(run: CaseRun) -> Walk:
    """Return where a walk stands, by its own version of the case."""
    return replay(run.case_version.graph, run.steps)


def scene_page(run: CaseRun) -> ScenePage:
    """Return the scene in which a walk stands."""
    walk = walk_of(run)
    scene = walk.scene
    return ScenePage(
        run=run,
        number=len(run.steps),
        title=in_language(scene.titles),
        text=in_language(scene.texts),
        drawing=scene.drawing,
        drawing_alt=in_language(scene.drawing_alts),
        present=in_language(scene.present),
        known=in_language(scene.known),
        facts=known_facts(walk),
        gauges=shown_gauges(walk),
        choices=tuple(ShownChoice(one.id, in_language(one.texts)) for one in walk.choices),
        is_first=not walk.taken,
    )


def known_facts(walk: Walk) -> tuple[str, ...]:
    """Return the facts that came to light on the path, in the order in which they did."""
    ids = dict.fromkeys(fact for taken in walk.taken for fact in taken.choice.unlocks)
    facts = [walk.graph.fact(one) for one in ids]
    return tuple(in_language(fact.texts) for fact in facts if fact is not None)


def shown_gauges(walk: Walk) -> tuple[ShownGauge, ...]:
    """Return how things stand, in words."""
    values = walk.situation.gauges
    return tuple(
        ShownGauge(in_language(one.titles), in_language(one.word(values[one.id])))
        for one in walk.graph.gauges
    )


def consequence_page(run: CaseRun) -> ConsequencePage | None:
    """Return what came of the choice taken last; None before the first."""
    walk = walk_of(run)
    if not walk.taken:
        return None
    last = walk.taken[-1]
    new = [walk.graph.fact(one) for one in last.choice.unlocks if one not in last.situation.facts]
    return ConsequencePage(
        run=run,
        number=len(run.steps),
        choice=in_language(last.choice.texts),
        consequence=in_language(last.choice.consequences),
        feedback=in_language(last.choice.feedback),
        new_facts=tuple(in_language(fact.texts) for fact in new if fact is not None),
    )


def ending_page(run: CaseRun) -> EndingPage | None:
    """Return the ending that a walk has reached; None while it is under way."""
    walk = walk_of(run)
    scene: Scene = walk.scene
    if scene.ending is None:
        return None
    better = {way.number: way for way in better_ways(walk)}
    path = []
    for number, taken in enumerate(walk.taken, 1):
        way = better.get(number)
        path.append(
            PathStep(
                number=number,
                scene=in_language(taken.scene.titles),
                choice=in_language(taken.choice.texts),
                consequence=in_language(taken.choice.consequences),
                better=_texts(way.better) if way else (),
                is_turning=way is not None and way.is_turning,
            )
        )
    return EndingPage(
        run=run,
        number=len(run.steps),
        kind=scene.ending.kind,
        title=in_language(scene.titles),
        text=in_language(scene.texts),
        drawing=scene.drawing,
        drawing_alt=in_language(scene.drawing_alts),
        debrief=in_language(scene.ending.debriefs),
        sources=scene.ending.sources,
        path=tuple(path),
        gauges=shown_gauges(walk),
    )


def _texts(choices: Sequence[Choice]) -> tuple[str, ...]:
    return tuple(in_language(choice.texts) for choice in choices)
