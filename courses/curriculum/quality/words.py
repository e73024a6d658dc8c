"""Counting the words of blocks and the minutes that they take."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from courses.curriculum.body import Block
from courses.reading_aids.prose import parts_of_html
from courses.reading_aids.readability import WORDS_A_MINUTE, words_of

_UNSAID = {"name", "level", "alt", "minutes", "is_decorative", "credit"}
"""Values of blocks that are choices or numbers, or that only stand in for a picture."""


def prose(blocks: Iterable[Block]) -> list[str]:
    """Return what people read in some blocks, part by part."""
    return [part for block in blocks for part in _parts(block.value)]


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from parts_of_html(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "table":
                yield from _parts(inner["data"])
            elif name not in _UNSAID:
                yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def count(parts: Iterable[str]) -> int:
    """Return the number of words."""
    return sum(len(words_of(part)) for part in parts)


def reading_minutes(words: int) -> float:
    """Return how long some words take to read."""
    return words / WORDS_A_MINUTE


def rounded_up(minutes: float) -> int:
    """Return whole minutes."""
    return math.ceil(round(minutes, 6))
