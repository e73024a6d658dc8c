"""A case in words: a nested outline that says all that the drawn graph says.

Scenes are numbered in their order. A scene is written out once, where it is met first; other
choices that lead to it name its number.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.case_graph import CaseGraph, Choice, Condition, Scene
from courses.texts import in_language


@dataclass(frozen=True)
class OutlinedChoice:
    """A choice with its number in the scene and what it leads to; `below` if it is written here."""

    number: int
    choice: Choice
    text: str
    target_number: int | None
    target_title: str
    conditions: tuple[str, ...]
    unlocks: tuple[str, ...]
    below: "OutlinedScene | None"


@dataclass(frozen=True)
class OutlinedScene:
    """A scene with its number in the case and its choices."""

    number: int
    scene: Scene
    title: str
    choices: tuple[OutlinedChoice, ...]


@dataclass(frozen=True)
class Outline:
    """A whole case: what the walk comes to first, and the scenes to which no choice leads."""

    first: OutlinedScene | None
    stray: tuple[OutlinedScene, ...]


def case_outline(graph: CaseGraph, language: str | None = None) -> Outline:
    """Return the case as an outline in a language (the active one by default)."""
    return _Outliner(graph, language).outline()


class _Outliner:
    def __init__(self, graph: CaseGraph, language: str | None) -> None:
        self.graph = graph
        self.language = language
        self.numbers = {scene.id: number for number, scene in enumerate(graph.scenes, 1)}
        self.written: set[str] = set()

    def outline(self) -> Outline:
        """Return the outline from the first scene, then those that are left."""
        found = []
        for scene in self.graph.scenes:
            if scene.id not in self.written:
                self.written.add(scene.id)
                found.append(self._scene(scene))
        return Outline(found[0] if found else None, tuple(found[1:]))

    def _scene(self, scene: Scene) -> OutlinedScene:
        title = in_language(scene.titles, self.language) or scene.id
        fresh = []  # written below the first choice that leads there, in this scene's order
        for choice in scene.choices:
            target = self.graph.scene(choice.target)
            is_new = target is not None and target.id not in self.written
            if is_new:
                self.written.add(choice.target)
            fresh.append(target if is_new else None)
        choices = tuple(
            self._choice(number, choice, below)
            for number, (choice, below) in enumerate(zip(scene.choices, fresh, strict=True), 1)
        )
        return OutlinedScene(self.numbers[scene.id], scene, title, choices)

    def _choice(self, number: int, choice: Choice, below: Scene | None) -> OutlinedChoice:
        target = self.graph.scene(choice.target)
        return OutlinedChoice(
            number=number,
            choice=choice,
            text=in_language(choice.texts, self.language) or choice.id,
            target_number=self.numbers.get(choice.target),
            target_title=in_language(target.titles, self.language) if target else choice.target,
            conditions=condition_words(self.graph, choice.condition, self.language),
            unlocks=tuple(self._fact(fact) for fact in choice.unlocks),
            below=self._scene(below) if below else None,
        )

    def _fact(self, fact_id: str) -> str:
        fact = self.graph.fact(fact_id)
        return in_language(fact.texts, self.language) if fact else fact_id


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
