"""Lessons that cite a source: published, scheduled or as a draft, in every language."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from courses.models import LessonPage, SourceRecord
from courses.sources.kinds import CitingItem, CitingKind

LESSON = "lesson"


def citing_lessons(record: SourceRecord) -> list[CitingItem]:
    """Return the lessons that cite a source in what is public or in their newest draft."""
    places: dict[int, list[str]] = {}
    written = LessonPage.objects.filter(alias_of=None)
    pages = written.annotate(said=Cast("sources", TextField()))
    for page in pages.filter(said__contains=record.key):
        _note(places, page.pk, page.sources.raw_data, record.key)
    drafts = Revision.objects.filter(
        Q(pk__in=written.values("latest_revision_id"))
        | Q(approved_go_live_at__isnull=False, content_type=_lesson_type())
    ).annotate(said=Cast("content", TextField()))
    rows = drafts.filter(said__contains=record.key).values_list("object_id", "content")
    for object_id, content in rows:
        _note(places, int(object_id), json.loads(content.get("sources") or "[]"), record.key)
    return [
        _item(page, ", ".join(dict.fromkeys(filter(None, places[page.pk]))))
        for page in _pages(places)
    ]


def _lesson_type() -> ContentType:
    return ContentType.objects.get_for_model(LessonPage)


def _note(places: dict[int, list[str]], pk: int, blocks: Iterable[Any], key: str) -> None:
    for block in blocks:
        value = block["value"]
        if value.get("record") == key:
            places.setdefault(pk, []).append(value.get("place") or "")


def _pages(ids: Collection[int]) -> Any:
    rows = LessonPage.objects.filter(pk__in=ids).select_related("locale")
    return rows.order_by("locale_id", "path")


def _item(page: LessonPage, place: str = "") -> CitingItem:
    return CitingItem(
        kind=LESSON,
        item_id=page.pk,
        title=page.draft_title or page.title,
        language=page.locale.language_code,
        place=place,
        live_version=max(_moment(page.last_published_at), 1) if page.live else 0,
        newest_version=_moment(page.latest_revision_created_at),
        edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
    )


def _moment(at: datetime | None) -> int:
    return int(at.timestamp() * 1000) if at else 0


def current_lessons(ids: Collection[int]) -> dict[int, CitingItem]:
    """Return how lessons stand now."""
    return {page.pk: _item(page) for page in _pages(ids)}


LESSONS = CitingKind(LESSON, _("lesson"), citing_lessons, current_lessons)
