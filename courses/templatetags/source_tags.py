"""Template tags of sources: how they are cited, and whether one of them has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from django import template
from django.utils.translation import get_language

from courses.models import LessonPage, SourceChange, SourceRecord
from courses.sources.citing import CitedSources, cite_all
from courses.sources.queries import (
    LessonChange,
    changes_of_lesson,
    open_checks_of,
    source_cards,
)

register = template.Library()


@register.simple_tag
def cited(sources: Iterable[Any] | None) -> CitedSources:
    """Return how sources are shown: those of a lesson's field, of a question or of an ending."""
    stored = [_stored(one) for one in getattr(sources, "raw_data", sources) or ()]
    cards = source_cards() if any(one.get("record") for one in stored) else {}
    return cite_all(stored, cards, language=get_language() or "es")


def _stored(source: Any) -> Mapping[str, Any]:
    if is_dataclass(source) and not isinstance(source, type):
        return asdict(source)
    found: Mapping[str, Any] = source["value"]
    return found


@register.simple_tag
def changed_sources(page: LessonPage) -> list[LessonChange]:
    """Return the changes of sources for which a lesson is being checked."""
    return changes_of_lesson(page.pk)


@register.inclusion_tag("courses/admin/sources/item_flag.html")
def source_flag(kind: str, item: Any) -> dict[str, Any]:
    """Say to whoever writes an item that a source of it changed."""
    return {"checks": open_checks_of(kind, item.pk) if item is not None else []}


@register.simple_tag
def source_changes(source: SourceRecord) -> list[SourceChange]:
    """Return what was noted of a source, the last change first."""
    return list(source.changes.order_by("-changed_date", "-pk"))
