"""What can cite a source: for each kind of item, how those that do are found and where they stand.

Nothing is kept in an index that could go stale: the database looks for the key in the stored texts
(published and drafts), and what it finds is read once more, exactly. A norm changes rarely; a wrong
list would be a lesson that nobody checks.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from courses.models import SourceRecord


@dataclass(frozen=True)
class CitingItem:
    """One item that cites a source.

    A version is a number that grows with every edit; `live_version` is 0 for what is not public.
    """

    kind: str
    item_id: int
    title: str
    language: str = ""
    place: str = ""
    live_version: int = 0
    newest_version: int = 0
    edit_url: str = ""


@dataclass(frozen=True)
class CitingKind:
    """A kind of item: `citing` finds those that cite a source, `current` says how some stand now."""

    name: str
    label: Any
    citing: Callable[[SourceRecord], list[CitingItem]]
    current: Callable[[Collection[int]], dict[int, CitingItem]]


_KINDS: dict[str, CitingKind] = {}


def register_kind(kind: CitingKind) -> None:
    """Let items of one more kind be found and checked when a source changes."""
    _KINDS[kind.name] = kind


def kinds() -> list[CitingKind]:
    """Return every kind, in the order in which they were registered."""
    return list(_KINDS.values())


def kind_label(name: str) -> str:
    """Return the word for a kind; its name if nothing registers it any more."""
    kind = _KINDS.get(name)
    return str(kind.label) if kind else name


def find_citing(record: SourceRecord) -> list[CitingItem]:
    """Return everything that cites a source, drafts too, kind by kind."""
    return [item for kind in _KINDS.values() for item in kind.citing(record)]


def current_items(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], CitingItem]:
    """Return how items stand now, by kind and id; what was deleted is not in it."""
    found: dict[tuple[str, int], CitingItem] = {}
    for kind in _KINDS.values():
        ids = {item_id for name, item_id in wanted if name == kind.name}
        if ids:
            found |= {(kind.name, pk): item for pk, item in kind.current(ids).items()}
    return found
