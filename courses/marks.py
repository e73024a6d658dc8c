"""Marks as people read them; they are kept in per cent."""

from decimal import ROUND_FLOOR, Decimal

from django.utils.formats import number_format

from courses.enums import Scale

HUNDREDTH = Decimal("0.01")


def on_scale(per_cent: Decimal, scale: Scale | str) -> str:
    """Return a mark on the scale of its course, in the active language: 14,5 or 72,5 %.

    Two decimals at most, never rounded up: 69.999 % is not 70 %, which would have passed.
    """
    value = per_cent / 5 if scale == Scale.VIGESIMAL else per_cent
    text = number_format(_short(value.quantize(HUNDREDTH, ROUND_FLOOR)))
    return text if scale == Scale.VIGESIMAL else f"{text}\N{NO-BREAK SPACE}%"


def _short(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
