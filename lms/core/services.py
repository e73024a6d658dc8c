"""Writing to the audit trail, and the keys under which its words stand."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography.fernet import Fernet
from django.db import transaction
from django.db.models import Model

from lms.core.canonical import CONTENT_FIELDS, new_origin
from lms.core.crypto import is_wrapped_today, new_wrapped_key, rewrapped, sealed, unwrapped
from lms.core.enums import SiteKeyPurpose
from lms.core.models import AuditEvent, PersonKey, SiteKey

Person = Model | int
"""A person, or her number where only that is at hand."""


def record_event(
    *,
    action: str,
    target: Model,
    acting_user: Model | None,
    now: datetime,
    changed_fields: Iterable[str] = (),
    reason: str = "",
    subject: Person | None = None,
    code: str = "",
) -> AuditEvent:
    """Add one row to the audit trail, in the caller's transaction.

    Args:
        action: what was done, as `noun_verb` (`certificate_revoked`).
        target: the record that it was done to.
        acting_user: who did it; None for the system itself.
        now: when, from the view or the task.
        changed_fields: names of the fields that changed, never their values.
        reason: what somebody typed as a reason. It is sealed under the key of the subject; without
            one, under a key of the installation. `queries.read_reason` reads it.
        subject: the person whom the event is about, or her number; her erasure takes the reason
            along.
        code: words of the system's own that name nobody (`csv, 30`); they stay in clear.
    """
    subject_id = _number(subject)
    event = _event(
        at=now,
        actor_id=acting_user.pk if acting_user is not None else None,
        action=action,
        target=target,
        changed_fields=sorted(changed_fields),
        subject_id=subject_id,
        reason=code,
        sealed_reason=_seal(reason, subject_id=subject_id, now=now),
    )
    event.save(force_insert=True)
    return event


def record_events(
    action: str,
    targets: Sequence[Model],
    *,
    acting_user: Model | None,
    now: datetime,
    fields: Iterable[str] = (),
    subjects: Sequence[Person | None] = (),
) -> None:
    """Add one row for each of these records to the audit trail, as `record_event` does for one.

    `subjects` are the people concerned, in the order of the records, or nobody at all.
    """
    changed_fields = sorted(fields)
    people = subjects or [None] * len(targets)
    AuditEvent.objects.bulk_create(
        [
            _event(
                at=now,
                actor_id=acting_user.pk if acting_user is not None else None,
                action=action,
                target=target,
                changed_fields=changed_fields,
                subject_id=_number(person),
                reason="",
                sealed_reason="",
            )
            for target, person in zip(targets, people, strict=True)
        ],
        batch_size=80,
    )


def _event(*, target: Model, **values: object) -> AuditEvent:
    """Return the row, marked as written here."""
    event = AuditEvent(target_type=target._meta.label_lower, target_id=str(target.pk), **values)
    event.origin = new_origin([getattr(event, name) for name in CONTENT_FIELDS])
    return event


def _number(person: Person | None) -> int | None:
    return person.pk if isinstance(person, Model) else person


def _seal(words: str, *, subject_id: int | None, now: datetime) -> str:
    """Return a reason as it is stored.

    Of a person who was erased nothing is kept that could be read again: her words go under a key
    that nobody keeps.
    """
    if not words:
        return ""
    if subject_id is None:
        return sealed(words, site_key(purpose=SiteKeyPurpose.REASONS, now=now))
    row, _is_new = PersonKey.objects.get_or_create(
        person_id=subject_id, defaults={"wrapped": new_wrapped_key(), "created_at": now}
    )
    return sealed(words, Fernet.generate_key() if row.destroyed_at else _newest_key(row))


def site_key(*, purpose: SiteKeyPurpose, now: datetime) -> bytes:
    """Return the installation's key for a purpose; make it at its first use."""
    row, _is_new = SiteKey.objects.get_or_create(
        purpose=purpose, defaults={"wrapped": new_wrapped_key(), "created_at": now}
    )
    return _newest_key(row)


def _newest_key(row: PersonKey | SiteKey) -> bytes:
    """Return the key that encrypts; where the secret that wrapped it is gone, a new one."""
    keys = unwrapped(row.wrapped)
    if not keys:
        row.wrapped = f"{new_wrapped_key()} {row.wrapped}"
        row.save(update_fields=["wrapped"])
        keys = unwrapped(row.wrapped)
    return keys[0]


@transaction.atomic
def destroy_person_key(*, person_id: int, now: datetime) -> bool:
    """Destroy the key of a person: no word about her in the audit trail can be read from then on.

    Return whether there was a key until now. The rows of the trail stay as they are, and so does
    the chain over them. Whoever erases a person calls this last, in the erasure's transaction, and
    records the erasure itself. Doing it again changes nothing. A backup from before still has the
    key, until it is deleted.
    """
    row = PersonKey.objects.select_for_update().filter(person_id=person_id).first()
    if row is None:
        PersonKey.objects.create(person_id=person_id, created_at=now, destroyed_at=now)
        return False
    if row.destroyed_at is not None:
        return False
    row.wrapped, row.destroyed_at = "", now
    row.save(update_fields=["wrapped", "destroyed_at"])
    return True


def rewrap_keys() -> int:
    """Wrap every random key under today's SECRET_KEY; return how many were wrapped under another.

    After this, an earlier secret can be taken out of SECRET_KEY_FALLBACKS without losing a word.
    """
    changed = 0
    for model in (PersonKey, SiteKey):
        for pk in model.objects.exclude(wrapped="").values_list("pk", flat=True).iterator():
            changed += _rewrap(model, pk)
    return changed


@transaction.atomic
def _rewrap(model: type[PersonKey] | type[SiteKey], pk: int) -> bool:
    """Wrap one key anew, locked, so that one which is destroyed meanwhile does not come back."""
    row = model.objects.select_for_update().get(pk=pk)
    if is_wrapped_today(row.wrapped):
        return False
    before, row.wrapped = row.wrapped, rewrapped(row.wrapped)
    row.save(update_fields=["wrapped"])
    return before != row.wrapped
