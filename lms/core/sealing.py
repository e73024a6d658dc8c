"""Putting committed rows of the audit trail into a chain of seals; no service waits for it."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from lms.core.canonical import CONTENT_FIELDS, is_of_origin, seal_digest
from lms.core.enums import SiteKeyPurpose
from lms.core.models import AuditEvent, AuditSeal, SiteKey
from lms.core.services import site_key

logger = logging.getLogger(__name__)
BATCH = 500
LOOK_BACK = 5_000
"""How far below the highest sealed number a frequent sweep looks for rows that were committed late."""


def unsealed() -> "QuerySet[AuditEvent]":
    """Return the rows without a seal, by their numbers."""
    return AuditEvent.objects.filter(seal=None).order_by("pk")


def seal_committed(*, now: datetime, is_complete: bool = False) -> int:
    """Seal what was committed and has no seal yet; return how many rows got one.

    Batch by batch, each in a transaction of its own. A row that was not written by this
    installation gets no seal, so that `verify_audit` names it.

    Args:
        now: what the seals bear as their time.
        is_complete: look at all rows; else only at the newest, which is what a busy clock can do.
    """
    newest = AuditSeal.objects.aggregate(pk=Max("event_id"))["pk"] or 0
    after = 0 if is_complete else max(newest - LOOK_BACK, 0)
    total = 0
    while True:
        looked_at, put_on, after = _seal_batch(after=after, now=now)
        total += put_on
        if looked_at < BATCH:
            break
    if total:
        head = AuditSeal.objects.order_by("-number").first()
        logger.info("Audit trail sealed up to %s", head)
    return total


@transaction.atomic
def _seal_batch(*, after: int, now: datetime) -> tuple[int, int, int]:
    """Seal one batch behind a number; return how many rows were seen and sealed, and the last one.

    The lock lets one worker at a time go on with the chain; were there none, the number of the
    seal, which is unique, would refuse a fork.
    """
    key = site_key(purpose=SiteKeyPurpose.SEALS, now=now)
    SiteKey.objects.select_for_update().get(purpose=SiteKeyPurpose.SEALS)
    last = AuditSeal.objects.order_by("-number").first()
    number, digest = (last.number, last.digest) if last is not None else (0, "")
    rows = list(
        unsealed().filter(pk__gt=after).values_list("pk", "origin", *CONTENT_FIELDS)[:BATCH]
    )
    seals = []
    for row in rows:
        if not is_of_origin(row[1], row[2:]):
            logger.error("Row %s of the audit trail was not written here; it gets no seal.", row[0])
            continue
        number += 1
        digest = seal_digest(key, previous=digest, number=number, sealed_at=now, event=row)
        seals.append(AuditSeal(number=number, event_id=row[0], sealed_at=now, digest=digest))
    AuditSeal.objects.bulk_create(seals, batch_size=200)
    return len(rows), len(seals), rows[-1][0] if rows else after
