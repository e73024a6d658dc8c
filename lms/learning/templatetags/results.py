"""Template filters of results: shares, correlations and times as people read them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()

NOTHING = "\N{EN DASH}"


@register.filter
def as_share(value: Decimal | float | None) -> str:
    """Return a share between 0 and 1 in whole per cent: 72 %."""
    if value is None:
        return NOTHING
    return f"{number_format(round(Decimal(value) * 100))}\N{NO-BREAK SPACE}%"


@register.filter
def as_share_of(count: int, whole: int) -> str:
    """Return a count as a share of a whole, in whole per cent."""
    return as_share(Decimal(count) / whole if whole else None)


@register.filter
def as_coefficient(value: Decimal | None) -> str:
    """Return a correlation or reliability with two decimals, and a true minus sign."""
    if value is None:
        return NOTHING
    text = number_format(abs(value), decimal_pos=2)
    return f"\N{MINUS SIGN}{text}" if round(value, 2) < 0 else text


@register.filter
def as_time(seconds: Decimal | None) -> str:
    """Return seconds as minutes and seconds: 1 min 20 s."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(round(seconds), 60)
    words = {"minutes": minutes, "seconds": rest}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % words
    return _("%(seconds)d s") % words


@register.inclusion_tag("learning/results/sort_header.html")
def sort_header(name: str, label: str, order: str, is_number: bool = False) -> dict[str, Any]:
    """Return the heading of a column by which the server sorts."""
    return {"name": name, "label": label, "is_current": name == order, "is_number": is_number}
