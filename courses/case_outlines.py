"""A case in words: a nested list that says all that the drawn graph says.

Scenes stand in their order with their numbers; below each its choices, which name the scene that
follows. A list nested as deep as the case goes could be read neither on a telephone nor aloud.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.case_graph import CaseGraph, Choice, Condition, Scene
from courses.texts import in_language


@dataclass(frozen=True)
class OutlinedChoice:
    """A choice with its number in the scene, and the scene to which it leads (None: nowhere yet)."""

    number: int
    text: str
    target_number: int | None
    target_title: str
    conditions: tuple[str, ...]
    unlocks: tuple[str, ...]


@dataclass(frozen=True)
class OutlinedScene:
    """A scene with its number in the case and its choices; `is_stray` if no choice leads to it."""

    number: int
    scene: Scene
    title: str
    is_stray: bool
    choices: tuple[OutlinedChoice, ...]


def case_outline(graph: CaseGraph, language: str | None = None) -> tuple[OutlinedScene, ...]:
    """Return the case as an outline in a language (the active one by default)."""
    targets = {choice.target for scene in graph.scenes for choice in scene.choices}
    return tuple(
        OutlinedScene(
            number=number,
            scene=scene,
            title=in_language(scene.titles, language) or scene.id,
            is_stray=number > 1 and scene.id not in targets,
            choices=tuple(
                _choice(graph, order, choice, language)
                for order, choice in enumerate(scene.choices, 1)
            ),
        )
        for number, scene in enumerate(graph.scenes, 1)
    )


def _choice(graph: CaseGraph, order: int, choice: Choice, language: str | None) -> OutlinedChoice:
    numbers = {scene.id: number for number, scene in enumerate(graph.scenes, 1)}
    target = graph.scene(choice.target)
    facts = {fact.id: _bare(in_language(fact.texts, language)) for fact in graph.facts}
    return OutlinedChoice(
        number=order,
        text=in_language(choice.texts, language) or choice.id,
        target_number=numbers.get(choice.target),
        target_title=in_language(target.titles, language) if target else "",
        conditions=condition_words(graph, choice.condition, language),
        unlocks=tuple(facts.get(one, one) for one in choice.unlocks),
    )


def condition_words(
    graph: CaseGraph, condition: Condition, language: str | None = None
) -> tuple[str, ...]:
    """Return a condition in words: the facts that must be known, and the words of gauges."""
    found = []
    for fact_id in condition.facts:
        fact = graph.fact(fact_id)
        found.append(_bare(in_language(fact.texts, language)) if fact else fact_id)
    for bounds in (condition.at_least, condition.at_most):
        for name, value in bounds.items():
            gauge = graph.gauge(name)
            title = in_language(gauge.titles, language) if gauge else name
            words = in_language(gauge.word(value), language) if gauge else ""
            message = (
                _("%(gauge)s at least at “%(words)s”")
                if bounds is condition.at_least
                else _("%(gauge)s at most at “%(words)s”")
            )
            found.append(message % {"gauge": title, "words": _bare(words) or str(value)})
    return tuple(found)


def _bare(sentence: str) -> str:
    """Return a sentence without its full stop, to stand inside another."""
    return sentence.rstrip().removesuffix(".")
