"""A source changes: everything that cites it is found, flagged, and followed until it is checked."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import CheckOutcome, SourceChangeKind, SourceState
from courses.models import SourceChange, SourceCheck, SourceRecord
from courses.sources.kinds import CitingItem, find_citing
from courses.sources.queries import forget_cached, has_changed, item_of
from lms.accounts.models import User
from lms.core.outbox import send_on_commit
from lms.core.services import record_event

TELL_TASK = "lms.learning.tell_changed_sources"
LONGEST_TITLE, LONGEST_PLACES = 255, 300
_STATES = {
    SourceChangeKind.AMENDED: SourceState.AMENDED,
    SourceChangeKind.REPEALED: SourceState.REPEALED,
    SourceChangeKind.REPLACED: SourceState.REPEALED,
}


class ChangeRefused(Exception):
    """The change cannot be noted; `field` names where, the message says why, for people."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class CheckRefused(Exception):
    """The check cannot be closed like this; the message says why, for people."""


@transaction.atomic
def note_change(
    *,
    source: SourceRecord,
    kind: SourceChangeKind,
    changed_date: date,
    words: Mapping[str, str],
    replacement: SourceRecord | None,
    acting_user: User,
    now: datetime,
) -> SourceChange:
    """Note that a source changed, bring its state up to date, and flag everything that cites it.

    One check is made for each item, published or draft, in one transaction with the change; who is
    enrolled keeps the release that was promised, and nothing is changed by itself. The trainers of
    running cohorts are told by a task. A change of something that nothing cites is closed at once.

    Raises:
        ChangeRefused: the day lies ahead, this change is noted already, or the replacement is
            missing or leads back to the source.
    """
    # Both at once, by their number: two changes that name each other wait for each other here.
    pks = [one.pk for one in (source, replacement) if one is not None]
    locked = {
        one.pk: one
        for one in SourceRecord.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    }
    source = locked[source.pk]
    replacement = locked[replacement.pk] if replacement is not None else None
    _check_change(source, kind, changed_date, replacement, now)
    change = SourceChange.objects.create(
        source=source,
        kind=kind,
        replacement=replacement,
        changed_date=changed_date,
        words_es=" ".join(words["es"].split()),
        words_en=" ".join(words["en"].split()),
        created_at=now,
        created_by=acting_user,
    )
    changed = _bring_up_to_date(source, kind, replacement, acting_user, now)
    items = find_citing(source)
    SourceCheck.objects.bulk_create([_check_of(change, item) for item in items])
    if not items:
        SourceChange.objects.filter(pk=change.pk).update(closed_at=now, trainers_told_at=now)
        change.refresh_from_db()
    record_event(
        action="source_changed",
        target=source,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        reason=change.words_es,
    )
    if items:
        send_on_commit(TELL_TASK)
    transaction.on_commit(forget_cached)
    return change


def _check_change(
    source: SourceRecord,
    kind: SourceChangeKind,
    changed_date: date,
    replacement: SourceRecord | None,
    now: datetime,
) -> None:
    if changed_date > timezone.localdate(now):
        message = _("This day lies ahead. Note the change on the day from which it holds.")
        raise ChangeRefused(message, "changed_date")
    if kind == SourceChangeKind.REPLACED and replacement is None:
        raise ChangeRefused(_("Say which source replaces it."), "replacement")
    later, seen = replacement, {source.pk}
    while later is not None:
        if later.pk in seen:
            raise ChangeRefused(_("These sources would replace each other."), "replacement")
        seen.add(later.pk)
        later = later.replaced_by
    if source.changes.filter(kind=kind, changed_date=changed_date).exists():
        raise ChangeRefused(_("This change is noted already: see it in the list."))


def _bring_up_to_date(
    source: SourceRecord,
    kind: SourceChangeKind,
    replacement: SourceRecord | None,
    acting_user: User,
    now: datetime,
) -> list[str]:
    """Write the new state on the record, keep it in its history, and return the changed fields."""
    changed = ["state_checked_date"]
    source.state_checked_date = timezone.localdate(now)
    if kind in _STATES:
        source.state = _STATES[kind]
        changed.append("state")
    if replacement is not None:
        source.replaced_by = replacement
        changed.append("replaced_by")
    source.save(update_fields=changed)
    source.save_revision(user=acting_user, log_action=True)
    return changed


def _check_of(change: SourceChange, item: CitingItem) -> SourceCheck:
    return SourceCheck(
        change=change,
        item_kind=item.kind,
        item_id=item.item_id,
        title=item.title[:LONGEST_TITLE],
        language=item.language,
        places=item.place[:LONGEST_PLACES],
        live_version=item.live_version,
        newest_version=item.newest_version,
    )


@transaction.atomic
def settle_check(
    *, check: SourceCheck, outcome: CheckOutcome, note: str, acting_user: User, now: datetime
) -> SourceCheck:
    """Note what became of an item; the change is closed with the last one.

    Raises:
        CheckRefused: somebody decided meanwhile; nothing was to change, and no word says why; or
            it is said to be changed, and no newer version is there.
    """
    change = SourceChange.objects.select_for_update().get(pk=check.change_id)
    check = SourceCheck.objects.select_for_update().get(pk=check.pk)
    if check.outcome != CheckOutcome.OPEN:
        raise CheckRefused(_("Somebody has decided this meanwhile: what was decided stays."))
    note = " ".join(note.split())
    if outcome == CheckOutcome.UNCHANGED and not note:
        raise CheckRefused(_("Say why nothing has to change."))
    if outcome == CheckOutcome.CHANGED:
        item = item_of(check)
        if item is None or not has_changed(check, item):
            raise CheckRefused(
                _("No newer version is there yet. Publish the changed one first, then come back.")
            )
    check.outcome, check.note = outcome, note
    check.checked_at, check.checked_by = now, acting_user
    check.save(update_fields=["outcome", "note", "checked_at", "checked_by"])
    record_event(
        action="source_checked",
        target=check,
        acting_user=acting_user,
        now=now,
        changed_fields=["outcome"],
        reason=note,
    )
    transaction.on_commit(forget_cached)
    if not change.checks.filter(outcome=CheckOutcome.OPEN).exists():
        change.closed_at = now
        change.save(update_fields=["closed_at"])
        record_event(action="source_change_closed", target=change, acting_user=acting_user, now=now)
    return check
