"""Several right answers: each option adds or takes its weight, never below zero."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.question_types.base import Problem
from courses.question_types.choice import ChoiceContent, ChoiceType

SMALLEST = Decimal("0.00001")
"""Weights such as a third are kept to five places and the sum is rounded to four."""


def equal_weights(right: Sequence[bool]) -> list[Decimal]:
    """Return weights by which every right option adds, and every wrong one takes, an equal part."""
    count = sum(right)
    part = (Decimal(1) / count).quantize(SMALLEST, ROUND_HALF_EVEN) if count else Decimal(0)
    return [part if is_right else -part for is_right in right]


class MultipleChoice(ChoiceType):
    """A question that takes any number of options."""

    name = "multiple_choice"
    label = gettext_lazy("Multiple choice")
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
