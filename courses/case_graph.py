"""The structure of a branching case: scenes, choices, facts, gauges and endings, in all languages.

It is read from a form, a file or the database here and nowhere else. A gauge (trust, risk, time) is
kept as a whole number that nobody sees: learners read its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import EndingKind
from courses.question_types.base import InvalidContent, Problem
from courses.question_types.common import Source, read_source, write_source
from courses.texts import Texts, read_texts

MOST_SCENES = 60
MOST_CHOICES = 8
MOST_GAUGES = 5
MOST_QUESTIONS = 20


@dataclass(frozen=True)
class Fact:
    """Something that a learner gets to know by a choice, and that later choices may need."""

    id: str
    texts: Texts


@dataclass(frozen=True)
class GaugeWord:
    """The words for a gauge from this value upwards."""

    at_least: int
    texts: Texts


@dataclass(frozen=True)
class Gauge:
    """Something that choices move, such as trust; shown in words, never as points."""

    id: str
    titles: Texts
    start: int
    least: int
    most: int
    words: tuple[GaugeWord, ...]

    def moved(self, value: int, by: int) -> int:
        """Return the value after a choice, within its bounds."""
        return min(max(value + by, self.least), self.most)

    def word(self, value: int) -> Texts:
        """Return the words for a value."""
        fitting = [word for word in self.words if word.at_least <= value]
        return max(fitting, key=lambda word: word.at_least).texts if fitting else {}


@dataclass(frozen=True)
class Condition:
    """When a choice is offered: the facts known, and the bounds of gauges (both inclusive)."""

    facts: tuple[str, ...] = ()
    at_least: Mapping[str, int] = field(default_factory=dict)
    at_most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What the learner may do in a scene, and what comes of it.

    The consequence is told in the story; the feedback says why it helps or harms.
    """

    id: str
    texts: Texts
    consequences: Texts
    feedback: Texts
    target: str
    moves: Mapping[str, int]
    unlocks: tuple[str, ...]
    condition: Condition


