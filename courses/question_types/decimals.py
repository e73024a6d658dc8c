"""Exact numbers: parts of a mark, and numbers as people write them."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.base import Problem

MOST_DIGITS = 20
MINUS = "\u2212"
MARK_PLACES = Decimal("0.0001")
"""Fractions of a mark are kept to four places."""

_WRITTEN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_TWO_WAYS = re.compile(r"([+-]?[1-9]\d{0,2})[.,](\d{3})", re.ASCII)
_SEPARATED = re.compile(r"[+-]?\d{1,3}(?:[.,'\u2019 ]\d{3})+(?:[.,]\d*)?", re.ASCII)


class NoNumber(ValueError):
    """What was typed is no number, or can be read in two ways; the message is for people."""


def read_exact(value: Any) -> Decimal | None:
    """Return a stored number of at most 20 digits, or None if it is none."""
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return None  # so long a number cannot be made a text
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value)[:60])
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    places = -int(number.as_tuple().exponent)
    is_short = len(number.as_tuple().digits) <= MOST_DIGITS and abs(places) <= MOST_DIGITS
    return number if is_short and len(str(value)) <= 60 else None


def read_fraction(value: Any, place: str, problems: list[Problem]) -> Decimal:
    """Return a part of the mark, 0 to 1, adding a problem for anything else."""
    fraction = read_exact(value)
    if fraction is None or not 0 <= fraction <= 1:
        problems.append(Problem(place, _("A part of the mark lies between 0 % and 100 %.")))
        return Decimal(0)
    return fraction


def rounded(fraction: Decimal) -> Decimal:
    """Return a fraction of the mark between 0 and 1, to four places."""
    return min(max(fraction.quantize(MARK_PLACES), Decimal(0)), Decimal(1))


def is_near(number: Decimal, value: Decimal, tolerance: Decimal) -> bool:
    """Say whether a number is at most the tolerance away from another, without rounding."""
    with localcontext() as context:
        context.prec = 4 * MOST_DIGITS
        return abs(number - value) <= tolerance


def read_typed_number(typed: str, units: tuple[str, ...] = ()) -> Decimal:
    """Return the number that somebody typed, with a decimal comma or point.

    Thousands are not separated: `1,500` would be a thousand and a half to one reader and one and a
    half to the other, so it is refused and both ways of writing it are named. A unit of the
    question may stand behind the number.

    Raises:
        NoNumber: with the message for whoever typed it.
    """
    text = unicodedata.normalize("NFKC", typed).replace(MINUS, "-").strip()
    for unit in units:
        if unit and text.casefold().endswith(unit.casefold()):
            text = text[: -len(unit)].strip()
            break
    shown = typed.strip()[:40]
    both = _TWO_WAYS.fullmatch(text)
    if both:
        message = _(
            "“%(typed)s” can be read in two ways. Write %(whole)s, without separating thousands, "
            "or %(decimal)s if you mean a decimal."
        )
        ways = {"whole": both[1] + both[2], "decimal": f"{both[1]}.{both[2]}0"}
        raise NoNumber(message % {"typed": shown, **ways})
    if _SEPARATED.fullmatch(text) and not _WRITTEN.fullmatch(text):
        raise NoNumber(
            _("Write the number without separating thousands: 1500 and not %(typed)s.")
            % {"typed": shown}
        )
    if not _WRITTEN.fullmatch(text):
        raise NoNumber(_("“%(typed)s” is not a number. Write it in figures.") % {"typed": shown})
    number = Decimal(text.replace(",", "."))
    if len(number.as_tuple().digits) > MOST_DIGITS or len(text) > 2 * MOST_DIGITS:
        raise NoNumber(_("The number has too many figures."))
    return number
