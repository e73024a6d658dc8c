"""The form of a question, made of Wagtail's blocks, and its way to and from stored content.

The blocks only give the form its look (add, remove, reorder); what a question may hold is said by
its type in `question_types`, and its problems come back to the block at which they stand.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.list_block import ListBlockValidationError, ListValue
from wagtail.blocks.struct_block import StructBlockAdapter, StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from courses.blocks import SourceBlock
from courses.enums import ThinkingLevel
from courses.models import LessonPage
from courses.question_types import Problem
from courses.question_types.choice import MOST_OPTIONS
from courses.question_types.multiple_choice import equal_weights
from courses.question_types.true_false import OPTION_IDS, OPTION_TEXTS

MOST_LETTERS = 3000
FIRST_OPTIONS = 4
"""How many empty options a new question offers; what is left empty at the end is not kept."""


class BilingualBlock(blocks.StructBlock):
    """The same text in both languages, side by side."""

    es = blocks.TextBlock(label="Español", required=False, max_length=MOST_LETTERS, rows=3)
    en = blocks.TextBlock(label="English", required=False, max_length=MOST_LETTERS, rows=3)

    class Meta:
        form_classname = "struct-block amparo-bilingual"


class SingleOptionBlock(blocks.StructBlock):
    """One option of a question with one right answer."""

    texts = BilingualBlock(label=_("Text of the option"))
    is_right = blocks.BooleanBlock(label=_("This is the right answer"), required=False)
    feedback = BilingualBlock(label=_("What we say to whoever chooses it"))

    class Meta:
        label = _("Option")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


class MultipleOptionBlock(blocks.StructBlock):
    """One option of a question with several right answers."""

    texts = BilingualBlock(label=_("Text of the option"))
    is_right = blocks.BooleanBlock(label=_("This is a right answer"), required=False)
    percent = blocks.DecimalBlock(
        label=_("Part of the mark, in per cent"),
        required=False,
        min_value=Decimal(-100),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=3,
        help_text=_(
            "Leave all of them empty for equal parts: right ones add, wrong ones take away."
        ),
    )
    feedback = BilingualBlock(label=_("What we say to whoever chooses it"))

    class Meta:
        label = _("Option")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


class TrueFalseAnswerBlock(blocks.StructBlock):
    """The two fixed options of a statement."""

    right = blocks.ChoiceBlock(
        label=_("The statement is"),
        required=False,
        choices=[("true", _("True")), ("false", _("False"))],
    )
    feedback_true = BilingualBlock(label=_("What we say to whoever answers “true”"))
    feedback_false = BilingualBlock(label=_("What we say to whoever answers “false”"))


class FigureBlock(blocks.StructBlock):
    """A picture beside the question."""

    image = ImageChooserBlock(label=_("Picture"), required=False)
    alts = BilingualBlock(
        label=_("Alternative text"),
        help_text=_("What the picture says, without giving the answer away."),
    )
    is_decorative = blocks.BooleanBlock(
        label=_("Decorative"), required=False, help_text=_("It adds nothing to what the text says.")
    )


class QuestionBlock(blocks.StructBlock):
    """The whole form of one question; its parts depend on the type."""


class QuestionBlockAdapter(StructBlockAdapter):
    """Draws the whole form with a root element of its own (static/js/question-block.js)."""

    js_constructor = "courses.question_blocks.QuestionBlock"

    @cached_property
    def media(self) -> forms.Media:
        """Load our script after Wagtail's."""
        media: forms.Media = super().media
        return media + forms.Media(js=["js/question-block.js"])


register(QuestionBlockAdapter(), QuestionBlock)


def _options_block(kind: str) -> tuple[str, blocks.Block]:
    if kind == "true_false":
        return "answer", TrueFalseAnswerBlock(label=_("Answer"))
    option = MultipleOptionBlock() if kind == "multiple_choice" else SingleOptionBlock()
    empty = [option.get_default() for _number in range(FIRST_OPTIONS)]
    return "options", blocks.ListBlock(
        option, label=_("Options"), default=empty, max_num=MOST_OPTIONS, collapsed=False
    )


