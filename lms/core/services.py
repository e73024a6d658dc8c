"""Writing to the audit trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from lms.core.models import AuditEvent


def record_event(
    *,
    action: str,
    target: Model,
    acting_user: Model | None,
    now: datetime,
    changed_fields: Iterable[str] = (),
    reason: str = "",
    subject: Model | None = None,
) -> AuditEvent:
    """Add one row to the audit trail, in the caller's transaction.

    Args:
        action: what was done, as `noun_verb` (`certificate_revoked`).
        target: the record that it was done to.
        acting_user: who did it; None for the system itself.
        now: when, from the view or the task.
        changed_fields: names of the fields that changed, never their values.
        reason: what the acting user gave as a reason.
        subject: the person whom the event is about, whose erasure takes the reason along.
    """
    return AuditEvent.objects.create(
        at=now,
        actor_id=acting_user.pk if acting_user is not None else None,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        changed_fields=sorted(changed_fields),
        reason=reason,
        subject_id=subject.pk if subject is not None else None,
    )


def record_events(
    action: str,
    targets: Sequence[Model],
    *,
    acting_user: Model | None,
    now: datetime,
    fields: Iterable[str] = (),
) -> None:
    """Add one row for each of these records to the audit trail, as `record_event` does for one."""
    changed_fields = sorted(fields)
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                at=now,
                actor_id=acting_user.pk if acting_user is not None else None,
                action=action,
                target_type=target._meta.label_lower,
                target_id=str(target.pk),
                changed_fields=changed_fields,
            )
            for target in targets
        ],
        batch_size=100,
    )
