"""Reading the units of an agency as the tree that they are; one query each, whatever its size."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from lms.accounts.models import Agency, Membership, Unit
from lms.accounts.units.paths import SEPARATOR
from lms.core.accents import fold

MOST_DEPTH = 4
"""A region, a post, a shift, and one level more."""


@dataclass(frozen=True)
class UnitNode:
    """A unit at its place in the tree: how deep (1 at the top), and the names from the top down."""

    unit: Unit
    names: tuple[str, ...]
    parent_pk: int | None
    has_units_below: bool = False

    @property
    def pk(self) -> int:
        """The unit's number."""
        return self.unit.pk

    @property
    def depth(self) -> int:
        """How deep it stands; 1 at the top."""
        return len(self.names)

    @property
    def above(self) -> str:
        """The path of what it belongs to; empty at the top."""
        return SEPARATOR.join(self.names[:-1])

    @property
    def path(self) -> str:
        """The whole path in words: "Región Sur / Comisaría Paso Real / Turno noche"."""
        return SEPARATOR.join(self.names)


def unit_tree(agency: Agency, *, with_closed: bool = False) -> list[UnitNode]:
    """Return the units of an agency from the top down, each before those below it; one query.

    Siblings stand by name. Closed units are left out unless asked for (those below a closed one are
    closed too). What a ring in the data would hide forever is not shown: the services make none.
    """
    units = Unit.objects.filter(agency=agency)
    if not with_closed:
        units = units.filter(closed_date=None)
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        below[unit.parent_id].append(unit)
    for siblings in below.values():
        siblings.sort(key=lambda one: (fold(one.name), one.pk))
    return list(_walk(below, None, ()))


def _walk(
    below: Mapping[int | None, list[Unit]], parent_pk: int | None, names: tuple[str, ...]
) -> Iterator[UnitNode]:
    for unit in below.get(parent_pk, ()):
        own = (*names, unit.name)
        yield UnitNode(unit, own, parent_pk, has_units_below=unit.pk in below)
        yield from _walk(below, unit.pk, own)


def units_by_path(agency: Agency) -> dict[str, Unit]:
    """Return the open units by folded path (`paths.fold_path` makes the key of a text); one query.

    A whole path always leads to its unit. So does the end of a path, down to the bare name, as long
    as no other unit could be meant: "Paso Real / Turno noche" where there is one Paso Real.
    """
    return paths_of(unit_tree(agency))


def paths_of(nodes: Iterable[UnitNode]) -> dict[str, Unit]:
    """Return the units of a tree by folded path, as `units_by_path` does; no query."""
    nodes = list(nodes)
    folded = {node.pk: tuple(fold(name) for name in node.names) for node in nodes}
    ends = Counter(names[start:] for names in folded.values() for start in range(len(names)))
    found = {
        SEPARATOR.join(names[start:]): node.unit
        for node in nodes
        for names in [folded[node.pk]]
        for start in range(1, len(names))
        if ends[names[start:]] == 1
    }
    return found | {SEPARATOR.join(folded[node.pk]): node.unit for node in nodes}


def unit_with_below(unit: Unit) -> list[int]:
    """Return the numbers of a unit and of all units below it, closed ones too; one query."""
    below: dict[int | None, list[int]] = defaultdict(list)
    pairs = Unit.objects.filter(agency_id=unit.agency_id).values_list("pk", "parent_id")
    for pk, parent_pk in pairs.order_by("pk"):
        below[parent_pk].append(pk)
    found = [unit.pk]
    for pk in found:
        found.extend(one for one in below.get(pk, ()) if one not in found)
    return found


def people_by_unit(agency: Agency, *, on: date) -> dict[int | None, int]:
    """Return how many people each unit has itself on that day; None counts those without a unit."""
    rows = Membership.objects.current(on=on).filter(agency=agency).order_by()
    return dict(rows.values_list("unit").annotate(Count("user", distinct=True)))


def current_or_coming(unit: Unit, *, on: date) -> Q:
    """Return the condition of the memberships in a unit that hold on that day or later."""
    return Q(unit=unit) & (Q(until_date=None) | Q(until_date__gte=on))
