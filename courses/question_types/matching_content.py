"""What a matching question holds: pairs, and halves that fit nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.question_types.common import Common
from courses.question_types.parts import main_text, opaque_id
from courses.texts import Texts

MOST_PAIRS = 20


@dataclass(frozen=True)
class Pair:
    """An item and what belongs to it; `also` are further right halves, by their Spanish words."""

    id: str
    texts: Texts
    matches: Texts
    also: tuple[str, ...]
    feedback: Texts

    @property
    def accepted(self) -> frozenset[str]:
        """The ids of the right halves that earn the mark of this pair."""
        also = {opaque_id({"es": text}) for text in self.also}
        return frozenset({opaque_id(self.matches), *also})


@dataclass(frozen=True)
class Distractor:
    """A right half that belongs to no item."""

    id: str
    texts: Texts


@dataclass(frozen=True)
class MatchingContent:
    """Pairs, and right halves without a left one."""

    common: Common
    pairs: tuple[Pair, ...] = ()
    distractors: tuple[Distractor, ...] = ()

    @cached_property
    def halves(self) -> dict[str, Texts]:
        """The right halves by the id that a learner sees; equal words are one half."""
        texts = [pair.matches for pair in self.pairs] + [d.texts for d in self.distractors]
        found: dict[str, Texts] = {}
        for one in sorted((t for t in texts if main_text(t)), key=_by_words):
            found.setdefault(opaque_id(one), one)
        return found

    def pair(self, pair_id: str) -> Pair | None:
        """Return the pair with this id."""
        return next((pair for pair in self.pairs if pair.id == pair_id), None)


def _by_words(texts: Texts) -> str:
    return main_text(texts).casefold()


def read_also(data: Any) -> tuple[str, ...]:
    """Return the further right halves of a pair, by their words."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        return ()
    return tuple(str(text) for text in data[:MOST_PAIRS] if isinstance(text, str) and text.strip())


# -- files -----------------------------------------------------------------------------------------

ALSO = "also"


def also_to_extra(pairs: Sequence[Pair]) -> dict[str, str]:
    """Return the further right halves for a file, by the id of the words of their item."""
    found = {opaque_id(pair.texts): list(pair.also) for pair in pairs if pair.also}
    return {ALSO: json.dumps(found, ensure_ascii=False)} if found else {}


def also_from_extra(extra: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the further right halves by the id of the words of their item; none if it is no note."""
    try:
        found = json.loads(extra.get(ALSO, "{}"))
    except ValueError:
        return {}
    is_note = isinstance(found, dict)
    return {str(name): list(read_also(data)) for name, data in found.items()} if is_note else {}