def question_block(kind: str) -> blocks.StructBlock:
    """Return the form of a question of this type."""
    return QuestionBlock(
        [
            ("stems", BilingualBlock(label=_("Question"))),
            _options_block(kind),
            (
                "explanations",
                BilingualBlock(
                    label=_("Explanation"),
                    help_text=_("Why the right answer is right; shown after answering."),
                ),
            ),
            ("figure", FigureBlock(label=_("Picture"), collapsed=True)),
            ("sources", blocks.ListBlock(SourceBlock(), label=_("Sources"), default=[])),
            (
                "level",
                blocks.ChoiceBlock(
                    label=_("What it asks of the learner"),
                    choices=ThinkingLevel.choices,
                    default=ThinkingLevel.APPLY,
                ),
            ),
            (
                "lesson",
                blocks.PageChooserBlock(
                    label=_("Lesson that grounds the answer"),
                    page_type="courses.LessonPage",
                    required=False,
                ),
            ),
            (
                "needs_legal_review",
                blocks.BooleanBlock(label=_("Needs legal review"), required=False),
            ),
        ]
    )


def find_lesson(name: str) -> LessonPage | None:
    """Return the Spanish lesson that a stored question names by its key or by its path."""
    lessons = LessonPage.objects.filter(locale__language_code="es")
    if "/" in name:
        by_path: LessonPage | None = (
            lessons.filter(url_path__endswith=f"/{name}/").order_by("path").first()
        )
        return by_path
    try:
        by_key: LessonPage | None = lessons.filter(translation_key=UUID(name)).first()
    except ValueError:
        return None
    return by_key


def to_form(block: blocks.StructBlock, kind: str, content: Mapping[str, Any]) -> Any:
    """Return stored content as the value of the form."""
    figure = content.get("figure") or {}
    lesson = find_lesson(content["lesson"]) if content.get("lesson") else None
    raw: dict[str, Any] = {
        "stems": content.get("stems") or {},
        "explanations": content.get("explanations") or {},
        "figure": {
            "image": figure.get("image_id"),
            "alts": figure.get("alts") or {},
            "is_decorative": figure.get("is_decorative") or False,
        },
        "sources": [
            {"type": "item", "id": None, "value": source} for source in content.get("sources") or []
        ],
        "level": content.get("level") or ThinkingLevel.APPLY,
        "lesson": lesson.pk if lesson else None,
        "needs_legal_review": content.get("needs_legal_review") or False,
    }
    options = content.get("options") or []
    if kind == "true_false":
        raw["answer"] = _answer_to_form(options)
    else:
        raw["options"] = [
            {"type": "item", "id": option["id"], "value": _option_to_form(kind, option)}
            for option in options
        ]
    return block.to_python(raw)


def _option_to_form(kind: str, option: Mapping[str, Any]) -> dict[str, Any]:
    weight = Decimal(option["weight"])
    value = {
        "texts": option["texts"],
        "feedback": option["feedback"],
        "is_right": weight > 0,
    }
    if kind == "multiple_choice":
        value["percent"] = weight * 100
    return value


