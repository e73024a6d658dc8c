"""The cards of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery

from courses.models import CoursePage, CourseRelease
from courses.models.serving import active_language
from courses.page_links import page_url
from courses.promises import CoursePromise


@dataclass(frozen=True)
class CourseCard:
    """A course as the catalogue shows it; `learning` is what the learner does in it, if anything."""

    key: UUID
    title: str
    summary: str
    url: str
    language: str
    promise: CoursePromise | None
    is_pilot: bool
    learning: Any = None


def course_cards(learning: Mapping[UUID, Any]) -> list[CourseCard]:
    """Return the live courses in the order of the catalogue; two queries."""
    active = active_language()
    rows = (
        CoursePage.objects.live()
        .filter(locale__language_code__in={active, settings.LANGUAGE_CODE})
        .select_related("locale")
        .order_by("path")
    )
    chosen: dict[UUID, Any] = {}
    for row in rows:
        if row.translation_key not in chosen or row.locale.language_code == active:
            chosen[row.translation_key] = row
    promises = _newest_promises(chosen)
    return [
        CourseCard(
            key=key,
            title=row.title,
            summary=row.summary,
            url=page_url(row.url_path),
            language="" if row.locale.language_code == active else row.locale.language_code,
            promise=promises.get(key),
            is_pilot=promises[key].is_pilot if key in promises else not row.is_partner_reviewed,
            learning=learning.get(key),
        )
        for key, row in chosen.items()
    ]


def _newest_promises(keys: Mapping[UUID, Any]) -> dict[UUID, CoursePromise]:
    newest = (
        CourseRelease.objects.filter(course_key=OuterRef("course_key"))
        .order_by("-number")
        .values("pk")[:1]
    )
    rows = CourseRelease.objects.filter(course_key__in=keys, pk=Subquery(newest))
    return {row.course_key: row.typed_promise for row in rows}
