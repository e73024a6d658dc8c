"""Overlapping draws are all full wherever that is possible."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from courses.quiz_publication import can_fill
from lms.learning.attempts.filling import Candidate, Draw, fill_draws

pools = st.lists(st.integers(1, 14), unique=True, max_size=12)
seen_counts = st.lists(st.integers(0, 3), min_size=15, max_size=15)


@st.composite
def overlapping_draws(draw):
    """Return draws from a few pools of the same questions, some of which cannot be filled."""
    seen = draw(seen_counts)
    wanted = draw(st.lists(st.tuples(st.integers(0, 6), pools), min_size=1, max_size=6))
    return [
        Draw(count, tuple(Candidate(pk, category=pk % 4, seen=seen[pk]) for pk in pool))
        for count, pool in wanted
    ]


def of(count, *pks):
    return Draw(count, tuple(Candidate(pk, category=1, seen=0) for pk in pks))


@given(overlapping_draws())
def test_draws_are_full_wherever_they_can_be(draws):
    filled = fill_draws(draws)
    pools_of = [frozenset(one.pk for one in draw.pool) for draw in draws]
    is_full = [len(held) for held in filled] == [draw.count for draw in draws]
    assert is_full == can_fill(
        [(draw.count, pool) for draw, pool in zip(draws, pools_of, strict=True)]
    )
    everything = list(chain.from_iterable(filled))
    assert len(everything) == len(set(everything))
    assert all(set(held) <= pool for held, pool in zip(filled, pools_of, strict=True))
    assert all(len(held) <= draw.count for held, draw in zip(filled, draws, strict=True))
    assert filled == fill_draws(draws)


def test_draw_that_took_what_another_needs_changes_it():
    assert fill_draws([of(1, 1, 2), of(2, 1, 3)]) == [[2], [3, 1]]


def test_chain_of_draws_passes_questions_on():
    draws = [of(1, 1, 2), of(1, 2, 3), of(2, 1, 4)]
    assert fill_draws(draws) == [[2], [3], [4, 1]]


def test_short_draws_take_what_there_is():
    assert fill_draws([of(3, 1, 2), of(2, 2)]) == [[1], [2]]
