"""What the pages of the units show."""

from dataclasses import dataclass
from datetime import date

from lms.accounts.models import Agency
from lms.accounts.units.queries import UnitNode, people_by_unit, unit_tree


@dataclass(frozen=True)
class ListedUnit:
    """A unit of the list with its people: those of its own, and all with the units below."""

    node: UnitNode
    own: int
    people: int


@dataclass(frozen=True)
class UnitList:
    """All units of an agency in the order of the tree."""

    open: list[ListedUnit]
    closed: list[UnitNode]
    without_unit: int


def listed_units(agency: Agency, *, on: date) -> UnitList:
    """Return the units of an agency with the number of their people on that day; two queries."""
    nodes = unit_tree(agency, with_closed=True)
    own = people_by_unit(agency, on=on)
    sums = {node.pk: own.get(node.pk, 0) for node in nodes}
    for node in reversed(nodes):
        if node.parent_pk is not None:
            sums[node.parent_pk] += sums[node.pk]
    return UnitList(
        open=[
            ListedUnit(node, own.get(node.pk, 0), sums[node.pk])
            for node in nodes
            if node.unit.closed_date is None
        ],
        closed=[node for node in nodes if node.unit.closed_date is not None],
        without_unit=own.get(None, 0),
    )
