"""Rich text for learners: its links lead to guarded files and need no query each."""

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from uuid import UUID

from django.urls import reverse
from wagtail.rich_text import RichText
from wagtail.rich_text.rewriters import LinkRewriter
from wagtail.whitelist import Whitelister

from courses.page_links import urls_by_id

PAGE_LINK = re.compile(r"<a\b[^>]*\blinktype=\\?\"page\\?\"[^>]*>")
LINK_ID = re.compile(r"\bid=\\?\"(\d+)\\?\"")
whitelister = Whitelister()


def linked_page_ids(source: str) -> set[int]:
    """Return the ids of the pages to which a rich text, or the JSON around it, links."""
    ids = (LINK_ID.search(tag) for tag in PAGE_LINK.findall(source))
    return {int(found.group(1)) for found in ids if found}


def linked_page_ids_in(*streams: Any) -> set[int]:
    """Return the ids of the pages to which the texts of these streams link; no query."""
    ids: set[int] = set()
    for stream in streams:
        for block in stream.raw_data:
            ids |= linked_page_ids(json.dumps(block["value"]))
    return ids


def _page_rule(urls: Mapping[int, str]) -> Callable[[dict[str, str]], str]:
    def rule(attributes: dict[str, str]) -> str:
        page_id = attributes.get("id", "")
        url = urls.get(int(page_id)) if page_id.isdecimal() else None
        return f'<a href="{escape(url)}">' if url else "<a>"

    return rule


def _document_rule(page_key: UUID | None) -> Callable[[dict[str, str]], str]:
    def rule(attributes: dict[str, str]) -> str:
        document_id = attributes.get("id", "")
        if page_key is None or not document_id.isdecimal():
            return "<a>"
        return f'<a href="{reverse("lesson_file", args=[page_key, "document", document_id])}">'

    return rule


def with_links(
    text: Any, *, page_key: UUID | None, urls: Mapping[int, str] | None = None
) -> RichText:
    """Return a rich text whose links to pages and documents are plain addresses.

    Args:
        text: a rich text, or its source.
        page_key: the page on which it stands, which guards its documents.
        urls: addresses of the pages to which it links; without them they are looked up.
    """
    source = str(getattr(text, "source", text) or "")
    if urls is None:
        ids = linked_page_ids(source)
        urls = urls_by_id(ids) if ids else {}
    rewrite = LinkRewriter(rules={"page": _page_rule(urls), "document": _document_rule(page_key)})
    return RichText(rewrite(source))


def cleaned(html: str) -> RichText:
    """Return a table's cell with no more than bold, italic, links and line breaks left in it."""
    return RichText(whitelister.clean(html))
