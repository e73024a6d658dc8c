"""Template tags of sources: how they are cited, and whether one of them has changed."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import get_language

from courses.models import LessonPage
from courses.sources.citing import CitedSources, cite_all
from courses.sources.queries import (
    ItemChange,
    changes_under_way,
    open_checks_of,
    records_by_key,
)

register = template.Library()
_CACHE = "_source_records"


@register.simple_tag(takes_context=True)
def cited(context: Context, sources: Iterable[Any] | None) -> CitedSources:
    """Return how sources are shown; one query for all that a page cites."""
    found = [getattr(one, "value", one) for one in sources or ()]
    records: dict[str, Any] = {}
    if any(isinstance(getattr(one, "record", None), str) and one.record for one in found):
        request = context.get("request")
        records = getattr(request, _CACHE, None) or records_by_key()
        if request is not None:
            setattr(request, _CACHE, records)
    return cite_all(found, records, language=get_language() or "es")


@register.simple_tag
def changed_sources(page: LessonPage) -> list[ItemChange]:
    """Return the changes of sources for which a lesson is being checked."""
    return changes_under_way("lesson", page.pk)


@register.inclusion_tag("courses/admin/sources/item_flag.html")
def source_flag(kind: str, item: Any) -> dict[str, Any]:
    """Say to whoever writes an item that a source of it changed."""
    return {"checks": open_checks_of(kind, item.pk) if item is not None else []}
