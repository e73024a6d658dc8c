"""How much was learned between a pre-test and a post-test. Pure sums, no query."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

HUNDRED = Decimal(100)
ONE_DECIMAL = Decimal("0.1")
TWO_DECIMALS = Decimal("0.01")


@dataclass(frozen=True)
class Gain:
    """The marks that the same people earned before and after, and those that they could have had."""

    people: int = 0
    earned_before: Decimal = Decimal(0)
    most_before: Decimal = Decimal(0)
    earned_after: Decimal = Decimal(0)
    most_after: Decimal = Decimal(0)

    def __add__(self, other: "Gain") -> "Gain":
        return Gain(
            people=max(self.people, other.people),
            earned_before=self.earned_before + other.earned_before,
            most_before=self.most_before + other.most_before,
            earned_after=self.earned_after + other.earned_after,
            most_after=self.most_after + other.most_after,
        )

    @property
    def before(self) -> Decimal | None:
        """What was earned before, in per cent of what could be had; None where nothing could."""
        return _percent(self.earned_before, self.most_before)

    @property
    def after(self) -> Decimal | None:
        """What was earned after, in per cent of what could be had; None where nothing could."""
        return _percent(self.earned_after, self.most_after)

    @property
    def points(self) -> Decimal | None:
        """The difference in points of a per cent; less than nought is a loss."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def is_at_the_top(self) -> bool:
        """Whether there was nothing left to gain: everything was right before."""
        return self.before == HUNDRED

    @property
    def normalised(self) -> Decimal | None:
        """The part of what could still be gained that was gained: (post - pre) / (max - pre).

        None where nothing was left to gain. A loss is less than nought; it is no part of anything,
        and pages say it in points.
        """
        if self.points is None or self.before is None or self.is_at_the_top:
            return None
        return (self.points / (HUNDRED - self.before)).quantize(TWO_DECIMALS)


def _percent(earned: Decimal, most: Decimal) -> Decimal | None:
    return (earned / most * HUNDRED).quantize(ONE_DECIMAL) if most else None


def gain_words(gain: Gain) -> str:
    """Return the normalised gain, or why there is none."""
    if gain.is_at_the_top:
        return _("all was right before")
    if gain.points is not None and gain.points < 0:
        return _("less than before")
    return str(gain.normalised)


def together(gains: Iterable[Gain], *, people: int) -> Gain:
    """Return the sum of gains, over so many different people."""
    total = sum(gains, Gain())
    return Gain(
        people, total.earned_before, total.most_before, total.earned_after, total.most_after
    )
