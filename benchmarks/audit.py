"""The audit trail verified: python -m benchmarks.audit, for the site of AMPARO_VAR.

The baseline reads the same rows and makes one digest of each: what any check has to do.
BENCH_EVENTS changes how many.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from benchmarks.measure import Figure
from lms.accounts.models import User
from lms.core.canonical import CONTENT_FIELDS
from lms.core.models import AuditEvent
from lms.core.sealing import seal_committed
from lms.core.services import record_event, record_events
from lms.core.verifying import verify_audit

EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
WRITTEN_AT_ONCE = 5_000
ROUNDS = 3


def timed(call: Callable[[], object]) -> float:
    """Return how many milliseconds one call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def fill(person: User) -> None:
    """Write so many rows as services do."""
    left = EVENTS - AuditEvent.objects.count()
    while left > 0:
        number = min(left, WRITTEN_AT_ONCE)
        people = [person] * number
        record_events(
            "profile_updated",
            people,
            acting_user=person,
            now=timezone.now(),
            fields=["full_name", "language"],
            subjects=people,
        )
        left -= number


def read_bare() -> None:
    """Read every row and make a digest of it."""
    rows = AuditEvent.objects.order_by("pk").values_list("pk", *CONTENT_FIELDS)
    for row in rows.iterator(chunk_size=900):
        hashlib.sha256(repr(row).encode()).hexdigest()


def verify() -> None:
    """Verify the whole trail."""
    verdict = verify_audit(now=timezone.now())
    assert verdict.rows >= EVENTS
    assert verdict.faults == []


def measure() -> list[Figure]:
    """Fill, seal, verify; and one row written with a sealed reason against one in clear."""
    person = User.objects.get(email="ana@demo.test")
    fill(person)
    seal = timed(lambda: seal_committed(now=timezone.now(), is_complete=True))
    bare = min(timed(read_bare) for _round in range(ROUNDS))
    whole = min(timed(verify) for _round in range(ROUNDS))

    def write(reason: str) -> object:
        return record_event(
            action="profile_updated",
            target=person,
            acting_user=person,
            now=timezone.now(),
            reason=reason,
            subject=person,
        )

    write("first: makes the key")
    plain = min(timed(lambda: write("")) for _round in range(60))
    typed = min(timed(lambda: write("Cambio de unidad.")) for _round in range(60))
    name = f"{EVENTS:,} audit rows"
    return [
        Figure(f"{name} verified", whole, "rows read, one SHA-256 each", bare),
        Figure(f"{name} sealed", seal, "rows read, one SHA-256 each", bare),
        Figure("an audit row with a typed reason", typed, "an audit row without one", plain),
    ]


if __name__ == "__main__":
    call_command("prepare", "--demo", stdout=sys.stderr)
    figures = measure()
    sys.stdout.write("\n" + json.dumps([asdict(figure) for figure in figures]) + "\n")
