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
    text = as_number(value)
    return text if scale == Scale.VIGESIMAL else f"{text}\N{NO-BREAK SPACE}%"


def as_number(value: Decimal) -> str:
    """Return marks in the active language: two decimals at most, never rounded up."""
    return number_format(_short(value.quantize(HUNDREDTH, ROUND_FLOOR)))


def as_per_cent(value: Decimal) -> str:
    """Return a share of the marks as trainers set it, on whatever scale the course shows it."""
    return on_scale(value, Scale.PERCENT)


def _short(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()
