"""Several right answers: each option adds or takes its weight, never below zero."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.base import Problem
from courses.question_types.choice import ChoiceContent, ChoiceType
from courses.question_types.exchange import Shape
from courses.question_types.form_blocks import BilingualBlock

SMALLEST = Decimal("0.00001")
"""Weights such as a third are kept to five places and the sum is rounded to four."""


def equal_weights(right: Sequence[bool]) -> list[Decimal]:
    """Return weights by which every right option adds, and every wrong one takes, an equal part."""
    count = sum(right)
    part = (Decimal(1) / count).quantize(SMALLEST, ROUND_HALF_EVEN) if count else Decimal(0)
    return [part if is_right else -part for is_right in right]


class WeightedOptionBlock(blocks.StructBlock):
    """One option of a question with several right answers."""

    texts = BilingualBlock(label=gettext_lazy("Text of the option"))
    is_right = blocks.BooleanBlock(label=gettext_lazy("This is a right answer"), required=False)
    percent = blocks.DecimalBlock(
        label=gettext_lazy("Part of the mark, in per cent"),
        required=False,
        min_value=Decimal(-100),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=3,
        help_text=gettext_lazy(
            "Leave all of them empty for equal parts: right ones add, wrong ones take away."
        ),
    )
    feedback = BilingualBlock(
        label=gettext_lazy("What we say to whoever chooses it"), collapsed=True
    )

    class Meta:
        label = gettext_lazy("Option")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


class MultipleChoice(ChoiceType):
    """A question that takes any number of options."""

    name = "multiple_choice"
    label = gettext_lazy("Multiple choice")
    help_text = gettext_lazy(
        "Several options, more than one may be right. Parts of the mark are given."
    )
    shape = Shape.MULTIPLE_CHOICE
    is_multiple = True

    def mark(self, content: ChoiceContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the sum of the chosen options' weights, between 0 and 1."""
        chosen = set((given or {}).get("chosen") or ())
        total = sum((o.weight for o in content.options if o.id in chosen), Decimal(0))
        return min(max(total.quantize(Decimal("0.0001")), Decimal(0)), Decimal(1))

    def _weight_problems(self, content: ChoiceContent) -> list[Problem]:
        reachable = sum((o.weight for o in content.options if o.is_right), Decimal(0))
        if not reachable or abs(reachable - 1) <= Decimal("0.0005"):
            return []
        return [Problem("options", _("The weights of the right options must add up to 100 %."))]

    def option_block(self) -> blocks.StructBlock:
        """Return the form of one option, with its part of the mark."""
        return WeightedOptionBlock()

    def option_to_form(self, option: Mapping[str, Any]) -> dict[str, Any]:
        """Return one stored option as raw values, its weight in per cent."""
        return {**super().option_to_form(option), "percent": Decimal(option["weight"]) * 100}

    def weights_from_form(self, values: Sequence[Mapping[str, Any]]) -> list[Decimal]:
        """Return the weight of each option: as written, or equal parts if none was."""
        percents = [value.get("percent") for value in values]
        if all(percent is None for percent in percents):
            return equal_weights([bool(value["is_right"]) for value in values])
        return [(percent or Decimal(0)) / 100 for percent in percents]

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show what is wrong with a weight at its per cent."""
        return ["percent" if step == "weight" else step for step in steps]
