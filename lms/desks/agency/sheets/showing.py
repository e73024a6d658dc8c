"""What the pages of an import show of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.learning.staff_imports.planning import Outcome, Plan, Planned
from lms.learning.staff_imports.rows import LABELS, Column

VIEWS: Mapping[str, tuple[Outcome, Promise | str]] = {
    "problemas": (Outcome.PROBLEM, gettext_lazy("With a problem")),
    "nuevas": (Outcome.NEW, gettext_lazy("New people")),
    "cambian": (Outcome.CHANGED, gettext_lazy("Something changes")),
    "iguales": (Outcome.SAME, gettext_lazy("As before")),
    "fuera": (Outcome.OUT, gettext_lazy("Left out")),
}
"""The lists of a checked import: the word in the address, what is in it, its label."""


@dataclass(frozen=True)
class ShownFilter:
    """One of the lists, with how many rows it has."""

    word: str
    label: str
    number: int
    is_current: bool


@dataclass(frozen=True)
class ShownCell:
    """A cell of a row that can be corrected."""

    name: str
    label: str
    value: str
    error: str = ""


@dataclass(frozen=True)
class ShownRow:
    """A row as the lists show it; `wrong` are the cells to be looked at, open on the page."""

    line: int
    title: str
    reach: str
    words: str
    unit: str
    cohort: str
    notes: tuple[str, ...]
    wrong: tuple[ShownCell, ...] = ()
    others: tuple[ShownCell, ...] = ()


def chosen_view(plan: Plan, wanted: str) -> str:
    """Return which list is shown: the wanted one, else the first that has rows."""
    counts = plan.counts
    if wanted in VIEWS and counts[VIEWS[wanted][0]]:
        return wanted
    return next((word for word, (outcome, _label) in VIEWS.items() if counts[outcome]), "nuevas")


def shown_filters(plan: Plan, current: str) -> list[ShownFilter]:
    """Return the lists that have rows."""
    counts = plan.counts
    return [
        ShownFilter(word, str(label), counts[outcome], word == current)
        for word, (outcome, label) in VIEWS.items()
        if counts[outcome]
    ]


def shown_rows(rows: Iterable[Planned]) -> list[ShownRow]:
    """Return rows as they are shown; those with a problem with all their cells, to be corrected."""
    return [_shown(planned) for planned in rows]


def _shown(planned: Planned) -> ShownRow:
    row, checked = planned.row, planned.checked
    reach = checked.email or checked.username or row.text(Column.EMAIL) or row.text(Column.USERNAME)
    errors = {one.column: one.message for one in planned.problems}
    is_nobody = bool(errors.get(Column.EMAIL)) and not row.text(Column.EMAIL)
    open_columns = {*errors, Column.USERNAME} if is_nobody else set(errors)
    cells = {
        column: ShownCell(
            f"c-{row.line}-{column}", str(label), row.text(column), errors.get(column, "")
        )
        for column, label in LABELS.items()
    }
    return ShownRow(
        line=row.line,
        title=checked.name or row.text(Column.NAME) or reach,
        reach=reach,
        words=_words(planned),
        unit=row.text(Column.UNIT),
        cohort=planned.cohort.name if planned.cohort else row.text(Column.COHORT),
        notes=tuple(planned.notes),
        wrong=tuple(cell for column, cell in cells.items() if column in open_columns),
        others=tuple(cell for column, cell in cells.items() if column not in open_columns),
    )


def _words(planned: Planned) -> str:
    if planned.outcome == Outcome.CHANGED:
        return _("Changes: %(what)s") % {"what": ", ".join(planned.changes)}
    if planned.outcome == Outcome.NEW:
        is_mail = bool(planned.checked.email)
        return _("Invitation by mail") if is_mail else _("Account with a user name")
    return _("Nothing to do") if planned.outcome == Outcome.SAME else ""


def suggestions(plan: Plan) -> int:
    """Return in how many rows the zeros of a document can be put back."""
    return sum(any(one.suggestion for one in row.problems) for row in plan.rows)
