"""Quarters of a year, and figures as people in Peru write them. Pure; no query."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

MOST = Decimal("999999999999.99")
PLACES = Decimal("0.01")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year, from 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter in which a day is."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def label(self) -> str:
        """How it is named in tables and files."""
        return _("%(year)d, quarter %(number)d") % {"year": self.year, "number": self.number}

    @property
    def short(self) -> str:
        """How it is named below a chart."""
        return f"{self.number}/{self.year % 100:02d}"

    @property
    def first_day(self) -> date:
        """The first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        """The last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return Quarter.of(self.first_day - timedelta(days=1))


def last_quarters(last: Quarter, number: int) -> list[Quarter]:
    """Return so many quarters up to and with the last one, the oldest first."""
    found = [last]
    while len(found) < number:
        found.append(found[-1].previous)
    return found[::-1]


def read_figure(text: str) -> Decimal | None:
    """Return the figure that somebody typed, or None if it is none or could be read in two ways.

    A comma or a point marks the decimals, of which there are one or two. Thousands may be set apart
    by blanks, or by the other sign: `1 234,5`, `1,234.50`. A single sign before three digits would
    be a thousand to one reader and a fraction to another: it is refused.
    """
    plain = "".join(text.split())
    marks = [sign for sign in plain if sign in ",."]
    if len(set(marks)) == 2:
        decimal_sign = marks[-1]
        other = "," if decimal_sign == "." else "."
        if marks.count(decimal_sign) != 1 or not _is_grouped(plain.split(decimal_sign)[0], other):
            return None
        plain = plain.replace(other, "")
    elif len(marks) > 1:
        if not _is_grouped(plain, marks[0]):
            return None
        plain = plain.replace(marks[0], "")
    whole, _sign, decimals = plain.replace(",", ".").partition(".")
    digits = whole + decimals
    if not whole or not digits.isdecimal() or not digits.isascii() or len(decimals) > 2:
        return None
    return _decimal(plain.replace(",", "."))


def _is_grouped(text: str, sign: str) -> bool:
    first, *others = text.split(sign)
    return 1 <= len(first) <= 3 and all(len(part) == 3 for part in others)


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found.quantize(PLACES) if 0 <= found <= MOST else None
