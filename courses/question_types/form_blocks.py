"""Blocks of Wagtail from which the forms of questions are made."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.images.blocks import ImageChooserBlock

MOST_LETTERS = 3000
MOST_IN_LINE = 200


class BilingualBlock(blocks.StructBlock):
    """The same text in both languages, side by side."""

    es = blocks.TextBlock(label="Español", required=False, max_length=MOST_LETTERS, rows=3)
    en = blocks.TextBlock(label="English", required=False, max_length=MOST_LETTERS, rows=3)

    class Meta:
        form_classname = "struct-block amparo-bilingual"


class BilingualLineBlock(blocks.StructBlock):
    """A short text in both languages, one line each."""

    es = blocks.CharBlock(label="Español", required=False, max_length=MOST_IN_LINE)
    en = blocks.CharBlock(label="English", required=False, max_length=MOST_IN_LINE)

    class Meta:
        form_classname = "struct-block amparo-bilingual"


class PercentBlock(blocks.DecimalBlock):
    """A part of the mark in per cent; empty for the whole of it."""

    def __init__(self, **kwargs: Any) -> None:
        whole: dict[str, Any] = {
            "label": _("Part of the mark, in per cent"),
            "help_text": _("Leave it empty for the whole mark."),
            "required": False,
            "min_value": Decimal(0),
            "max_value": Decimal(100),
            "max_digits": 8,
            "decimal_places": 5,
        }
        super().__init__(**{**whole, **kwargs})


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


def percent_of(fraction: str) -> Decimal:
    """Return a stored part of the mark in per cent, written as people write it."""
    return Decimal(plain_number(Decimal(fraction or "0") * 100))


def texts_from_form(value: Mapping[str, str]) -> dict[str, str]:
    """Return the text of a `BilingualBlock` as it is stored."""
    return {code: (value.get(code) or "").strip() for code in ("es", "en")}


def list_to_form(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return raw values with an `id` as what a `ListBlock` reads, which keeps the ids."""
    return [{"type": "item", "id": item.get("id"), "value": item} for item in items]


def kept_children(value: ListValue, is_empty: Any) -> list[ListValue.ListChild]:
    """Return the entries of a list without the empty ones at its end; the rest keep their places."""
    kept = list(value.bound_blocks)
    while kept and is_empty(kept[-1].value):
        kept.pop()
    return kept


def plain_number(value: Decimal) -> str:
    """Return an exact number as it is stored: without zeros at the end, never with an exponent."""
    return f"{value.normalize():f}" if value else "0"
