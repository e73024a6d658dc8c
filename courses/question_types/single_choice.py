"""One right answer among several: full marks for it, nothing for any other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.question_types.base import Problem
from courses.question_types.choice import ChoiceContent, ChoiceType
from courses.question_types.exchange import Shape


class SingleChoice(ChoiceType):
    """A question that takes one option."""

    name = "single_choice"
    label = gettext_lazy("Single choice")
    help_text = gettext_lazy("Several options, one of them right.")
    shape = Shape.SINGLE_CHOICE

    def mark(self, content: ChoiceContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the weight of the chosen option, never below zero."""
        chosen = list((given or {}).get("chosen") or [])
        option = content.option(chosen[0]) if len(chosen) == 1 else None
        return max(option.weight, Decimal(0)) if option else Decimal(0)

    def _weight_problems(self, content: ChoiceContent) -> list[Problem]:
        full = sum(1 for option in content.options if option.weight == 1)
        if full == 1 or not any(option.is_right for option in content.options):
            return []
        return [Problem("options", _("Exactly one option must be worth the whole mark."))]
