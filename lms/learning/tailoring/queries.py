"""What trainers changed for a learner, as she herself reads it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, F, IntegerField, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.learning.enums import NoticeKind
from lms.learning.models import Allowance, Enrolment, Exemption
from lms.learning.notices import notices_of_kind

EXEMPTED, ALLOWED, REOPENED = "exempted", "allowed", "reopened"


@dataclass(frozen=True)
class Change:
    """One thing that was changed for a learner: what, at which item, since when, and why.

    The reason of an allowance is for trainers only and is not here.
    """

    words: str
    item: str = ""
    reason: str = ""
    on: date | None = None


def changes_for(enrolments: Iterable[Enrolment]) -> dict[int, list[Change]]:
    """Return what was changed in each of these enrolments, the newest last; one query for all."""
    rows = {row.pk: row for row in enrolments}
    found: dict[int, list[Change]] = defaultdict(list)
    for pk, row in rows.items():
        if row.due_date is not None:
            day = date_format(row.due_date, "DATE_FORMAT")
            found[pk].append(Change(_("Your deadline is %(day)s.") % {"day": day}))
    for pk, key, what, reason, minutes, attempts, at in _changes(list(rows)):
        item = rows[pk].release.typed_promise.item(key)
        found[pk].append(
            Change(
                words=_words(what, minutes, attempts),
                item=item.title if item is not None else "",
                reason=reason,
                on=timezone.localdate(at),
            )
        )
    return dict(found)


Row = tuple[int, UUID, str, str, int, int, datetime]


def _changes(ids: list[int]) -> list[Row]:
    if not ids:
        return []
    columns = ("enrolment_id", "item_key", "what", "said", "minutes", "attempts", "at")

    def text(words: str) -> Value:
        return Value(words, output_field=CharField())

    none = Value(0, output_field=IntegerField())
    exempted = (
        Exemption.objects.filter(enrolment__in=ids)
        .annotate(
            what=text(EXEMPTED), said=F("reason"), minutes=none, attempts=none, at=F("granted_at")
        )
        .values_list(*columns)
    )
    allowed = (
        Allowance.objects.filter(enrolment__in=ids)
        .annotate(
            what=text(ALLOWED),
            said=text(""),
            minutes=F("extra_minutes"),
            attempts=F("extra_attempts"),
            at=F("granted_at"),
        )
        .values_list("enrolment_id", "quiz_key", *columns[2:])
    )
    reopened = (
        notices_of_kind(NoticeKind.ATTEMPT_REOPENED)
        .filter(attempt__enrolment__in=ids)
        .annotate(
            what=text(REOPENED), said=F("words"), minutes=none, attempts=none, at=F("created_at")
        )
        .values_list("attempt__enrolment_id", "attempt__quiz_key", *columns[2:])
    )
    found: list[Row] = list(exempted.union(allowed, reopened, all=True).order_by("at"))
    return found


def _words(what: str, minutes: int, attempts: int) -> str:
    if what == EXEMPTED:
        return _("You need not do this.")
    if what == REOPENED:
        return _("An attempt was opened again.")
    parts = []
    if attempts:
        parts.append(
            ngettext("%(number)d extra attempt", "%(number)d extra attempts", attempts)
            % {"number": attempts}
        )
    if minutes:
        parts.append(
            ngettext("%(number)d extra minute", "%(number)d extra minutes", minutes)
            % {"number": minutes}
        )
    return f"{', '.join(parts)}."
