"""Which cells of a report may be shown, so that no difference leads to a small group of people.

The method, and why no cell that is kept back can be computed, stands in docs/evaluation.md. In
short: people are split into blocks (the groups shown, and one block of all groups kept back), and
each block has, at each stage shown and between any two of them, nobody or at least FEWEST people.
All that is shown follows from those blocks. Nothing here queries, and nothing is random.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from lms.learning.small_groups import FEWEST

Counts = tuple[int, ...]
"""How many people of a group reached each stage; never more than reached the stage before."""
Cells = tuple[int | None, ...]
"""The same as shown; None for what is kept back."""
Columns = tuple[int, ...]

PREFERRED = (0, 3, 2, 1)
"""Which stages are worth the most where not all can be shown: entered, certified, finished, started."""


@dataclass(frozen=True)
class ShownRow:
    """A group as shown; all None where it is kept back."""

    key: str
    cells: Cells

    @property
    def is_kept_back(self) -> bool:
        """Whether nothing of it is shown."""
        return all(cell is None for cell in self.cells)


@dataclass(frozen=True)
class ShownTable:
    """One table as shown: its groups, and how many people the groups kept back have together.

    Where every group is kept back, none is named.
    """

    rows: tuple[ShownRow, ...]
    rest: Cells
    is_all_kept_back: bool = False


def may_show(counts: Counts, columns: Columns) -> bool:
    """Say whether a block may be shown at these stages: nobody, or FEWEST, at each and between."""
    wanted = [counts[column] for column in columns]
    if any(value < FEWEST for value in wanted):
        return False
    return all(_is_safe_gap(a - b) for a, b in pairwise(wanted))


def _is_safe_gap(people: int) -> bool:
    """Say whether so many people may be seen to have stopped between two stages.

    That nobody stopped says only that everybody went on, which harms nobody.
    """
    return people == 0 or people >= FEWEST


def columns_to_show(total: Counts) -> Columns:
    """Return the stages at which the whole may be shown: as many as can be, best ones first."""
    return next(
        (columns for columns in _choices(range(len(total))) if may_show(total, columns)), ()
    )


def _choices(among: Iterable[int]) -> list[Columns]:
    """Return every choice of stages, the larger first, then the more useful."""
    places = sorted(among)
    found = [
        columns for size in range(len(places), 0, -1) for columns in combinations(places, size)
    ]
    return sorted(found, key=lambda columns: (-len(columns), _rank(columns)))


def _rank(columns: Columns) -> list[int]:
    return sorted(
        PREFERRED.index(column) if column < len(PREFERRED) else column for column in columns
    )


def shown_cells(counts: Counts, columns: Columns) -> Cells:
    """Return the cells of a block with only these stages."""
    return tuple(value if place in columns else None for place, value in enumerate(counts))


def shown_table(groups: Mapping[str, Counts]) -> ShownTable:
    """Return a table in which as much as may be is shown; groups with nobody are left out.

    All tables over the same people share the stages of their total.
    """
    named = {key: counts for key, counts in groups.items() if counts[0]}
    total = _sum(named.values())
    best: tuple[int, dict[str, Counts], dict[str, Counts], Columns] | None = None
    for columns in _choices(columns_to_show(total)):
        shown, kept = _split(named, columns)
        worth = len(shown) * len(columns)
        if worth and (best is None or worth > best[0]):
            best = (worth, shown, kept, columns)
    if best is None:
        nothing: Cells = tuple(None for _ in total)
        return ShownTable((), nothing, is_all_kept_back=bool(named))
    _worth, shown, kept, columns = best
    return ShownTable(
        rows=tuple(
            ShownRow(key, shown_cells(counts, columns if key in shown else ()))
            for key, counts in named.items()
        ),
        rest=shown_cells(_sum(kept.values()), columns) if kept else tuple(None for _ in total),
    )


def _split(
    groups: Mapping[str, Counts], columns: Columns
) -> tuple[dict[str, Counts], dict[str, Counts]]:
    """Return the groups to show and those to keep back: the small ones, and who hides them."""
    kept = {key: counts for key, counts in groups.items() if not may_show(counts, columns)}
    shown = {key: counts for key, counts in groups.items() if key not in kept}
    while kept and shown and not _hides(list(kept.values()), columns):
        helpers = sorted(shown, key=lambda key: (shown[key], key))
        enough = (key for key in helpers if _hides([*kept.values(), shown[key]], columns))
        helper = next(enough, helpers[0])
        kept[helper] = shown.pop(helper)
    return shown, kept


def _hides(kept: Sequence[Counts], columns: Columns) -> bool:
    """Say whether groups kept back hide each other: none of them follows from their sum.

    Each is named in the table, so it has somebody; with FEWEST - 1 more people than groups, any
    one of them could have one person or FEWEST.
    """
    together = _sum(kept)
    return len(kept) > 1 and may_show(together, columns) and together[0] >= FEWEST - 1 + len(kept)


def _sum(rows: Iterable[Counts]) -> Counts:
    found = list(rows)
    return tuple(sum(values) for values in zip(*found, strict=True)) if found else (0, 0, 0, 0)


def floor_to_ten(people: int) -> int | None:
    """Return how many people at least there are, in tens; None below FEWEST.

    For counts that stand beside others, so that no difference between them is exact.
    """
    return None if people < FEWEST else people // 10 * 10
