"""A walk through a case for whoever writes it: the path is given, nothing is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.case_graph import CaseGraph, Scene
from courses.case_walks import replay
from courses.question_types.common import Source
from courses.texts import in_language


@dataclass(frozen=True)
class PreviewChoice:
    """An open choice, and the path after taking it."""

    text: str
    path: str


@dataclass(frozen=True)
class Preview:
    """Where the path leads, in the active language."""

    title: str
    text: str
    drawing: str
    drawing_alt: str
    present: str
    known: str
    facts: tuple[str, ...]
    gauges: tuple[tuple[str, str], ...]
    choices: tuple[PreviewChoice, ...]
    consequence: str
    feedback: str
    ending: str
    debrief: str
    sources: tuple[Source, ...]
    back: str | None


def preview_walk(graph: CaseGraph, taken: Sequence[str]) -> Preview:
    """Return where the choices with these ids lead; raise BrokenWalk if one is not open there."""
    steps: list[dict[str, str]] = []
    for name in taken:
        scene = replay(graph, steps).scene
        steps.append({"scene": scene.id, "choice": name})
    walk = replay(graph, steps)
    here: Scene = walk.scene
    last = walk.taken[-1].choice if walk.taken else None
    values = walk.situation.gauges
    facts = [graph.fact(one) for one in sorted(walk.situation.facts)]
    ending = here.ending
    return Preview(
        title=in_language(here.titles),
        text=in_language(here.texts),
        drawing=here.drawing,
        drawing_alt=in_language(here.drawing_alts),
        present=in_language(here.present),
        known=in_language(here.known),
        facts=tuple(in_language(fact.texts) for fact in facts if fact is not None),
        gauges=tuple(
            (in_language(one.titles), in_language(one.word(values[one.id]))) for one in graph.gauges
        ),
        choices=tuple(
            PreviewChoice(in_language(one.texts) or one.id, "/".join([*taken, one.id]))
            for one in walk.choices
            if graph.scene(one.target) is not None
        ),
        consequence=in_language(last.consequences) if last else "",
        feedback=in_language(last.feedback) if last else "",
        ending=str(ending.kind.label) if ending else "",
        debrief=in_language(ending.debriefs) if ending else "",
        sources=ending.sources if ending else (),
        back="/".join(taken[:-1]) if taken else None,
    )
