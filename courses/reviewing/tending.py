"""Vouching for a text as it is: its dates of review, and its translation."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, Revision

from courses.models import Case, CheckedPage, LessonPage, Question, TranslationCheck
from courses.reviewing.enums import ReviewedKind
from courses.reviewing.translations import source_page
from lms.accounts.models import User
from lms.core.services import record_event

MONTHS_OFFERED = (3, 6, 12, 24)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(last, day.day))
        except ValueError:
            continue
    raise ValueError(day)  # no month is shorter than 28 days


@transaction.atomic
def renew_review(*, lesson: LessonPage, months: int, acting_user: User, now: datetime) -> date:
    """Write that a lesson was read again and nothing has to change; return when it is due next.

    The dates of the lesson in every language are written, on the published page and on a draft of
    it, which stays a draft. What its readers see of the words does not change, so no review lapses.
    """
    today = timezone.localdate(now)
    values = {"last_reviewed_date": today, "review_due_date": months_later(today, months)}
    of_the_lesson = Q(translation_key=lesson.translation_key)
    copies = Q(alias_of__translation_key=lesson.translation_key)
    pages = LessonPage.objects.select_for_update(of=("self",)).filter(of_the_lesson | copies)
    for page in pages.order_by("pk"):
        for name, value in values.items():
            setattr(page, name, value)
        page.save(update_fields=list(values), clean=False)
        _write_into_revisions(page, {name: value.isoformat() for name, value in values.items()})
    record_event(
        action="lesson_read_again",
        target=lesson,
        acting_user=acting_user,
        now=now,
        changed_fields=list(values),
    )
    return values["review_due_date"]


def _write_into_revisions(page: CheckedPage, values: dict[str, Any]) -> None:
    """Write into what is live and what is drafted, so that the next publication keeps it."""
    pks = {page.live_revision_id, page.latest_revision_id} - {None}
    for revision in Revision.objects.filter(pk__in=pks):
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **values})


@transaction.atomic
def mark_page_translated(*, page: CheckedPage, acting_user: User, now: datetime) -> None:
    """Write that a translated page says what its source says now."""
    source = source_page(page)
    locked: CheckedPage = Page.objects.select_for_update().get(pk=page.pk).specific
    if source is None or locked.translated_from_revision == source.live_revision_id:
        return
    locked.translated_from_revision = source.live_revision_id
    locked.save(update_fields=["translated_from_revision"], clean=False)
    _write_into_revisions(locked, {"translated_from_revision": source.live_revision_id})
    record_event(
        action="translation_checked",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["translated_from_revision"],
    )


@transaction.atomic
def mark_version_translated(*, record: Question | Case, acting_user: User, now: datetime) -> None:
    """Write that the languages of the published version of a question or a case say the same."""
    version = record.live_version
    if version is None:
        return
    kind = ReviewedKind.QUESTION if isinstance(record, Question) else ReviewedKind.CASE
    row, is_new = TranslationCheck.objects.get_or_create(
        kind=kind,
        item_key=str(record.pk),
        version=version.number,
        defaults={"checked_by": acting_user, "checked_at": now},
    )
    if is_new:
        record_event(action="translation_checked", target=row, acting_user=acting_user, now=now)
