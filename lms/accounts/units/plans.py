"""A list of units, one path on each line: what it would make, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lms.accounts.models import Agency, Unit
from lms.accounts.units.paths import SEPARATOR, clean_unit_name, parts_of
from lms.accounts.units.queries import MOST_DEPTH, unit_tree
from lms.core.accents import fold

MOST_LINES = 2_000
MOST_UNITS = 5_000
Folded = tuple[str, ...]


@dataclass(frozen=True)
class PlannedLine:
    """A line of the list; `problem` is empty if it can be taken as it is."""

    number: int
    path: str
    is_new: bool = False
    problem: str = ""


@dataclass
class UnitPlan:
    """What a list would make: every new unit by its folded path, parents before what is below them."""

    lines: list[PlannedLine] = field(default_factory=list)
    new: dict[Folded, tuple[str, ...]] = field(default_factory=dict)
    known: dict[Folded, Unit] = field(default_factory=dict)

    @property
    def problems(self) -> int:
        """How many lines must be corrected first."""
        return sum(bool(line.problem) for line in self.lines)

    @property
    def implied(self) -> int:
        """How many units are made because a line names something below them."""
        return len(self.new) - sum(line.is_new for line in self.lines)


def plan_units(agency: Agency, text: str) -> UnitPlan:
    """Return what a list of paths would make in an agency; one query, nothing is written.

    A line may name units that are there already, in other capitals or accents, and units above it
    that have no line of their own.
    """
    plan = UnitPlan()
    for node in unit_tree(agency, with_closed=True):
        plan.known[tuple(fold(name) for name in node.names)] = node.unit
    written = enumerate(text.splitlines(), start=1)
    for number, line in [(number, line) for number, line in written if line.strip()]:
        if len(plan.lines) >= MOST_LINES:
            words = _("At most %(most)d lines are read at once: divide the list.")
            plan.lines.append(PlannedLine(number, "", problem=words % {"most": MOST_LINES}))
            break
        plan.lines.append(_planned(number, line, plan))
    return plan


def _planned(number: int, line: str, plan: UnitPlan) -> PlannedLine:
    parts = parts_of(line)
    path = SEPARATOR.join(parts) or line.strip()
    try:
        names = tuple(clean_unit_name(part) for part in parts)
    except ValidationError as error:
        return PlannedLine(number, path, problem=" ".join(error.messages))
    problem = _problem(names, plan)
    if problem:
        return PlannedLine(number, path, problem=problem)
    is_new = False
    for depth in range(1, len(names) + 1):
        key = tuple(fold(name) for name in names[:depth])
        is_new = key not in plan.known and key not in plan.new
        if is_new:
            plan.new[key] = names[:depth]
    return PlannedLine(number, path, is_new=is_new)


def _problem(names: tuple[str, ...], plan: UnitPlan) -> str:
    if not names:
        return _("There is no name in this line.")
    if len(names) > MOST_DEPTH:
        return _("Units can stand in %(most)d levels at most.") % {"most": MOST_DEPTH}
    closed = _first_closed(names, plan.known)
    if closed is not None:
        return _("The unit “%(name)s” is closed. Open it again first.") % {"name": closed.name}
    if len(plan.known) + len(plan.new) + len(names) > MOST_UNITS:
        return _("An agency can have %(most)d units at most.") % {"most": MOST_UNITS}
    return ""


def _first_closed(names: tuple[str, ...], known: Mapping[Folded, Unit]) -> Unit | None:
    folded = tuple(fold(name) for name in names)
    above = (known.get(folded[:depth]) for depth in range(1, len(folded) + 1))
    return next((unit for unit in above if unit is not None and unit.closed_date), None)
