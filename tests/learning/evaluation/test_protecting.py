"""What is kept back cannot be computed: an attacker solves the system of all that is shown."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.learning.evaluation.protecting import (
    FEWEST,
    columns_to_show,
    floor_to_ten,
    may_show,
    shown_cells,
    shown_table,
)
from tests.support.attacker import Attacker

PEOPLE = st.integers(0, 30) | st.integers(0, 4) | st.sampled_from([9, 10, 11, 60, 200])
STOPPED = st.tuples(PEOPLE, PEOPLE, PEOPLE, PEOPLE)
TABLES = st.lists(STOPPED, min_size=1, max_size=5)


def reached(stopped):
    """Return how many reached each stage, from how many stopped at each."""
    return tuple(sum(stopped[place:]) for place in range(4))


def groups_of(rows):
    return {f"g{number}": reached(row) for number, row in enumerate(rows)}


def whole(groups):
    return tuple(map(sum, zip(*groups.values(), strict=True)))


def test_fewer_than_ten_people_are_never_shown_nor_told_apart_from_the_rest():
    assert may_show((10, 10, 10, 10), (0, 1, 2, 3))
    assert not may_show((9, 9, 9, 9), (0,))
    assert not may_show((40, 38, 38, 38), (0, 1))  # two people did not start
    assert may_show((40, 38, 30, 30), (0, 2, 3))
    assert not may_show((40, 0, 0, 0), (0, 1))
    assert columns_to_show((40, 38, 30, 30)) == (0, 2, 3)
    assert columns_to_show((9, 9, 9, 9)) == ()


def test_agency_of_nine_is_kept_back_with_a_second_one_and_agency_of_ten_is_shown():
    table = shown_table({"nine": (9,) * 4, "ten": (10,) * 4, "many": (50,) * 4})

    assert [row.key for row in table.rows if row.is_kept_back] == ["nine", "ten"]
    assert table.rest == (19, 19, 19, 19)
    alone = shown_table({"ten": (10,) * 4, "many": (50,) * 4})
    assert [row.cells[0] for row in alone.rows] == [10, 50]


def test_one_person_is_hidden_and_so_is_whoever_would_give_her_away():
    table = shown_table({"a": (1, 1, 0, 0), "b": (30, 30, 30, 30), "c": (44, 44, 44, 44)})

    assert [row.cells for row in table.rows][2] != (None,) * 4
    assert {row.key for row in table.rows if row.is_kept_back} == {"a", "b"}


def test_ten_groups_of_one_person_are_not_even_named():
    table = shown_table({f"g{n}": (1, 0, 0, 0) for n in range(10)})

    assert table.rows == ()
    assert table.is_all_kept_back


def test_nobody_is_left_out_and_an_empty_table_keeps_nothing_back():
    assert shown_table({"a": (0, 0, 0, 0)}).is_all_kept_back is False
    assert shown_table({}).rows == ()


@pytest.mark.parametrize(("people", "told"), [(9, None), (10, 10), (19, 10), (120, 120)])
def test_counts_beside_others_are_told_in_tens(people, told):
    assert floor_to_ten(people) == told


@settings(max_examples=120, deadline=None)
@given(TABLES)
def test_every_block_that_is_shown_or_follows_has_nobody_or_ten(rows):
    groups = groups_of(rows)
    table = shown_table(groups)
    blocks = [row.cells for row in table.rows if not row.is_kept_back]
    blocks += [table.rest] if any(cell is not None for cell in table.rest) else []
    for block in blocks:
        cells = [cell for cell in block if cell is not None]
        gaps = [a - b for a, b in pairwise(cells)]
        assert all(cell >= FEWEST for cell in cells)
        assert all(gap == 0 or gap >= FEWEST for gap in gaps)


@settings(max_examples=25, deadline=None)
@given(TABLES, st.lists(STOPPED, min_size=2, max_size=3))
def test_no_cell_that_is_kept_back_can_be_computed(rows, other_rows):
    """All that two tables over the same people and their total show is told to the attacker."""
    tables = {"sex": groups_of(rows), "region": _same_people(rows, other_rows)}
    attacker = _who_knows(tables)
    for name, groups in tables.items():
        table = shown_table(groups)
        shown = {row.key for row in table.rows if not row.is_kept_back}
        kept = [n for n, key in enumerate(groups) if groups[key][0] and key not in shown]
        for number in kept[:2]:
            for stage in (0, 3):
                low, high = attacker.bounds([(name, number, p) for p in range(stage, 4)])
                assert high - low >= FEWEST - 1 or (table.rest[0] is None and high > low)


def _who_knows(tables):
    """Return an attacker who was shown these tables, and knows that they are of the same people."""
    cells = {
        name: [(name, n, p) for n in range(len(many)) for p in range(4)]
        for name, many in tables.items()
    }
    attacker = Attacker(cells=[cell for many in cells.values() for cell in many])
    first, second = cells.values()
    for place in range(4):
        attacker.learn(
            [cell for cell in first if cell[2] == place],
            0,
            minus=[cell for cell in second if cell[2] == place],
        )
    for name, groups in tables.items():
        keys = list(groups)
        total = whole(groups)
        for place, value in enumerate(shown_cells(total, columns_to_show(total))):
            if value is not None:
                attacker.learn([cell for cell in cells[name] if cell[2] >= place], value)
        for key in keys:
            if not groups[key][0]:
                attacker.learn([(name, keys.index(key), p) for p in range(4)], 0)
        for row in shown_table(groups).rows:
            number = keys.index(row.key)
            attacker.at_least([(name, number, p) for p in range(4)], 1)
            for place, value in enumerate(row.cells):
                if value is not None:
                    attacker.learn([(name, number, p) for p in range(place, 4)], value)
    return attacker


def _same_people(rows, other_rows):
    """Return a table of the same people by something else: each stop is dealt out anew."""
    size = len(other_rows)
    dealt = [[0] * 4 for _ in range(size)]
    for place in range(4):
        left = sum(row[place] for row in rows)
        for number in range(size):
            part = left if number == size - 1 else min(left, other_rows[number][place])
            dealt[number][place] = part
            left -= part
    return groups_of([tuple(row) for row in dealt])
