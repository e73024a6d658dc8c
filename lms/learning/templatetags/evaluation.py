"""How what was learned is written."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from lms.learning.evaluation.gains import Gain, gain_words

register = template.Library()


@register.filter
def in_percent(value: Decimal | None) -> str:
    """Return a per cent without decimals, or that there were no questions."""
    return _("no questions") if value is None else f"{round(value)}\N{NO-BREAK SPACE}%"


@register.filter
def in_points(value: Decimal | None) -> str:
    """Return a difference with its sign."""
    return "" if value is None else f"{round(value):+d}"


@register.filter
def gained(gain: Gain) -> str:
    """Return the normalised gain, or why there is none."""
    return gain_words(gain)
