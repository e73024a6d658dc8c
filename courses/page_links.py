"""Titles and addresses of pages in the reader's language, many in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page

from courses.models.serving import active_language


@dataclass(frozen=True)
class PageLink:
    """Where a page is; `language` is the code of its title's language if it is not the reader's."""

    title: str
    url: str
    language: str = ""
    is_live: bool = True


def page_url(url_path: str) -> str:
    """Return the address, in the active language, of a page with this path in Wagtail's tree.

    The first name of the path is the home page's own, which no address shows.
    """
    _start, _home, below = url_path.split("/", 2)
    return reverse("wagtail_serve", args=[below])


def link_to(page: Any) -> PageLink:
    """Return the link to a page that is in hand; its locale is read too."""
    written_in = page.locale.language_code
    return PageLink(
        title=page.title,
        url=page_url(page.url_path),
        language="" if written_in == active_language() else written_in,
        is_live=page.live,
    )


def links_by_key(keys: Iterable[UUID]) -> dict[UUID, PageLink]:
    """Return the link to each page that is or was published, by its key, in one query.

    A live page in the active language comes first, then one in the source language, then one
    that was published once and is not any more.
    """
    active = active_language()
    rows = Page.objects.filter(
        Q(live=True) | Q(first_published_at__isnull=False),
        translation_key__in=set(keys),
        locale__language_code__in={active, settings.LANGUAGE_CODE},
    ).values_list("translation_key", "title", "url_path", "live", "locale__language_code")
    found: dict[UUID, tuple[tuple[bool, bool], PageLink]] = {}
    for key, title, url_path, live, language in rows:
        rank = (live, language == active)
        if key not in found or rank > found[key][0]:
            shown = "" if language == active else language
            found[key] = (rank, PageLink(title, page_url(url_path), shown, live))
    return {key: link for key, (_rank, link) in found.items()}


def urls_by_id(page_ids: Iterable[int]) -> dict[int, str]:
    """Return the addresses of live pages by their database id."""
    rows = Page.objects.live().filter(pk__in=set(page_ids)).values_list("pk", "url_path")
    return {pk: page_url(url_path) for pk, url_path in rows}
