"""Classical test theory from sums: exact fractions to the last step, Decimals out.

docs/statistics.md gives each formula with its name. Sums are whole numbers of one unit; what comes
out is in that unit too, or without one. None means that the sums do not say it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

UNITS = 10_000
"""Marks, fractions and per cents are summed up in ten-thousandths."""

STEPS = 21
STEP_UNITS = 5 * UNITS
"""A result in per cent falls into one of 21 steps of 5 per cent; the last is 100 per cent alone."""

PLACES = Decimal("0.0001")
GROUP_SHARE = Fraction(27, 100)
"""The part of the learners in the upper and in the lower group (Kelley 1939)."""

_DIGITS = 50


@dataclass(frozen=True)
class Moments:
    """A count, a sum and a sum of squares."""

    count: int
    total: int
    squares: int


@dataclass(frozen=True)
class Groups:
    """How many learners stand in the lower and in the upper group, and from which steps they are."""

    lower: int
    upper: int
    highest_low_step: int
    lowest_high_step: int

    def lower_of(self, steps: Sequence[int]) -> int:
        """Return how many of these, counted by step, are of the lower group."""
        return sum(steps[: self.highest_low_step + 1])

    def upper_of(self, steps: Sequence[int]) -> int:
        """Return how many of these, counted by step, are of the upper group."""
        return sum(steps[self.lowest_high_step :])


def step_of(score: int) -> int:
    """Return the step of a result in ten-thousandths of a per cent."""
    return min(max(score, 0) // STEP_UNITS, STEPS - 1)


def rounded(value: Fraction) -> Decimal:
    """Return a fraction as a Decimal with four places, half to even."""
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES)


def root(value: Fraction) -> Decimal:
    """Return the square root of a fraction that is not negative, with fifty digits."""
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()


def mean(total: int, count: int, *, unit: int = UNITS) -> Decimal | None:
    """Return the arithmetic mean of sums in parts of a unit."""
    return rounded(Fraction(total, count * unit)) if count else None


def variance(moments: Moments) -> Fraction | None:
    """Return the sample variance (over n - 1), in squared units of the sums."""
    n = moments.count
    if n < 2:
        return None
    return Fraction(n * moments.squares - moments.total**2, n * (n - 1))


def deviation(moments: Moments, *, unit: int = UNITS) -> Decimal | None:
    """Return the sample standard deviation of sums in parts of a unit."""
    found = variance(moments)
    return None if found is None else (root(found) / unit).quantize(PLACES)


def correlation(first: Moments, second: Moments, products: int) -> Decimal | None:
    """Return Pearson's product-moment correlation; None if either side never varies."""
    n = first.count
    spread = n * first.squares - first.total**2
    other = n * second.squares - second.total**2
    if spread <= 0 or other <= 0:
        return None
    common = n * products - first.total * second.total
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(common) / Decimal(spread * other).sqrt()).quantize(PLACES)


def alpha(slots: Iterable[Moments], marks: Moments) -> Decimal | None:
    """Return Cronbach's alpha over the places of a quiz, from their marks and the sum of marks.

    Moodle calls it the coefficient of internal consistency. None with fewer than two places, or
    where everybody had the same marks.
    """
    parts = [variance(slot) for slot in slots if slot.count]
    whole = variance(marks)
    k = len(parts)
    if k < 2 or not whole or any(part is None for part in parts):
        return None
    together = sum((part for part in parts if part is not None), Fraction(0))
    return rounded(Fraction(k, k - 1) * (1 - together / whole))


def standard_error(spread: Decimal | None, reliability: Decimal | None) -> Decimal | None:
    """Return the standard error of measurement, in the unit of the deviation.

    None for a negative alpha, of which no error follows.
    """
    if spread is None or reliability is None or reliability < 0:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        return (spread * (1 - reliability).sqrt()).quantize(PLACES)


def hake_gain(before: int, after: int, count: int) -> Decimal | None:
    """Return Hake's normalised gain of a group: what was gained of what there was to gain.

    `before` and `after` are sums of results in ten-thousandths of a per cent over the same
    learners. None if nothing was left to gain.
    """
    left = 100 * UNITS * count - before
    return rounded(Fraction(after - before, left)) if count and left > 0 else None


def groups(steps: Sequence[int]) -> Groups | None:
    """Return the lower and the upper group: the fewest whole steps that hold 27 per cent each.

    Steps are not divided, so that equal results stay together. None if the groups would meet.
    """
    wanted = GROUP_SHARE * sum(steps)
    if not wanted:
        return None
    lower, low = 0, -1
    while lower < wanted:
        low += 1
        lower += steps[low]
    upper, high = 0, STEPS
    while upper < wanted:
        high -= 1
        upper += steps[high]
    return Groups(lower, upper, low, high) if low < high else None


def least_alpha(places: int) -> Decimal:
    """Return the alpha of so many questions that hang together only weakly.

    By the Spearman-Brown formula, for a mean correlation of 0.10 between two questions.
    """
    return rounded(Fraction(places, places + 9))
