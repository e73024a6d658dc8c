"""What the desk says of a list of codes: on the page, and in the sheet that is given back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certificates.agency.columns import Column, heading_row
from certificates.agency.finding import ListedLine
from certificates.codes import grouped
from certificates.services import CheckedCode
from lms.core.sheets import Sheet, sheet_file

NO_CODE = "no_code"
ORDER = ("valid", "expired", "replaced", "revoked", "unknown", NO_CODE)


@dataclass(frozen=True)
class CheckedLine:
    """One line of a list with its answer; never a name."""

    number: int
    state: str
    code: str = ""
    text: str = ""
    valid_until: date | None = None
    is_pilot: bool = False

    @property
    def printed_code(self) -> str:
        """The code in groups of four."""
        return grouped(self.code)

    @property
    def words(self) -> str:
        """The state in words, as the sheet says it."""
        words = state_words(self.state)
        return f"{words} ({_('DEMONSTRATION, NOT VALID')})" if self.is_pilot else words


def state_words(state: str) -> str:
    """Return a state as the check pages name it."""
    return {
        "valid": pgettext("certificate", "Valid"),
        "expired": pgettext("certificate", "Expired"),
        "revoked": pgettext("certificate", "Revoked"),
        "replaced": pgettext("certificate", "Replaced"),
        "unknown": pgettext("certificate", "Unknown"),
    }.get(state, _("Not a code"))


def checked_lines(
    lines: Iterable[ListedLine], answers: Iterable[CheckedCode], *, now: datetime
) -> list[CheckedLine]:
    """Join the lines of a list with the answers, one for each line that has a code, in its order."""
    coming = iter(answers)
    return [
        CheckedLine(line.number, NO_CODE, text=line.text)
        if line.code is None
        else _answered(line, next(coming), now=now)
        for line in lines
    ]


def _answered(line: ListedLine, answer: CheckedCode, *, now: datetime) -> CheckedLine:
    state, certificate = answer.state(now=now), answer.certificate
    if certificate is None:
        return CheckedLine(line.number, state, answer.code or "")
    facts = certificate.typed_facts
    return CheckedLine(
        line.number, state, certificate.code, "", facts.valid_until_date, facts.is_pilot
    )


def summary(lines: Iterable[CheckedLine]) -> list[tuple[str, int]]:
    """Return how many lines have each state, in a fixed order, without those that nobody has."""
    counted = Counter(line.state for line in lines)
    return [(state, counted[state]) for state in ORDER if counted[state]]


def checked_sheet(
    sheet: Sheet, column: Column, lines: Iterable[CheckedLine], *, now: datetime
) -> bytes:
    """Return the sheet with two columns more: each row's state, and when it was checked."""
    checked_at = timezone.localtime(now).strftime("%Y-%m-%d %H:%M")
    added: Mapping[int, tuple[str, ...]] = {
        line.number - 1: (line.words, checked_at) for line in lines
    }
    head = heading_row(sheet, column)
    heads = {} if head is None else {head: (_("State"), _("Checked on"))}
    return sheet_file(sheet, added={**added, **heads})
