"""The matrix of a cohort: learners by items, filtered, sorted, and as a file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from courses.promises import CoursePromise, PromisedItem
from lms.core.accents import without_accents
from lms.core.cells import Cell
from lms.desks.following.enums import Order, Shown
from lms.desks.following.standings import Followed
from lms.learning.enums import EnrolmentState

NEVER = date.max


@dataclass(frozen=True)
class Column:
    """One item: its number, as `2.3`, and what it is."""

    number: str
    item: PromisedItem


@dataclass(frozen=True)
class ColumnGroup:
    """A module with the columns of its items."""

    number: int
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """The columns that the release of a cohort asks for."""

    promise: CoursePromise

    @cached_property
    def groups(self) -> tuple[ColumnGroup, ...]:
        """The modules that have items."""
        return tuple(
            ColumnGroup(
                number,
                module.title,
                tuple(
                    Column(f"{number}.{place}", item)
                    for place, item in enumerate(module.items, start=1)
                ),
            )
            for number, module in enumerate(self.promise.modules, start=1)
            if module.items
        )

    @property
    def columns(self) -> list[Column]:
        """The items in the order of the course."""
        return [column for group in self.groups for column in group.columns]

    @property
    def has_attendance(self) -> bool:
        """Whether attendance is asked for."""
        return self.promise.attendance_percent is not None

    @cached_property
    def practices(self) -> int:
        """How many practices have to be signed."""
        return sum(bool(item.criteria) for item in self.promise.items())

    @property
    def has_approval(self) -> bool:
        """Whether a trainer has to approve each learner."""
        return self.promise.needs_approval


IS_SHOWN: dict[str, Callable[[Followed], bool]] = {
    Shown.ALL: lambda one: True,
    Shown.STUCK: lambda one: one.stuck is not None,
    Shown.WAITS: lambda one: bool(one.waits_for),
    Shown.NOT_STARTED: lambda one: one.is_active and not one.is_started,
    Shown.UNDER_WAY: lambda one: one.is_active and one.is_started,
    Shown.COMPLETED: lambda one: one.is_completed,
    Shown.ENDED: lambda one: (
        one.enrolment.state in (EnrolmentState.WITHDRAWN, EnrolmentState.EXPIRED)
    ),
}

SORTED_BY: dict[str, Callable[[Followed], Any]] = {
    Order.NAME: lambda one: (),
    Order.LEAST: lambda one: one.done,
    Order.MOST: lambda one: -one.done,
    Order.QUIET: lambda one: one.quiet_since,
    Order.DEADLINE: lambda one: one.deadline or NEVER,
    Order.AGENCY: lambda one: (not one.agencies, without_accents(one.agency)),
}


def chosen(
    people: Iterable[Followed],
    *,
    name: str = "",
    shown: str = "",
    agency: str = "",
    order: str = "",
) -> list[Followed]:
    """Return those who fit the filters, sorted; names are found without their accents."""
    wanted = without_accents(name.strip())
    found = [
        one
        for one in people
        if IS_SHOWN[shown](one)
        and (not agency or agency in one.agencies)
        and (not wanted or wanted in without_accents(one.name))
    ]
    return sorted(found, key=lambda one: (SORTED_BY[order](one), without_accents(one.name), one.pk))


def agencies_of(people: Iterable[Followed]) -> list[str]:
    """Return the agencies of these people by name."""
    return sorted({name for one in people for name in one.agencies}, key=without_accents)


def sheet_rows(layout: Layout, people: Sequence[Followed]) -> Iterator[list[Cell]]:
    """Yield the heading and a row for each learner; the writer makes each cell harmless."""
    yield [*_heading(layout)]
    for one in people:
        yield _row(layout, one)


def _heading(layout: Layout) -> list[str]:
    facts = [_("Name"), _("Agency"), _("State"), _("Stuck since"), _("Done"), _("Of how many")]
    facts += [_("Last day with something done"), _("Deadline")]
    facts += [_("Attendance, in per cent")] if layout.has_attendance else []
    facts += [_("Practices signed")] if layout.practices else []
    facts += [_("Approved")] if layout.has_approval else []
    return [*facts, *(f"{column.number} {column.item.title}" for column in layout.columns)]


def _row(layout: Layout, one: Followed) -> list[Cell]:
    row: list[Cell] = [
        one.name,
        one.agency,
        str(EnrolmentState(one.enrolment.state).label),
        _day(one.stuck.since) if one.stuck else "",
        one.done,
        one.total,
        _day(one.last_date),
        _day(one.deadline),
    ]
    if layout.has_attendance:
        row.append(one.attendance.percent if one.attendance else None)
    if layout.practices:
        row.append(one.practices_passed)
    if layout.has_approval:
        row.append(_("yes") if one.is_approved else _("no"))
    return [*row, *(str(state.label) for state in one.states)]


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
