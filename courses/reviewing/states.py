"""The state of a text as a digest: the same words give the same state, whoever saved them again.

It reads records by the names of their fields only, so that the models may import it. What is no
substance does not count: the ids of blocks, empty fields, the dates of review, the flag itself.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from wagtail.fields import StreamField

SUBSTANCE: dict[str, tuple[str, ...]] = {
    "coursepage": ("title", "summary", "audience", "objectives", "body", "certificate_text"),
    "modulepage": (
        "title",
        "summary",
        "objectives",
        "body",
        "closing",
        "guide_title",
        "guide",
    ),
    "lessonpage": (
        "title",
        "objective",
        "body",
        "content_notice",
        "after_care",
        "brief_body",
        "sources",
    ),
    "quizpage": ("title", "intro", "fail_text"),
    "casepage": ("title", "objective", "intro", "content_notice", "after_care"),
    "practicepage": ("title", "objective", "intro", "criteria", "needed", "after_care"),
}
"""What a reviewer reads of a page; another kind of page is read by its title only."""

NO_SUBSTANCE = frozenset({"id", "needs_legal_review"})
BLOCK_KEY = re.compile(r'\s+data-block-key="[^"]*"')
NOTHING: tuple[Any, ...] = (None, "", False, [], {})


def page_state(page: Any) -> str:
    """Return the digest of what a page says; its fields are read, never the database."""
    names = SUBSTANCE.get(page._meta.model_name, ("title",))
    return _digest([[name, _plain(page, name)] for name in names])


def revision_state(model: Any, content: Mapping[str, Any]) -> str:
    """Return the same digest from what a revision keeps of a page of this model."""
    names = SUBSTANCE.get(model._meta.model_name, ("title",))
    return _digest([[name, _kept(model, name, content.get(name))] for name in names])


def _kept(model: Any, name: str, value: Any) -> Any:
    is_stream = isinstance(model._meta.get_field(name), StreamField)
    return json.loads(value or "[]") if is_stream and isinstance(value, str) else value


def content_state(content: Mapping[str, Any]) -> str:
    """Return the digest of what a version of a question or a case says, in all its languages."""
    return _digest(content)


def _plain(page: Any, name: str) -> Any:
    field = page._meta.get_field(name)
    value = field.value_from_object(page)
    return list(value.raw_data) if isinstance(field, StreamField) else value


def _digest(value: Any) -> str:
    text = json.dumps(_clean(value), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return BLOCK_KEY.sub("", value).strip()
    if isinstance(value, Mapping):
        cleaned = {str(key): _clean(part) for key, part in value.items() if key not in NO_SUBSTANCE}
        return {key: part for key, part in cleaned.items() if part not in NOTHING}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value