def _answer_to_form(options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_id = {option["id"]: option for option in options}
    right = [key for key, option in by_id.items() if Decimal(option["weight"]) > 0]
    return {
        "right": right[0] if right else "",
        **{f"feedback_{key}": by_id.get(key, {}).get("feedback") or {} for key in OPTION_IDS},
    }


def from_form(kind: str, value: Any, *, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the value of the form as content to be stored.

    Args:
        kind: the type of the question.
        value: the cleaned value of `question_block(kind)`.
        earlier: the content before, which names its lesson in words of its own that are kept.
    """
    figure, image = value["figure"], value["figure"]["image"]
    content: dict[str, Any] = {
        "stems": _texts(value["stems"]),
        "explanations": _texts(value["explanations"]),
        "figure": None
        if image is None
        else {
            "image_id": image.pk,
            "alts": _texts(figure["alts"]),
            "is_decorative": bool(figure["is_decorative"]),
        },
        "sources": [
            {name: str(source.get(name) or "") for name in ("label", "date", "url", "mark")}
            for source in value["sources"]
        ],
        "level": value["level"],
        "lesson": _lesson_name(value["lesson"], (earlier or {}).get("lesson") or ""),
        "needs_legal_review": bool(value["needs_legal_review"]),
    }
    if kind == "true_false":
        content["options"] = _answer_from_form(value["answer"])
    else:
        content["options"] = _options_from_form(kind, _kept(value["options"]))
    return content


def _texts(value: Mapping[str, str]) -> dict[str, str]:
    return {code: (value.get(code) or "").strip() for code in ("es", "en")}


def _lesson_name(page: Any, earlier: str) -> str:
    if page is None:
        return ""
    if earlier:
        named = find_lesson(earlier)
        if named is not None and named.translation_key == page.translation_key:
            return earlier
    return str(page.translation_key)


def _kept(options: ListValue) -> list[ListValue.ListChild]:
    """Return the options without the empty ones at the end; the rest keep their places."""
    kept = list(options.bound_blocks)
    while kept and _is_empty(kept[-1].value):
        kept.pop()
    return kept


def _is_empty(option: Mapping[str, Any]) -> bool:
    texts = [*_texts(option["texts"]).values(), *_texts(option["feedback"]).values()]
    return not any(texts) and not option["is_right"] and option.get("percent") is None


def _options_from_form(kind: str, options: Sequence[ListValue.ListChild]) -> list[dict[str, Any]]:
    rights = [bool(option.value["is_right"]) for option in options]
    percents = [option.value.get("percent") for option in options]
    if kind == "multiple_choice" and all(percent is None for percent in percents):
        weights = equal_weights(rights)
    elif kind == "multiple_choice":
        weights = [(percent or Decimal(0)) / 100 for percent in percents]
    else:
        weights = [Decimal(is_right) for is_right in rights]
    return [
        {
            "id": str(child.id),
            "texts": _texts(child.value["texts"]),
            "feedback": _texts(child.value["feedback"]),
            "weight": _plain(weight),
        }
        for child, weight in zip(options, weights, strict=True)
    ]


def _plain(weight: Decimal) -> str:
    return f"{weight.normalize():f}" if weight else "0"


def _answer_from_form(answer: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": option_id,
            "texts": OPTION_TEXTS[option_id],
            "feedback": _texts(answer[f"feedback_{option_id}"]),
            "weight": "1" if answer["right"] == option_id else "0",
        }
        for option_id in OPTION_IDS
    ]


def as_block_error(kind: str, problems: Sequence[Problem]) -> ValidationError:
    """Return the problems as one error whose parts stand at the blocks that they are about."""
    tree: dict[str, Any] = {}
    for problem in problems:
        steps = [step for step in problem.place.split(".") if step]
        if kind == "true_false" and steps[:1] == ["options"]:
            steps = ["answer"]
        node = tree
        for step in steps:
            node = node.setdefault(step, {})
        node.setdefault("", []).append(problem.message)
    return _error_of(question_block(kind), tree)


def _error_of(block: blocks.Block, tree: Mapping[str, Any]) -> ValidationError:
    own = list(tree.get("", []))
    below: dict[Any, ValidationError] = {}
    for step, node in tree.items():
        child = _child(block, step) if step else None
        if child is not None:
            key = int(step) if isinstance(block, blocks.ListBlock) else _name(step)
            below[key] = _error_of(child, node)
        elif step:
            own += _messages(node)
    error = ValidationError(own)
    if isinstance(block, blocks.ListBlock):
        error = ListBlockValidationError(block_errors=below, non_block_errors=own)
    elif isinstance(block, blocks.StructBlock):
        error = StructBlockValidationError(block_errors=below, non_block_errors=own)
    return error


def _child(block: blocks.Block, step: str) -> blocks.Block | None:
    if isinstance(block, blocks.ListBlock):
        return block.child_block if step.isdigit() else None
    if isinstance(block, blocks.StructBlock):
        found: blocks.Block | None = block.child_blocks.get(_name(step))
        return found
    return None


def _name(step: str) -> str:
    return "percent" if step == "weight" else step


def _messages(node: Mapping[str, Any]) -> list[str]:
    found = list(node.get("", []))
    for step, below in node.items():
        if step:
            found += _messages(below)
    return found
