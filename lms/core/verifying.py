"""Proving that the audit trail is what was written: the chain is computed again, row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from lms.core.canonical import CONTENT_FIELDS, is_of_origin, seal_digest
from lms.core.crypto import unwrapped
from lms.core.enums import SiteKeyPurpose
from lms.core.models import AuditEvent, AuditSeal, SiteKey
from lms.core.sealing import unsealed

CHUNK = 900
AT = 2 + CONTENT_FIELDS.index("at")
"""Where the time of a row stands, behind its number and its mark."""
MOST_FAULTS = 20
PATIENCE = timedelta(minutes=15)
"""How long a row may wait for its seal before that is a finding."""
LATE = timedelta(days=1)
"""A seal that came later is told: nobody without the site's key can put it on earlier."""


@dataclass(frozen=True)
class Head:
    """Where the chain ended at some time: what whoever looks after the server notes elsewhere."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


@dataclass
class Verdict:
    """What was found; no faults means that every sealed row is as it was written."""

    rows: int = 0
    waiting: int = 0
    late: int = 0
    """Rows whose seal was put on much later than they were written."""
    head: Head = Head(0, "")
    faults: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        """Note one more finding, in words."""
        self.faults.append(fault)


class KeyOfSealsLost(Exception):
    """No key of the seals can be opened with the secrets of this installation."""


def verify_audit(
    *, now: datetime, noted: Sequence[Head] = (), patience: timedelta = PATIENCE
) -> Verdict:
    """Return what the chain says about the trail; raise KeyOfSealsLost where it cannot be computed.

    Found are rows that were altered, taken away, put in or moved, seals that were altered or taken
    away, and rows that wait for a seal for too long. That all seals from some row on were taken
    away, rows with them, and the others sealed anew, is found only with a head that was noted
    elsewhere; the seals that are put on anew count as late.
    """
    verdict = Verdict()
    keys = _keys_of_seals()
    heads = {head.number: head for head in noted}
    for seal in _walk(keys, verdict):
        head = heads.pop(seal.number, seal)
        if head.digest != seal.digest:
            verdict.add(f"Seal {seal.number} is not the one that was noted: the end was cut off.")
    for number in sorted(heads):
        verdict.add(f"Seal {number}, which was noted, is missing: the end was cut off.")
    _look_at_unsealed(verdict, now=now, patience=patience)
    _look_for_copies(verdict)
    return verdict


def _keys_of_seals() -> list[bytes]:
    row = SiteKey.objects.filter(purpose=SiteKeyPurpose.SEALS).first()
    keys = unwrapped(row.wrapped) if row is not None else []
    if not keys and AuditSeal.objects.exists():
        raise KeyOfSealsLost(
            "The key of the seals cannot be opened with SECRET_KEY and SECRET_KEY_FALLBACKS."
        )
    return keys


def _walk(keys: list[bytes], verdict: Verdict) -> Iterator[Head]:
    """Compute the chain again from its beginning; yield each seal that stands."""
    before = Head(0, "")
    while chunk := list(
        AuditSeal.objects.filter(number__gt=before.number)
        .order_by("number")
        .values_list("number", "event_id", "sealed_at", "digest")[:CHUNK]
    ):
        found = AuditEvent.objects.filter(pk__in=[event_id for _n, event_id, _at, _d in chunk])
        rows = {row[0]: row for row in found.values_list("pk", "origin", *CONTENT_FIELDS)}
        for number, event_id, sealed_at, digest in chunk:
            row = rows.get(event_id)
            if number != before.number + 1:
                verdict.add(_missing_seals(before.number + 1, number - 1))
            elif row is None:
                verdict.add(f"Row {event_id} is missing: seal {number} stands for it.")
            elif not _fits(keys, before.digest, number, sealed_at, row, digest):
                verdict.add(_misfit(row, number))
            verdict.late += row is not None and sealed_at > row[AT] + LATE
            before = Head(number, digest)
            verdict.rows, verdict.head = verdict.rows + 1, before
            yield before


def _fits(
    keys: list[bytes], previous: str, number: int, sealed_at: datetime, row: Any, digest: str
) -> bool:
    return any(
        seal_digest(key, previous=previous, number=number, sealed_at=sealed_at, event=row) == digest
        for key in keys
    )


def _missing_seals(first: int, last: int) -> str:
    if first == last:
        return f"Seal {first} is missing."
    return f"Seals {first} to {last} are missing."


def _misfit(row: Sequence[Any], number: int) -> str:
    """Say what is wrong with a row that its seal does not fit."""
    if is_of_origin(row[1], row[2:]):
        return f"Row {row[0]} is not in its place, or seal {number} was altered."
    return f"Row {row[0]} was altered or put in: seal {number} does not fit it."


def _look_at_unsealed(verdict: Verdict, *, now: datetime, patience: timedelta) -> None:
    """Note the rows without a seal that were put in from outside, or that wait for too long."""
    rows = unsealed().values_list("pk", "origin", *CONTENT_FIELDS)
    for row in rows.iterator(chunk_size=CHUNK):
        at: datetime = row[2]
        if not is_of_origin(row[1], row[2:]):
            verdict.add(f"Row {row[0]} was altered or put in from outside.")
        elif at < now - patience:
            minutes = int(patience.total_seconds() // 60)
            verdict.add(f"Row {row[0]} has no seal, although it is older than {minutes} minutes.")
        else:
            verdict.waiting += 1


def _look_for_copies(verdict: Verdict) -> None:
    """Note rows that repeat another one, mark and all, where the constraint was taken off."""
    twice = AuditEvent.objects.values("origin").annotate(times=Count("pk"), first=Min("pk"))
    for copied in twice.filter(times__gt=1).order_by("first"):
        verdict.add(f"Row {copied['first']} was put in a second time.")
