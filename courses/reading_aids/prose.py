"""What of a page is prose that people read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText

LEFT_OUT = {"slug", "seo_title", "search_description", "url_path", "path", "draft_title"}
"""Fields of a page that are addresses, or for machines."""

NO_FIELDS = {"sources", "requires"}
NO_PROSE = {"level", "name", "record", "place", "mark", "date", "url", "source"}
"""Streams and values of blocks that are choices or references."""

_END_OF_A_PART = re.compile(r"</(?:p|li|h[1-6]|td|th|tr|div|blockquote)>|<br\s*/?>")


def parts_of_html(text: str) -> list[str]:
    """Return the paragraphs, items and headings of a rich text, each as plain text."""
    lines = unescape(strip_tags(_END_OF_A_PART.sub("\n", text))).split("\n")
    return [line.strip() for line in lines if line.strip()]


def prose_of(page: Any) -> list[str]:
    """Return the texts of a page that people read, in the order of its fields, without markup."""
    found: list[str] = []
    for field in page._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        is_stream = field.get_internal_type() == "JSONField" or hasattr(field, "stream_block")
        if field.name in LEFT_OUT | NO_FIELDS or not (is_text or is_stream):
            continue
        found += _parts(getattr(page, field.name))
    return found


def _parts(value: Any) -> Iterator[str]:
    """Walk through whatever a field or a block may hold."""
    if isinstance(value, RichText):
        yield from parts_of_html(value.source)
    elif isinstance(value, str):
        yield from parts_of_html(value)
    elif isinstance(value, StreamValue):
        for child in value:
            yield from _parts(child.value)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in NO_PROSE:
                yield from _parts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _parts(inner)
