"""The form of a case, made of Wagtail's blocks, and its way to and from stored content.

The blocks only give the form its look (add, remove, reorder); what a case may hold is said by
`case_graph` and `case_checks`, whose problems come back to the block at which they stand.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks import SourceBlock
from courses.case_drawings import CASE_DRAWINGS
from courses.case_graph import MOST_CHOICES, MOST_GAUGES, MOST_QUESTIONS, MOST_SCENES
from courses.enums import EndingKind
from courses.question_blocks import QuestionBlock, error_of
from courses.question_types.base import Problem
from courses.question_types.common import source_from_form
from courses.question_types.form_blocks import BilingualBlock, list_to_form, texts_from_form

LONGEST_NAME = 40
SCENE_LIST = "case-scenes"
"""The id of the list of names that the field for the next scene proposes."""


class NameBlock(blocks.CharBlock):
    """A short name by which other parts of the case call this one."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Short name"))
        super().__init__(max_length=LONGEST_NAME, required=False, **options)


class SceneNameBlock(blocks.CharBlock):
    """The short name of a scene, proposed from those of the last saved version."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, required=False, **options)
        self.field.widget.attrs["list"] = SCENE_LIST


class FactBlock(blocks.StructBlock):
    """Something that a choice may bring to light."""

    id = NameBlock()
    texts = BilingualBlock(label=_("What becomes known"))


class WordBlock(blocks.StructBlock):
    """The words for a gauge from a value upwards."""

    at_least = blocks.IntegerBlock(label=_("From this value"), required=False)
    texts = BilingualBlock(label=_("Words"))


class GaugeBlock(blocks.StructBlock):
    """Something that choices move; learners read its words only."""

    id = NameBlock()
    titles = BilingualBlock(label=_("What it is"))
    start = blocks.IntegerBlock(label=_("At the beginning"), required=False)
    least = blocks.IntegerBlock(label=_("Lowest value"), required=False)
    most = blocks.IntegerBlock(label=_("Highest value"), required=False)
    words = blocks.ListBlock(WordBlock(), label=_("Words"), default=[], max_num=9)


class MoveBlock(blocks.StructBlock):
    """By how much a choice moves a gauge."""

    gauge = blocks.CharBlock(
        label=_("Short name of the gauge"), max_length=LONGEST_NAME, required=False
    )
    by = blocks.IntegerBlock(label=_("By"), required=False)


class BoundBlock(blocks.StructBlock):
    """Between which values a gauge must stand."""

    gauge = blocks.CharBlock(
        label=_("Short name of the gauge"), max_length=LONGEST_NAME, required=False
    )
    at_least = blocks.IntegerBlock(label=_("At least"), required=False)
    at_most = blocks.IntegerBlock(label=_("At most"), required=False)


class ChoiceBlock(blocks.StructBlock):
    """A choice of a scene."""

    texts = BilingualBlock(label=_("What the learner may do"))
    consequences = BilingualBlock(
        label=_("What comes of it"), help_text=_("Told in the story, before the next scene.")
    )
    feedback = BilingualBlock(
        label=_("Why it matters"),
        help_text=_("Optional: why it helps or harms, calmly and without blame."),
    )
    target = SceneNameBlock(
        label=_("Next scene"), help_text=_("The short name of the scene that follows.")
    )
    unlocks = blocks.CharBlock(
        label=_("Facts that it brings to light"),
        required=False,
        max_length=300,
        help_text=_("Their short names, with commas between them."),
    )
    moves = blocks.ListBlock(MoveBlock(), label=_("Gauges that it moves"), default=[])
    needs_facts = blocks.CharBlock(
        label=_("Only if these facts are known"),
        required=False,
        max_length=300,
        help_text=_("Their short names, with commas between them."),
    )
    needs_gauges = blocks.ListBlock(
        BoundBlock(), label=_("Only if the gauges stand so"), default=[]
    )


class EndingBlock(blocks.StructBlock):
    """How the case ends in this scene; empty for a scene with choices."""

    kind = blocks.ChoiceBlock(label=_("Kind of ending"), choices=EndingKind.choices, required=False)
    debriefs = BilingualBlock(label=_("Debrief"), help_text=_("What the protocol says."))
    sources = blocks.ListBlock(SourceBlock(), label=_("Sources"), default=[])


class SceneBlock(blocks.StructBlock):
    """A scene with its choices, or with an ending."""

    id = NameBlock(help_text=_("Small letters, digits, hyphens. Empty: made from the title."))
    titles = BilingualBlock(label=_("Title"))
    texts = BilingualBlock(label=_("What happens"))
    drawing = blocks.ChoiceBlock(label=_("Drawing"), choices=CASE_DRAWINGS, required=False)
    drawing_alts = BilingualBlock(
        label=_("Alternative text"), help_text=_("What the drawing says in words.")
    )
    present = BilingualBlock(label=_("Who is here"))
    known = BilingualBlock(label=_("What the learner knows now"))
    choices = blocks.ListBlock(ChoiceBlock(), label=_("Choices"), default=[], max_num=MOST_CHOICES)
    ending = EndingBlock(label=_("Ending"))


def case_block() -> blocks.StructBlock:
    """Return the form of a case."""
    return QuestionBlock(
        [
            ("titles", BilingualBlock(label=_("Title"))),
            (
                "facts",
                blocks.ListBlock(FactBlock(), label=_("Facts"), default=[], max_num=MOST_SCENES),
            ),
            (
                "gauges",
                blocks.ListBlock(
                    GaugeBlock(),
                    label=_("Gauges (trust, risk, time …)"),
                    default=[],
                    max_num=MOST_GAUGES,
                ),
            ),
            ("scenes", blocks.ListBlock(SceneBlock(), label=_("Scenes"), max_num=MOST_SCENES)),
            (
                "debrief_questions",
                blocks.ListBlock(
                    BilingualBlock(label=_("Question")),
                    label=_("Questions for the debrief"),
                    default=[],
                    max_num=MOST_QUESTIONS,
                ),
            ),
            ("facilitator_notes", BilingualBlock(label=_("Notes for whoever leads a role play"))),
        ]
    )


def _items(values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return raw values without ids of their own as what a `ListBlock` reads."""
    return [{"type": "item", "id": None, "value": value} for value in values]