@dataclass(frozen=True)
class Ending:
    """Where a walk ends: what the protocol says, and where it says it."""

    kind: EndingKind
    debriefs: Texts
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Scene:
    """A moment of the case; one without an ending offers choices."""

    id: str
    titles: Texts
    texts: Texts
    drawing: str
    drawing_alts: Texts
    present: Texts
    known: Texts
    choices: tuple[Choice, ...]
    ending: Ending | None

    @property
    def is_end(self) -> bool:
        """Whether a walk ends here."""
        return self.ending is not None

    def choice(self, choice_id: str) -> Choice | None:
        """Return the choice with this id."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True)
class CaseGraph:
    """A whole case; the walk begins at the first scene."""

    titles: Texts
    scenes: tuple[Scene, ...]
    facts: tuple[Fact, ...]
    gauges: tuple[Gauge, ...]
    debrief_questions: tuple[Texts, ...]
    facilitator_notes: Texts

    @property
    def start(self) -> Scene:
        """The scene at which every walk begins."""
        return self.scenes[0]

    def scene(self, scene_id: str) -> Scene | None:
        """Return the scene with this id."""
        return next((scene for scene in self.scenes if scene.id == scene_id), None)

    def fact(self, fact_id: str) -> Fact | None:
        """Return the fact with this id."""
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    def gauge(self, gauge_id: str) -> Gauge | None:
        """Return the gauge with this id."""
        return next((gauge for gauge in self.gauges if gauge.id == gauge_id), None)


def read_case(data: Mapping[str, Any]) -> CaseGraph:
    """Check and type stored, posted or loaded content; raise InvalidContent with every problem."""
    problems: list[Problem] = []
    graph = CaseGraph(
        titles=read_texts(data.get("titles")),
        scenes=tuple(
            _scene(item, f"scenes.{number}", problems)
            for number, item in enumerate(_records(data, "scenes", MOST_SCENES, "scenes", problems))
        ),
        facts=tuple(
            Fact(id=_id(item), texts=read_texts(item.get("texts")))
            for item in _records(data, "facts", MOST_SCENES, "facts", problems)
        ),
        gauges=tuple(
            _gauge(item, f"gauges.{number}", problems)
            for number, item in enumerate(_records(data, "gauges", MOST_GAUGES, "gauges", problems))
        ),
        debrief_questions=tuple(
            read_texts(item)
            for item in _records(
                data, "debrief_questions", MOST_QUESTIONS, "debrief_questions", problems
            )
        ),
        facilitator_notes=read_texts(data.get("facilitator_notes")),
    )
    if not graph.scenes:
        problems.append(Problem("scenes", _("The case has no scene yet.")))
    for place, ids in (
        ("scenes", [scene.id for scene in graph.scenes]),
        ("facts", [fact.id for fact in graph.facts]),
        ("gauges", [gauge.id for gauge in graph.gauges]),
    ):
        problems += _id_problems(place, ids)
    if problems:
        raise InvalidContent(problems)
    return graph


def _records(
    data: Mapping[str, Any], name: str, most: int, place: str, problems: list[Problem]
) -> list[Mapping[str, Any]]:
    found = data.get(name) or []
    if not isinstance(found, Sequence) or isinstance(found, str):
        problems.append(Problem(place, _("This is not a list.")))
        return []
    if len(found) > most:
        problems.append(Problem(place, _("This list takes at most %d entries.") % most))
    return [item for item in found[:most] if isinstance(item, Mapping)]


def _id(item: Mapping[str, Any]) -> str:
    return str(item.get("id") or "")


def _id_problems(place: str, ids: Sequence[str]) -> list[Problem]:
    return [
        Problem(f"{place}.{number}.id", _("Each entry needs a short name of its own."))
        for number, one in enumerate(ids)
        if not one or one in ids[:number]
    ]


def _whole(item: Mapping[str, Any], name: str, place: str, problems: list[Problem]) -> int:
    value = item.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not -1000 <= value <= 1000:
        problems.append(Problem(f"{place}.{name}", _("Write a whole number.")))
        return 0
    return value


def _gauge(item: Mapping[str, Any], place: str, problems: list[Problem]) -> Gauge:
    words = _records(item, "words", 9, f"{place}.words", problems)
    return Gauge(
        id=_id(item),
        titles=read_texts(item.get("titles")),
        start=_whole(item, "start", place, problems),
        least=_whole(item, "least", place, problems),
        most=_whole(item, "most", place, problems),
        words=tuple(
            GaugeWord(
                at_least=_whole(word, "at_least", f"{place}.words.{number}", problems),
                texts=read_texts(word.get("texts")),
            )
            for number, word in enumerate(words)
        ),
    )


def _scene(item: Mapping[str, Any], place: str, problems: list[Problem]) -> Scene:
    choices = tuple(
        _choice(choice, f"{place}.choices.{number}", problems)
        for number, choice in enumerate(
            _records(item, "choices", MOST_CHOICES, f"{place}.choices", problems)
        )
    )
    problems += _id_problems(f"{place}.choices", [choice.id for choice in choices])
    return Scene(
        id=_id(item),
        titles=read_texts(item.get("titles")),
        texts=read_texts(item.get("texts")),
        drawing=str(item.get("drawing") or ""),
        drawing_alts=read_texts(item.get("drawing_alts")),
        present=read_texts(item.get("present")),
        known=read_texts(item.get("known")),
        choices=choices,
        ending=_ending(item.get("ending"), place, problems),
    )


def _ending(data: Any, place: str, problems: list[Problem]) -> Ending | None:
    if not isinstance(data, Mapping) or not data:
        return None
    kind = data.get("kind")
    if kind not in EndingKind.values:
        problems.append(Problem(f"{place}.ending.kind", _("Choose what kind of ending it is.")))
        return None
    return Ending(
        kind=EndingKind(kind),
        debriefs=read_texts(data.get("debriefs")),
        sources=tuple(
            read_source(item)
            for item in _records(data, "sources", 20, f"{place}.ending.sources", problems)
        ),
    )


def _choice(item: Mapping[str, Any], place: str, problems: list[Problem]) -> Choice:
    condition = item.get("condition")
    condition = condition if isinstance(condition, Mapping) else {}
    return Choice(
        id=_id(item),
        texts=read_texts(item.get("texts")),
        consequences=read_texts(item.get("consequences")),
        feedback=read_texts(item.get("feedback")),
        target=str(item.get("target") or ""),
        moves=_numbers(item.get("moves"), f"{place}.moves", problems),
        unlocks=_names(item.get("unlocks")),
        condition=Condition(
            facts=_names(condition.get("facts")),
            at_least=_numbers(condition.get("at_least"), f"{place}.condition", problems),
            at_most=_numbers(condition.get("at_most"), f"{place}.condition", problems),
        ),
    )


def _names(data: Any) -> tuple[str, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        return ()
    return tuple(dict.fromkeys(str(name) for name in data if name))


def _numbers(data: Any, place: str, problems: list[Problem]) -> dict[str, int]:
    found = dict(data) if isinstance(data, Mapping) else {}
    return {str(name): _whole(found, name, place, problems) for name in found}


def write_case(graph: CaseGraph) -> dict[str, Any]:
    """Return the graph as plain JSON values; `read_case` of it gives the same graph."""
    return {
        "titles": dict(graph.titles),
        "scenes": [_written_scene(scene) for scene in graph.scenes],
        "facts": [{"id": fact.id, "texts": dict(fact.texts)} for fact in graph.facts],
        "gauges": [
            {
                "id": gauge.id,
                "titles": dict(gauge.titles),
                "start": gauge.start,
                "least": gauge.least,
                "most": gauge.most,
                "words": [
                    {"at_least": word.at_least, "texts": dict(word.texts)} for word in gauge.words
                ],
            }
            for gauge in graph.gauges
        ],
        "debrief_questions": [dict(texts) for texts in graph.debrief_questions],
        "facilitator_notes": dict(graph.facilitator_notes),
    }


def _written_scene(scene: Scene) -> dict[str, Any]:
    ending = scene.ending
    return {
        "id": scene.id,
        "titles": dict(scene.titles),
        "texts": dict(scene.texts),
        "drawing": scene.drawing,
        "drawing_alts": dict(scene.drawing_alts),
        "present": dict(scene.present),
        "known": dict(scene.known),
        "choices": [_written_choice(choice) for choice in scene.choices],
        "ending": None
        if ending is None
        else {
            "kind": str(ending.kind),
            "debriefs": dict(ending.debriefs),
            "sources": [write_source(one) for one in ending.sources],
        },
    }


def _written_choice(choice: Choice) -> dict[str, Any]:
    return {
        "id": choice.id,
        "texts": dict(choice.texts),
        "consequences": dict(choice.consequences),
        "feedback": dict(choice.feedback),
        "target": choice.target,
        "moves": dict(choice.moves),
        "unlocks": list(choice.unlocks),
        "condition": {
            "facts": list(choice.condition.facts),
            "at_least": dict(choice.condition.at_least),
            "at_most": dict(choice.condition.at_most),
        },
    }
