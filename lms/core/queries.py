"""Reading the words of the audit trail."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lms.core.crypto import opened, unwrapped
from lms.core.enums import SiteKeyPurpose
from lms.core.models import AuditEvent, PersonKey, SiteKey


def read_reason(event: AuditEvent) -> str:
    """Return the reason of one event; or a sentence that says why it cannot be read any more."""
    return read_reasons([event])[event.pk]


def read_reasons(events: Iterable[AuditEvent]) -> dict[int, str]:
    """Return the reason of each event by its number, as `read_reason` does. Two queries at most."""
    rows = list(events)
    shut = [event for event in rows if event.sealed_reason]
    people = {event.subject_id for event in shut if event.subject_id is not None}
    keys: dict[int | None, tuple[list[bytes], bool]] = {
        row.person_id: (unwrapped(row.wrapped), row.destroyed_at is not None)
        for row in (PersonKey.objects.filter(person_id__in=people) if people else ())
    }
    if any(event.subject_id is None for event in shut):
        wrapped = SiteKey.objects.filter(purpose=SiteKeyPurpose.REASONS).values_list("wrapped")
        keys[None] = (unwrapped(" ".join(word for (word,) in wrapped)), False)
    return {event.pk: _words(event, *keys.get(event.subject_id, ([], False))) for event in rows}


def _words(event: AuditEvent, keys: list[bytes], is_erased: bool) -> str:
    if not event.sealed_reason:
        return event.reason
    if is_erased:
        return _("This reason was erased together with the person's data.")
    words = opened(event.sealed_reason, keys)
    if words is None:
        return _("This reason cannot be read: its key is gone.")
    return f"{event.reason}: {words}" if event.reason else words
