"""The form of a question, made of Wagtail's blocks, and its way to and from stored content.

The blocks only give the form its look (add, remove, reorder); what a question may hold is said by
its type in `question_types`, and its problems come back to the block at which they stand.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import (
    BlockGroup,
    StructBlockAdapter,
    StructBlockValidationError,
)

from courses.blocks import SourceBlock
from courses.enums import ThinkingLevel
from courses.models import LessonPage
from courses.question_types import Problem, question_type
from courses.question_types.common import FEEDBACKS, source_from_form
from courses.question_types.form_blocks import BilingualBlock, FigureBlock, texts_from_form
from courses.texts import languages


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


def _bilingual(label: Any, help_text: Any = "") -> BilingualBlock:
    return BilingualBlock(label=label, help_text=help_text)


def _common_blocks(needs_figure: bool) -> list[tuple[str, blocks.Block]]:
    """Return what follows the answers in the form of every type."""
    return [
        (
            "explanations",
            _bilingual(
                _("Explanation"), _("Why the right answer is right; shown after answering.")
            ),
        ),
        ("feedback_right", _bilingual(_("What we say when it is right"))),
        ("feedback_partly", _bilingual(_("What we say when it is partly right"))),
        ("feedback_wrong", _bilingual(_("What we say when it is wrong"))),
        ("hints", _bilingual(_("Hint"), _("Shown on request; never in an exam."))),
        (
            "safety_rules",
            _bilingual(
                _("Rule of safety"),
                _(
                    "Write it only for a critical question: whoever errs fails the whole quiz and "
                    "is told this rule."
                ),
            ),
        ),
        ("figure", FigureBlock(label=_("Picture"), collapsed=not needs_figure)),
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
            "languages",
            blocks.MultipleChoiceBlock(
                label=_("Languages"),
                choices=settings.LANGUAGES,
                default=languages(),
                widget=forms.CheckboxSelectMultiple,
                help_text=_("It can be published once it is complete in these."),
            ),
        ),
        (
            "is_opinion",
            blocks.BooleanBlock(
                label=_("No right answer"), required=False, help_text=_("Only for surveys.")
            ),
        ),
        (
            "needs_legal_review",
            blocks.BooleanBlock(label=_("Needs legal review"), required=False),
        ),
    ]


def question_block(kind: str) -> blocks.StructBlock:
    """Return the form of a question of this type."""
    of_kind = question_type(kind)
    every = _common_blocks(of_kind.needs_figure)
    common = [pair for pair in every if of_kind.takes_answer or pair[0] in OF_A_TEXT]
    stems = _bilingual(_("Question") if of_kind.takes_answer else _("Text"))
    own = of_kind.form_blocks()
    layout = _layout([name for name, _block in own], dict(common), of_kind.needs_figure)
    return QuestionBlock([("stems", stems), *own, *common], form_layout=layout)


def _layout(own: Sequence[str], common: Mapping[str, Any], needs_figure: bool) -> BlockGroup:
    """Return the form's order: what every question needs stands open, the rest is folded away."""
    first = ["stems", *(["figure"] if needs_figure else []), *own, "explanations", "sources"]
    last = [] if needs_figure else ["figure"]
    groups = [
        (_("What we say by result"), FEEDBACKS),
        (_("Hint and rule of safety"), ("hints", "safety_rules")),
        (
            _("Languages, level, lesson, review"),
            ("languages", "level", "lesson", "needs_legal_review", "is_opinion"),
        ),
    ]
    folded = [
        BlockGroup(
            [name for name in names if name in common],
            heading=heading,
            classname="collapsed",
            label_format="",
        )
        for heading, names in groups
        if any(name in common for name in names)
    ]
    shown = [name for name in first + last if name in own or name == "stems" or name in common]
    return BlockGroup([*shown, *folded])


def find_lesson(name: str) -> LessonPage | None:
    """Return the Spanish lesson that a stored question names by its key or by its path."""
    lessons = LessonPage.objects.filter(locale__language_code="es", alias_of=None)
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


OF_A_TEXT = ("figure", "sources", "languages", "needs_legal_review")
"""What the form keeps where nothing is asked."""

TEXTS = ("stems", "explanations", "hints", "safety_rules", *FEEDBACKS)
"""The texts that a question of every type may have."""


def to_form(block: blocks.StructBlock, kind: str, content: Mapping[str, Any]) -> Any:
    """Return stored content as the value of the form."""
    figure = content.get("figure") or {}
    lesson = find_lesson(content["lesson"]) if content.get("lesson") else None
    raw: dict[str, Any] = {
        **{name: content.get(name) or {} for name in TEXTS},
        **question_type(kind).to_form(content),
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
        "languages": content.get("languages") or languages(),
        "is_opinion": content.get("is_opinion") or False,
        "needs_legal_review": content.get("needs_legal_review") or False,
    }
    return block.to_python({name: raw[name] for name in block.child_blocks})


def from_form(kind: str, value: Any, *, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the value of the form as content to be stored.

    Args:
        kind: the type of the question.
        value: the cleaned value of `question_block(kind)`.
        earlier: the content before, which names its lesson in words of its own that are kept.
    """
    figure, image = value["figure"], value["figure"]["image"]
    asked = {
        **{name: texts_from_form(value[name]) for name in TEXTS if name in value},
        **question_type(kind).from_form(value),
    }
    if question_type(kind).takes_answer:
        asked |= {
            "level": value["level"],
            "lesson": _lesson_name(value["lesson"], (earlier or {}).get("lesson") or ""),
            "is_opinion": bool(value["is_opinion"]),
        }
    return {
        **asked,
        "figure": None
        if image is None
        else {
            "image_id": image.pk,
            "alts": texts_from_form(figure["alts"]),
            "is_decorative": bool(figure["is_decorative"]),
        },
        "sources": [source_from_form(source) for source in value["sources"]],
        "languages": list(value["languages"]),
        "needs_legal_review": bool(value["needs_legal_review"]),
    }


def _lesson_name(page: Any, earlier: str) -> str:
    if page is None:
        return ""
    if earlier:
        named = find_lesson(earlier)
        if named is not None and named.translation_key == page.translation_key:
            return earlier
    return str(page.translation_key)


def as_block_error(kind: str, problems: Sequence[Problem]) -> ValidationError:
    """Return the problems as one error whose parts stand at the blocks that they are about."""
    tree: dict[str, Any] = {}
    for problem in problems:
        steps = question_type(kind).form_place([s for s in problem.place.split(".") if s])
        node = tree
        for step in steps:
            node = node.setdefault(step, {})
        node.setdefault("", []).append(problem.message)
    return error_of(question_block(kind), tree)


def error_of(block: blocks.Block, tree: Mapping[str, Any]) -> ValidationError:
    """Return a tree of messages (those of a node under "") as the error of a block."""
    own = list(tree.get("", []))
    below: dict[Any, ValidationError] = {}
    for step, node in tree.items():
        child = _child(block, step) if step else None
        if child is not None:
            key = int(step) if isinstance(block, blocks.ListBlock) else step
            below[key] = error_of(child, node)
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
        found: blocks.Block | None = block.child_blocks.get(step)
        return found
    return None


def _messages(node: Mapping[str, Any]) -> list[str]:
    found = list(node.get("", []))
    for step, below in node.items():
        if step:
            found += _messages(below)
    return found
