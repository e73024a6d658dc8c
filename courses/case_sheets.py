"""A case as a role play for a room: scenes on cards, and what the facilitator needs to know."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.case_graph import CaseGraph, Scene
from courses.case_outlines import condition_words
from courses.enums import EndingKind
from courses.question_types.common import Source
from courses.texts import in_language


@dataclass(frozen=True)
class CardChoice:
    """A choice on a card; `conditions` and the rest are for the facilitator only."""

    number: int
    text: str
    consequence: str
    feedback: str
    target_number: int | None
    target_title: str
    conditions: tuple[str, ...]
    facts: tuple[str, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A scene on a card; `ending` is set where the walk ends."""

    number: int
    title: str
    text: str
    drawing: str
    drawing_alt: str
    present: str
    known: str
    choices: tuple[CardChoice, ...]
    ending: EndingKind | None
    debrief: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class GaugeCard:
    """How a gauge begins, and its words from the lowest up."""

    title: str
    start: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class RolePlay:
    """All sheets of a case in one language."""

    title: str
    cards: tuple[Card, ...]
    gauges: tuple[GaugeCard, ...]
    notes: str
    questions: tuple[str, ...]

    @property
    def endings(self) -> tuple[Card, ...]:
        """The cards with which a walk ends."""
        return tuple(card for card in self.cards if card.ending is not None)


def role_play(graph: CaseGraph, language: str | None = None) -> RolePlay:
    """Return the sheets of a case in a language (the active one by default)."""
    return RolePlay(
        title=in_language(graph.titles, language),
        cards=tuple(_card(graph, number, scene, language) for number, scene in _numbered(graph)),
        gauges=tuple(
            GaugeCard(
                in_language(gauge.titles, language),
                in_language(gauge.word(gauge.start), language),
                tuple(
                    in_language(word.texts, language)
                    for word in sorted(gauge.words, key=lambda word: word.at_least)
                ),
            )
            for gauge in graph.gauges
        ),
        notes=in_language(graph.facilitator_notes, language),
        questions=tuple(in_language(texts, language) for texts in graph.debrief_questions),
    )


def _numbered(graph: CaseGraph) -> list[tuple[int, Scene]]:
    return list(enumerate(graph.scenes, 1))


def _card(graph: CaseGraph, number: int, scene: Scene, language: str | None) -> Card:
    ending = scene.ending
    return Card(
        number=number,
        title=in_language(scene.titles, language),
        text=in_language(scene.texts, language),
        drawing=scene.drawing,
        drawing_alt=in_language(scene.drawing_alts, language),
        present=in_language(scene.present, language),
        known=in_language(scene.known, language),
        choices=_choices(graph, scene, language),
        ending=ending.kind if ending else None,
        debrief=in_language(ending.debriefs, language) if ending else "",
        sources=ending.sources if ending else (),
    )


def _choices(graph: CaseGraph, scene: Scene, language: str | None) -> tuple[CardChoice, ...]:
    numbers = {one.id: number for number, one in _numbered(graph)}
    titles = {one.id: in_language(one.titles, language) for one in graph.scenes}
    facts = {fact.id: in_language(fact.texts, language).removesuffix(".") for fact in graph.facts}
    gauges = {gauge.id: in_language(gauge.titles, language) for gauge in graph.gauges}
    return tuple(
        CardChoice(
            number=order,
            text=in_language(choice.texts, language),
            consequence=in_language(choice.consequences, language),
            feedback=in_language(choice.feedback, language),
            target_number=numbers.get(choice.target),
            target_title=titles.get(choice.target, ""),
            conditions=condition_words(graph, choice.condition, language),
            facts=tuple(facts.get(one, one) for one in choice.unlocks),
            moves=tuple(
                (_("%(gauge)s rises") if by > 0 else _("%(gauge)s falls"))
                % {"gauge": gauges.get(name, name)}
                for name, by in choice.moves.items()
                if by
            ),
        )
        for order, choice in enumerate(scene.choices, 1)
    )
