"""Decides what to do with each record, and remembers what was written.

A record is left alone when its state is not the one that the last load left behind: then somebody
edited it in the admin.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from courses.models import LoadedItem


class Decision(Enum):
    """What a load does with one record."""

    CREATE = "created"
    UPDATE = "updated"
    UNCHANGED = "unchanged"
    KEEP = "kept"


@dataclass
class Report:
    """What a load did, for the person who ran it."""

    counts: dict[str, Counter[Decision]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def total(self, decision: Decision) -> int:
        """Return how many records met a decision."""
        return sum(counter[decision] for counter in self.counts.values())

    @property
    def has_changes(self) -> bool:
        """Whether anything was written."""
        return bool(self.total(Decision.CREATE) or self.total(Decision.UPDATE))

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        found = []
        for kind, counter in self.counts.items():
            numbers = ", ".join(f"{counter[decision]} {decision.value}" for decision in Decision)
            found.append(f"{kind}: {numbers}")
        found += [f"kept: {line}" for line in self.kept]
        found += [f"vanished: {path}: its record stays as it is" for path in self.vanished]
        return found + self.notes


@dataclass(frozen=True)
class Entry:
    """A record as the files describe it: where it is described, and how much they said."""

    kind: str
    path: str
    source_digest: str
    text_digest: str = ""


class Ledger:
    """The loaded items of earlier loads, and those of this one."""

    def __init__(self, *, paths: Iterable[str], overwrite: bool, now: datetime) -> None:
        self.report = Report()
        self._overwrite = overwrite
        self._now = now
        self._items = {item.path: item for item in LoadedItem.objects.all()}
        known = set(paths)
        self._gone = {
            (item.label, item.object_id): item
            for path, item in self._items.items()
            if path not in known
        }
        self._written: list[tuple[Entry, Any]] = []

    def item(self, path: str) -> LoadedItem | None:
        """Return what is remembered of a path."""
        return self._items.get(path)

    def ids(self, label: str) -> list[str]:
        """Return the ids of every remembered record of a kind."""
        return [item.object_id for item in self._items.values() if item.label == label]

    def decide(self, entry: Entry, record: Any, state: str, *, has_place: bool = True) -> Decision:
        """Return what to do with a record, and count it.

        Args:
            entry: what the files say.
            record: what the database has; None if there is nothing.
            state: the digest of that record as it is now.
            has_place: whether it could be made; without the page above it, it cannot.
        """
        item = self._items.get(entry.path)
        if item is None and record is not None:
            item = self._gone.pop((_label(record), str(record.pk)), None)
            if item is not None:  # the same record, described by a file that was moved
                del self._items[item.path]
                self._items[entry.path] = item
        decision, reason = self._choose(entry, item, record, state)
        if decision is Decision.CREATE and not has_place:
            decision, reason = Decision.KEEP, "what it belongs to was deleted by a trainer"
        elif decision is Decision.KEEP and self._overwrite and (record is not None or has_place):
            decision = Decision.CREATE if record is None else Decision.UPDATE
        if decision is Decision.KEEP:
            self.report.kept.append(f"{entry.path}: {reason}")
        self.report.counts.setdefault(entry.kind, Counter())[decision] += 1
        return decision

    def _choose(
        self, entry: Entry, item: LoadedItem | None, record: Any, state: str
    ) -> tuple[Decision, str]:
        if item is None and record is None:
            return Decision.CREATE, ""
        if item is None:
            return Decision.KEEP, "such a record exists already, and no file made it"
        if record is None:
            return Decision.KEEP, "deleted by a trainer"
        if item.state_digest != state:
            return Decision.KEEP, "edited by a trainer"
        if item.source_digest != entry.source_digest:
            return Decision.UPDATE, ""
        return Decision.UNCHANGED, ""

    def wrote(self, entry: Entry, record: Any) -> None:
        """Remember a record that this load wrote."""
        self._written.append((entry, record))

    def written(self) -> list[Any]:
        """Return the records that this load wrote."""
        return [record for _entry, record in self._written]

    def save(self, states: dict[tuple[str, str], str]) -> None:
        """Write what this load did; `states` are the digests of the records as they are now."""
        new, changed = [], []
        for entry, record in self._written:
            label, object_id = _label(record), str(record.pk)
            values = {
                "path": entry.path,
                "source_digest": entry.source_digest,
                "text_digest": entry.text_digest,
                "label": label,
                "object_id": object_id,
                "state_digest": states[label, object_id],
                "loaded_at": self._now,
            }
            item = self._items.get(entry.path)
            if item is None:
                new.append(LoadedItem(**values))
                continue
            for name, value in values.items():
                setattr(item, name, value)
            changed.append(item)
        LoadedItem.objects.bulk_create(new)
        if changed:
            names = [field.name for field in LoadedItem._meta.fields if not field.primary_key]
            LoadedItem.objects.bulk_update(changed, names)
        self.report.vanished = sorted(item.path for item in self._gone.values())


def _label(record: Any) -> str:
    label: str = record._meta.label_lower
    return label