def to_form(block: blocks.StructBlock, content: Mapping[str, Any]) -> Any:
    """Return stored content as the value of the form."""
    raw = {
        "titles": content["titles"],
        "facts": _items(content["facts"]),
        "gauges": _items(
            [{**gauge, "words": _items(gauge["words"])} for gauge in content["gauges"]]
        ),
        "scenes": _items([_scene_to_form(scene) for scene in content["scenes"]]),
        "debrief_questions": _items(content["debrief_questions"]),
        "facilitator_notes": content["facilitator_notes"],
    }
    return block.to_python(raw)


def _scene_to_form(scene: Mapping[str, Any]) -> dict[str, Any]:
    ending = scene["ending"] or {"kind": "", "debriefs": {}, "sources": []}
    return {
        **scene,
        "choices": list_to_form([_choice_to_form(choice) for choice in scene["choices"]]),
        "ending": {**ending, "sources": _items(ending["sources"])},
    }


def _choice_to_form(choice: Mapping[str, Any]) -> dict[str, Any]:
    condition = choice["condition"]
    bounds = dict.fromkeys([*condition["at_least"], *condition["at_most"]])
    return {
        **choice,
        "unlocks": ", ".join(choice["unlocks"]),
        "moves": _items([{"gauge": name, "by": by} for name, by in choice["moves"].items()]),
        "needs_facts": ", ".join(condition["facts"]),
        "needs_gauges": _items(
            [
                {
                    "gauge": name,
                    "at_least": condition["at_least"].get(name),
                    "at_most": condition["at_most"].get(name),
                }
                for name in bounds
            ]
        ),
    }


