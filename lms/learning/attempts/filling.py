"""Which questions each draw gets when draws overlap: all of them full whenever that is possible."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A question that a draw may take; `seen` is how often the learner met it."""

    pk: int
    category: int
    seen: int


@dataclass(frozen=True)
class Draw:
    """How many questions are wanted of a pool, which is in the order of chance."""

    count: int
    pool: tuple[Candidate, ...]


def fill_draws(draws: Sequence[Draw]) -> list[list[int]]:
    """Return the questions of each draw, no question twice; the same for the same draws.

    The narrowest draw chooses first, so that a wide one seldom takes what it needs. Each spreads
    evenly over categories and prefers what was seen least. Where one stays short, others change
    theirs along a shortest augmenting path (Berge, 1957): no choice has more questions in all,
    and every draw is full wherever `courses.quiz_publication.can_fill` says that it can be.
    """
    filling = _Filling(draws)
    order = sorted(range(len(draws)), key=lambda number: len(draws[number].pool))
    for number in order:
        while filling.is_short(number) and filling.take_free(number):
            pass
    for number in order:
        while filling.is_short(number) and filling.exchange(number):
            pass
    return [[one.pk for one in held] for held in filling.held]


class _Filling:
    """Who holds which question so far; draws are named by their number."""

    def __init__(self, draws: Sequence[Draw]) -> None:
        self.draws = draws
        self.held: list[list[Candidate]] = [[] for _draw in draws]
        self.holder: dict[int, int] = {}

    def is_short(self, number: int) -> bool:
        return len(self.held[number]) < self.draws[number].count

    def take_free(self, number: int) -> bool:
        """Give a draw the best question that nobody holds; say whether there was one."""
        found = self._best_free(number)
        if found is None:
            return False
        self.held[number].append(found)
        self.holder[found.pk] = number
        return True

    def exchange(self, number: int) -> bool:
        """Give a draw one more by letting others change theirs; say whether that is possible."""
        came_from: dict[int, tuple[int, Candidate]] = {}
        waiting = [number]
        for taker in waiting:
            if self._best_free(taker) is not None:
                self._move(taker, came_from)
                return True
            for wanted in self._preferred(taker):
                other = self.holder[wanted.pk]
                if other not in waiting:
                    came_from[other] = (taker, wanted)
                    waiting.append(other)
        return False

    def _move(self, last: int, came_from: dict[int, tuple[int, Candidate]]) -> None:
        """Let each draw on the path take another question and pass on the one it had."""
        while last in came_from:
            taker, passed_on = came_from[last]
            self.held[last].remove(passed_on)
            self.take_free(last)
            del self.holder[passed_on.pk]
            last = taker
        self.take_free(last)

    def _best_free(self, number: int) -> Candidate | None:
        free = [one for one in self.draws[number].pool if one.pk not in self.holder]
        return min(free, key=self._rank(number), default=None)

    def _preferred(self, number: int) -> list[Candidate]:
        return sorted(self.draws[number].pool, key=self._rank(number))

    def _rank(self, number: int) -> Callable[[Candidate], tuple[int, int]]:
        from_category = Counter(one.category for one in self.held[number])
        return lambda one: (from_category[one.category], one.seen)
