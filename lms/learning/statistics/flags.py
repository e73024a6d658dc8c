"""What the figures say to a trainer, in words. Nothing is flagged under ten results."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from lms.learning.statistics.formulas import Groups, least_alpha

FEWEST = 10
"""With fewer results than this nothing is said about a question or a quiz."""

FEWEST_FOR_OPTIONS = 30
"""With fewer answers than this it says nothing that nobody chose an option."""

LONGEST_LABEL = 60

TOO_EASY = Decimal("0.95")
TOO_HARD = Decimal("0.20")
WEAK = Decimal("0.20")
NOT_REACHED = Decimal("0.10")


@dataclass(frozen=True)
class Flag:
    """One remark; a serious one says that something may be wrong, not only weak."""

    text: str
    is_serious: bool = False


@dataclass(frozen=True)
class OptionCount:
    """How often an option was chosen, in all and by each group; `is_right` if it earns marks."""

    label: str
    is_right: bool
    count: int
    lower: int = 0
    upper: int = 0


def item_flags(
    *,
    count: int,
    answered: int,
    not_reached: int,
    facility: Decimal | None,
    discrimination: Decimal | None,
    options: Sequence[OptionCount],
    groups: Groups | None,
    is_before_teaching: bool,
) -> list[Flag]:
    """Return the remarks on one version of a question, the serious ones first.

    `is_before_teaching` silences what is to be expected of a pre-test: that few get it right.
    """
    if count < FEWEST or facility is None:
        return []
    flags = []
    if groups is not None:
        flags += _key_flags(options, groups)
    if discrimination is not None and discrimination < 0:
        text = _(
            "Those who did well in the rest got it right less often than the others: "
            "check the key and the wording."
        )
        flags.append(Flag(text, is_serious=True))
    if facility > TOO_EASY:
        flags.append(Flag(_("Nearly everybody gets it right: it tells little.")))
    elif facility < TOO_HARD and not is_before_teaching:
        text = _("Very few get it right: check the question, and the lesson that prepares it.")
        flags.append(Flag(text))
    elif discrimination is not None and 0 <= discrimination < WEAK:
        flags.append(Flag(_("It hardly tells those who know from those who do not.")))
    if Decimal(not_reached) / count > NOT_REACHED:
        text = _("%(number)d of %(count)d did not get this far: check the time and the length.")
        flags.append(Flag(text % {"number": not_reached, "count": count}))
    unused = [option.label for option in options if not option.count and not option.is_right]
    if unused and answered >= FEWEST_FOR_OPTIONS:
        labels = "; ".join(_("“%(answer)s”") % {"answer": _short(label)} for label in unused)
        flags.append(Flag(_("Nobody chose: %(answers)s.") % {"answers": labels}))
    return flags


def _key_flags(options: Sequence[OptionCount], groups: Groups) -> list[Flag]:
    rights = [option.upper for option in options if option.is_right]
    wrong = max(
        (option for option in options if not option.is_right),
        key=lambda option: option.upper,
        default=None,
    )
    if not rights or wrong is None or wrong.upper <= max(rights):
        return []
    if wrong.upper * 2 > groups.upper:
        text = _("Most who did well chose “%(answer)s”: check the key.")
    else:
        text = _(
            "Of those who did well, more chose “%(answer)s” than the right answer: check the key."
        )
    return [Flag(text % {"answer": _short(wrong.label)}, is_serious=True)]


def _short(label: str) -> str:
    return Truncator(label).chars(LONGEST_LABEL)


def quiz_flags(*, count: int, alpha: Decimal | None, places: int) -> list[Flag]:
    """Return the remarks on a quiz as a whole."""
    if count < FEWEST or alpha is None or alpha >= least_alpha(places):
        return []
    text = _(
        "Its questions hang together less than %(number)d questions should: "
        "look at those that are marked below."
    )
    return [Flag(text % {"number": places})]