def from_form(value: Any) -> dict[str, Any]:
    """Return the cleaned value of the form as content to be stored.

    A scene without a short name gets one from its Spanish title; a choice keeps the id that its
    place in the list has, so that walks find it again after others were added.
    """
    return {
        "titles": _bilingual(value["titles"]),
        "facts": [
            {"id": _name(fact["id"], fact["texts"], "dato", number), **_texts(fact, "texts")}
            for number, fact in enumerate(value["facts"], 1)
        ],
        "gauges": [
            _gauge_from_form(gauge, number) for number, gauge in enumerate(value["gauges"], 1)
        ],
        "scenes": [
            _scene_from_form(scene, number) for number, scene in enumerate(value["scenes"], 1)
        ],
        "debrief_questions": [_bilingual(one) for one in value["debrief_questions"]],
        "facilitator_notes": _bilingual(value["facilitator_notes"]),
    }


def _bilingual(value: Mapping[str, str]) -> dict[str, str]:
    """Return a text as it is stored: nothing at all if it is empty in every language."""
    texts = texts_from_form(value)
    return texts if any(texts.values()) else {}


def _texts(value: Mapping[str, Any], *names: str) -> dict[str, dict[str, str]]:
    return {name: _bilingual(value[name]) for name in names}


def _name(given: str | None, texts: Mapping[str, str], word: str, number: int) -> str:
    name = (given or "").strip()
    return name or slugify(texts.get("es") or "")[:LONGEST_NAME].strip("-") or f"{word}-{number}"


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _gauge_from_form(value: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": _name(value["id"], value["titles"], "estado", number),
        **_texts(value, "titles"),
        **{name: value[name] or 0 for name in ("start", "least", "most")},
        "words": [
            {"at_least": word["at_least"] or 0, **_texts(word, "texts")} for word in value["words"]
        ],
    }


def _scene_from_form(value: Mapping[str, Any], number: int) -> dict[str, Any]:
    ending = value["ending"]
    return {
        "id": _name(value["id"], value["titles"], "escena", number),
        **_texts(value, "titles", "texts", "drawing_alts", "present", "known"),
        "drawing": value["drawing"] or "",
        "choices": [_choice_from_form(child) for child in value["choices"].bound_blocks],
        "ending": {
            "kind": ending["kind"],
            **_texts(ending, "debriefs"),
            "sources": [source_from_form(source) for source in ending["sources"]],
        }
        if ending["kind"]
        else None,
    }


def _choice_from_form(child: Any) -> dict[str, Any]:
    value = child.value
    bounds = [bound for bound in value["needs_gauges"] if (bound["gauge"] or "").strip()]
    return {
        "id": str(child.id),
        **_texts(value, "texts", "consequences", "feedback"),
        "target": (value["target"] or "").strip(),
        "unlocks": _names(value["unlocks"]),
        "moves": {
            move["gauge"].strip(): move["by"] or 0
            for move in value["moves"]
            if (move["gauge"] or "").strip()
        },
        "condition": {
            "facts": _names(value["needs_facts"]),
            **{
                name: {
                    bound["gauge"].strip(): bound[name]
                    for bound in bounds
                    if bound[name] is not None
                }
                for name in ("at_least", "at_most")
            },
        },
    }


_CONDITION_PLACES = {"at_least": "needs_gauges", "at_most": "needs_gauges"}


def form_place(place: str) -> list[str]:
    """Return where in the form a problem's place in the graph is to be shown."""
    steps = [step for step in place.split(".") if step]
    if "condition" in steps:
        at = steps.index("condition")
        below = steps[at + 1] if len(steps) > at + 1 else ""
        return [*steps[:at], _CONDITION_PLACES.get(below, "needs_facts")]
    if "choices" in steps and steps[-1] == "id":
        return steps[:-1]  # the ids of choices are not shown
    return steps


def as_block_error(problems: Sequence[Problem]) -> ValidationError:
    """Return the problems as one error whose parts stand at the blocks that they are about."""
    tree: dict[str, Any] = {}
    for problem in problems:
        node = tree
        for step in form_place(problem.place):
            node = node.setdefault(step, {})
        node.setdefault("", []).append(problem.message)
    return error_of(case_block(), tree)
