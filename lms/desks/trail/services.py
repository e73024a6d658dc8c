"""Noting who read reasons in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.services import record_events

READ_ACTION = "audit_reasons_read"


@transaction.atomic
def note_reading(*, events: Iterable[AuditEvent], acting_user: User, now: datetime) -> None:
    """Add to the trail that somebody read the typed reasons of these rows.

    One row for each person whom they concern, however many of her reasons were read; one for each
    reason that concerns nobody.
    """
    shut = [event for event in events if event.sealed_reason]
    people = sorted({event.subject_id for event in shut if event.subject_id is not None})
    others = [event for event in shut if event.subject_id is None]
    record_events(
        READ_ACTION,
        [*(User(pk=pk) for pk in people), *others],
        acting_user=acting_user,
        now=now,
        subjects=[*people, *(None for _event in others)],
    )
