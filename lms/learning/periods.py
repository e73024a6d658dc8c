"""Quarters, half-years and years: the only periods that a report may have. Pure dates, no query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PeriodKind(models.TextChoices):
    """How long the periods of a course's reports are; one kind for each course, so none overlap."""

    QUARTER = "quarter", gettext_lazy("by quarter")
    HALF = "half", gettext_lazy("by half-year")
    YEAR = "year", gettext_lazy("by year")


MONTHS = {PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
A_YEAR = 12


@dataclass(frozen=True, order=True)
class Period:
    """The `number`-th quarter or half of a year, or the year itself (number 1)."""

    year: int
    number: int
    kind: PeriodKind

    def __post_init__(self) -> None:
        if not 1 <= self.number <= A_YEAR // MONTHS[self.kind]:
            raise ValueError(f"a year has no {self.kind} number {self.number}")

    @property
    def starts_date(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * MONTHS[self.kind] + 1, 1)

    @property
    def next(self) -> "Period":
        """The period of the same kind that follows."""
        if self.number * MONTHS[self.kind] < A_YEAR:
            return Period(self.year, self.number + 1, self.kind)
        return Period(self.year + 1, 1, self.kind)

    @property
    def ends_date(self) -> date:
        """The last day."""
        return date.fromordinal(self.next.starts_date.toordinal() - 1)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one that is in it no more, by the clock of the site."""
        return _midnight(self.starts_date), _midnight(self.next.starts_date)

    def is_over(self, *, on: date) -> bool:
        """Whether its last day has passed."""
        return self.ends_date < on

    @property
    def name(self) -> str:
        """What people call it, in the active language."""
        values = {"number": self.number, "year": self.year}
        if self.kind == PeriodKind.QUARTER:
            return _("quarter %(number)s of %(year)s") % values
        if self.kind == PeriodKind.HALF:
            return _("half-year %(number)s of %(year)s") % values
        return _("year %(year)s") % values

    @property
    def code(self) -> str:
        """A short name for addresses and files: 2026-T1, 2026-S2, 2026."""
        letter = {PeriodKind.QUARTER: "T", PeriodKind.HALF: "S"}.get(self.kind)
        return f"{self.year}-{letter}{self.number}" if letter else str(self.year)


def period_of(day: date, kind: PeriodKind) -> Period:
    """Return the period of this kind in which a day lies."""
    return Period(day.year, (day.month - 1) // MONTHS[kind] + 1, kind)


def periods_between(first: date, last: date, kind: PeriodKind) -> Iterator[Period]:
    """Yield the periods from the one of the first day to that of the last, oldest first."""
    period = period_of(first, kind)
    while period.starts_date <= last:
        yield period
        period = period.next


def read_code(code: str) -> Period | None:
    """Return the period that a short name names, None where it names none."""
    year, _dash, rest = code.partition("-")
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and year > "0000"):
        return None
    if not rest:
        return Period(int(year), 1, PeriodKind.YEAR) if code == year else None
    kind = {"T": PeriodKind.QUARTER, "S": PeriodKind.HALF}.get(rest[0])
    if kind is None or rest[1:] not in {"1", "2", "3", "4"}:
        return None
    try:
        return Period(int(year), int(rest[1:]), kind)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
